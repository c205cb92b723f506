//! `gantline key test`: asks the provider whether a key is good.

use std::process::ExitCode;

use model::provider::KeyTrial;

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

/// Tries it out. A key that is no good is an exit code of its own, so that scripts see it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let key = find(&client, &args.key, invocation.words).await?;
    let tested = client.provider_key_test(key.id).await?;
    match args.format.format {
        Format::Json => try_print_json(&tested)?,
        Format::Quiet => print_line(tested.result)?,
        Format::Text => {
            print_line(format!("{}: {}", tested.result, escape::line(&tested.message)))?;
            if !tested.models.is_empty() {
                print_line(invocation.words.key_models(tested.models.len()))?;
            }
        }
    }
    Ok(meaning(tested.result).into())
}

const fn meaning(result: KeyTrial) -> Meaning {
    match result {
        KeyTrial::Works => Meaning::Done,
        KeyTrial::Rejected | KeyTrial::Forbidden => Meaning::Denied,
        KeyTrial::Unreachable => Meaning::Unreachable,
        KeyTrial::Limited | KeyTrial::Unclear => Meaning::Failed,
    }
}
