//! `gantline key add`: stores a key. The secret never stands on the command line, where other
//! programs and the shell's history would see it.

use std::process::ExitCode;

use client::NewProviderKey;
use model::ExposeSecret;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::secret_input;

/// Which key.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Provider: `anthropic`, `openai`, `google`, or a name of your own for an endpoint that speaks
    /// as OpenAI's does.
    provider: String,
    /// What to call the key.
    name: String,
    /// Where calls go [default: the provider's own address].
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// A model that it serves; can be repeated [default: all].
    #[arg(long = "model", value_name = "MODEL")]
    models: Vec<String>,
    /// Keys with a higher one are used before those with a lower one [default: 0].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    priority: Option<i64>,
    /// The share of sessions among keys of the same priority [default: 1].
    #[arg(long, value_name = "NUMBER")]
    weight: Option<u32>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Stores it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let provider = escape::line(&args.provider).into_owned();
    let secret = secret_input::read(&words.which_key(&provider), words.key_prompt(), words)?;
    if secret.expose_secret().is_empty() {
        return Err(Refusal::new(Meaning::Usage, words.no_key_given()).into());
    }
    let key = NewProviderKey {
        provider: args.provider,
        key_name: args.name,
        api_key: secret,
        base_url: args.base_url,
        models: (!args.models.is_empty()).then_some(args.models),
        priority: args.priority,
        weight: args.weight,
    };
    let key = client.provider_key_add(&key).await?;
    match args.format.format {
        Format::Json => try_print_json(&key)?,
        Format::Quiet => print_line(key.id)?,
        Format::Text => {
            print_line(words.key_added(&escape::line(&key.key_name), &short(&key.id)))?;
        }
    }
    Ok(Meaning::Done.into())
}
