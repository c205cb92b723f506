//! `gantline key remove`: removes a key for good.

use std::process::ExitCode;

use super::find;
use crate::confirm::{self, Consent};
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
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Removes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let key = find(&client, &args.key, words).await?;
    let name = escape::line(&key.key_name);
    confirm::ask(args.consent, &words.remove_key(&name), words)?;
    client.provider_key_remove(key.id).await?;
    match args.format.format {
        Format::Json => try_print_json(&key)?,
        Format::Quiet => {}
        Format::Text => print_line(words.key_removed(&name))?,
    }
    Ok(Meaning::Done.into())
}
