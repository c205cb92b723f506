//! `gantline user logins|sign-out`: where somebody is signed in.

use std::process::ExitCode;

use host::SystemClock;
use model::Clock;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// Whose logins.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The account, by its username, number or identifier.
    user: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Whom to sign out.
#[derive(Debug, clap::Args)]
pub(crate) struct SignOutArgs {
    /// The account, by its username, number or identifier.
    user: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let user = super::meant(&client, &args.user, words).await?;
    let logins = client.user_logins(user).await?;
    match args.format.format {
        Format::Json => try_print_json(&logins)?,
        Format::Quiet => {
            for login in logins.logins {
                print_line(login.login_id)?;
            }
        }
        Format::Text if logins.logins.is_empty() => print_line(words.no_logins())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = logins.logins.into_iter().map(|login| {
                [
                    short(&login.login_id),
                    words.ago(now.since(login.last_used_at.0)),
                    words.ago(now.since(login.created_at.0)),
                    login.user_agent,
                ]
            });
            print_table(words.login_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Ends them all.
pub(crate) async fn sign_out(
    args: SignOutArgs,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let user = super::meant(&client, &args.user, words).await?;
    confirm::ask(args.consent, &words.sign_user_out(&escape::line(&args.user)), words)?;
    let done = client.user_sign_out(user).await?;
    match args.format.format {
        Format::Json => try_print_json(&done)?,
        Format::Quiet => {}
        Format::Text => print_line(words.user_signed_out(&escape::line(&args.user)))?,
    }
    Ok(Meaning::Done.into())
}
