//! `gantline key list`: the keys that there are.

use std::process::ExitCode;

use contract::provider_keys::{ProviderKeyView, ProviderKeys};

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// How to list them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let keys = client.provider_keys().await?;
    match args.format.format {
        Format::Json => try_print_json(&ProviderKeys { keys })?,
        Format::Quiet => {
            for key in keys {
                print_line(key.id)?;
            }
        }
        Format::Text if keys.is_empty() => print_line(words.no_keys())?,
        Format::Text => print_table(words.key_headings(), keys.iter().map(row))?,
    }
    Ok(Meaning::Done.into())
}

fn row(key: &ProviderKeyView) -> [String; 7] {
    [
        short(&key.id),
        key.provider.clone(),
        escape::line(&key.key_name).into_owned(),
        if key.hint.is_empty() { String::new() } else { format!("…{}", escape::line(&key.hint)) },
        key.state.to_string(),
        key.last_test.as_ref().map_or_else(String::new, |trial| trial.result.to_string()),
        escape::line(&key.base_url).into_owned(),
    ]
}
