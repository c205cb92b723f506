//! `gantline login`: keeps a token for this user.

use std::process::ExitCode;

use model::ExposeSecret;
use serde_json::json;

use crate::connection::ConnectionOptions;
use crate::credentials::Credentials;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::secret_input;

/// Where to sign in.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Asks for a token, tries it, and keeps it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let given = args.connection.or(&invocation.before);
    let mut connection = invocation.connection(given.clone())?;
    connection.token = Some(match given.token {
        Some(token) => token,
        None => {
            let where_from = words.where_to_get_a_token(&connection.server.to_string());
            secret_input::read(&where_from, words)?
        }
    });
    let token = connection.token.clone().unwrap_or_default();
    if token.expose_secret().is_empty() {
        return Err(Refusal::new(Meaning::Usage, words.no_token_given()).into());
    }
    let me = connection.client(words)?.me().await?;
    let mut credentials = Credentials::read()?;
    credentials.keep(&connection.server, &token)?;
    let server = connection.server.to_string();
    match args.format.format {
        Format::Json => try_print_json(&json!({ "server": server, "user": me }))?,
        Format::Quiet => {}
        Format::Text => {
            print_line(words.signed_in(&escape::line(&me.display_name), &server))?;
        }
    }
    Ok(Meaning::Done.into())
}
