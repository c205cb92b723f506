//! `gantline webhook secret`: makes what signs one's webhooks.

use std::process::ExitCode;

use anstream::eprintln;
use contract::webhooks::CreateWebhookSecret;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// What becomes of the one before it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// For how many seconds the secret before it goes on signing beside it, at most 604800, so that
    /// receivers can be changed one by one; 0 if somebody has found it out [default: a day].
    #[arg(long, value_name = "SECONDS")]
    previous_signs: Option<u64>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Makes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    if client.webhook_secret().await?.created_at.is_some() {
        confirm::ask(args.consent, words.replace_webhook_secret(), words)?;
    }
    let body = CreateWebhookSecret { previous_signs_s: args.previous_signs };
    let created = client.webhook_secret_create(&body).await?;
    match args.format.format {
        Format::Json => try_print_json(&created)?,
        Format::Quiet => print_line(&created.secret)?,
        Format::Text => {
            // Apart from the secret, so that it alone goes where the output is sent.
            eprintln!("{}", words.webhook_secret_once());
            if let Some(until) = created.view.previous_until {
                eprintln!("{}", words.webhook_secret_previous(&until.to_string()));
            }
            print_line(&created.secret)?;
        }
    }
    Ok(Meaning::Done.into())
}
