//! `gantline login`: keeps a token for this user.

use std::process::ExitCode;

use model::ExposeSecret;
use serde_json::json;

use crate::connection::ConnectionOptions;
use crate::credentials::{Credentials, Kept, Store};
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::secret_input;

/// Where to sign in.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to keep the token.
    #[arg(long, value_enum, default_value_t, value_name = "STORE")]
    store: Store,
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
            secret_input::read(&where_from, words.token_prompt(), words)?
        }
    });
    let token = connection.token.clone().unwrap_or_default();
    if token.expose_secret().is_empty() {
        return Err(Refusal::new(Meaning::Usage, words.no_token_given()).into());
    }
    let me = connection.client(words)?.me().await?;
    let mut credentials = Credentials::read()?;
    let kept = credentials.keep(&connection.server, &token, args.store)?;
    let server = connection.server.to_string();
    match args.format.format {
        Format::Json => {
            let store = match &kept {
                Kept::InKeychain => "keychain",
                Kept::InFile { .. } => "file",
            };
            try_print_json(&json!({ "server": server, "user": me, "store": store }))?;
        }
        Format::Quiet => {}
        Format::Text => {
            print_line(words.signed_in(&escape::line(&me.display_name), &server))?;
            print_line(match &kept {
                Kept::InKeychain => words.token_in_keychain().to_owned(),
                Kept::InFile { path, because } => {
                    let because = because.as_deref().map(escape::line);
                    words.token_in_file(&path.display().to_string(), because.as_deref())
                }
            })?;
        }
    }
    Ok(Meaning::Done.into())
}
