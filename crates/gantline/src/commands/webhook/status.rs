//! `gantline webhook status`: whether there is something to sign webhooks with.

use std::process::ExitCode;

use host::SystemClock;
use model::Clock;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// How to say it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Says it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let secret = invocation.client(args.connection)?.webhook_secret().await?;
    match args.format.format {
        Format::Json => try_print_json(&secret)?,
        Format::Quiet => {
            if let Some(created_at) = secret.created_at {
                print_line(created_at)?;
            }
        }
        Format::Text => {
            let now = SystemClock::start().now();
            match secret.created_at {
                Some(at) => print_line(words.webhook_secret_since(&words.ago(now.since(at.0))))?,
                None => {
                    print_line(words.no_webhook_secret())?;
                    print_line(words.hint_webhook_secret())?;
                }
            }
            if let Some(until) = secret.previous_until {
                print_line(words.webhook_secret_previous(&until.to_string()))?;
            }
        }
    }
    Ok(Meaning::Done.into())
}
