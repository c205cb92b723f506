//! `gantline key disable` and `enable`: whether a key is used.

use std::process::ExitCode;

use model::provider::KeyState;

use super::find;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which key.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Key, by its name, its identifier or the end of that.
    key: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Changes it.
pub(crate) async fn run(
    args: Args,
    state: KeyState,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let key = find(&client, &args.key, words).await?;
    let key = client.provider_key_set_state(key.id, state).await?;
    match args.format.format {
        Format::Json => try_print_json(&key)?,
        Format::Quiet => {}
        Format::Text => print_line(words.key_is_now(&escape::line(&key.key_name), key.state))?,
    }
    Ok(Meaning::Done.into())
}
