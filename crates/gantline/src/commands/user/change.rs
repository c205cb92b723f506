//! `gantline user role|disable|enable`: changes an account.

use std::process::ExitCode;

use contract::users::{AccountView, ChangeUser};
use model::Role;

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// Whose account.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The account, by its username, number or identifier.
    pub(super) user: String,
    #[command(flatten)]
    pub(super) consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    pub(super) connection: ConnectionOptions,
}

/// Whose account, and what it may do from now on.
#[derive(Debug, clap::Args)]
pub(crate) struct RoleArgs {
    /// The account, by its username, number or identifier.
    user: String,
    /// What it may do: `system_admin`, `tenant_admin`, `user` or `read_only`.
    role: Role,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Gives it a role.
pub(crate) async fn role(args: RoleArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let user = super::meant(&client, &args.user, words).await?;
    confirm::ask(args.consent, &words.change_role(&escape::line(&args.user)), words)?;
    let body = ChangeUser { role: Some(args.role), ..ChangeUser::default() };
    let account = client.user_change(user, &body).await?;
    print(&account, args.format.format, words)
}

/// Disables it.
pub(crate) async fn disable(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    set_enabled(args, false, invocation).await
}

/// Enables it.
pub(crate) async fn enable(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    set_enabled(args, true, invocation).await
}

async fn set_enabled(
    args: Args,
    enabled: bool,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let user = super::meant(&client, &args.user, words).await?;
    if !enabled {
        confirm::ask(args.consent, &words.disable_user(&escape::line(&args.user)), words)?;
    }
    let body = ChangeUser { enabled: Some(enabled), ..ChangeUser::default() };
    let account = client.user_change(user, &body).await?;
    print(&account, args.format.format, words)
}

fn print(account: &AccountView, format: Format, words: &dyn Words) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(account)?,
        Format::Quiet => print_line(account.user.user_id)?,
        Format::Text => {
            let name = escape::line(&account.user.username);
            let state = words.user_state(account.user.state);
            print_line(words.user_is(&name, account.user.role.as_str(), state))?;
        }
    }
    Ok(Meaning::Done.into())
}
