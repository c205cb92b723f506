//! `gantline user`: accounts of people and of programs.

mod change;
mod create;
mod delete;
mod list;
mod logins;
mod password_link;

use std::process::ExitCode;

use anstream::eprintln;
use clap::Subcommand;
use client::Client;
use contract::users::{AccountView, UserRef, UserWithLink};
use model::UserId;

use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::output::{Format, print_line, try_print_json};
use crate::words::Words;

/// What to do with accounts.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the accounts of a tenant.
    List(list::Args),
    /// Invite a person, or make a service account.
    ///
    /// For a person it prints a link that works once. Whoever opens it chooses a password, which
    /// nobody else ever knows. A service account gets its tokens with `gantline token create`.
    Create(create::Args),
    /// Change what an account may do. Whatever its user could act with ends.
    Role(change::RoleArgs),
    /// Disable an account: its logins, tokens and sessions end within seconds.
    Disable(change::Args),
    /// Let a disabled account act again.
    Enable(change::Args),
    /// Delete an account for good, with its sessions, jobs, tokens, rules and settings.
    ///
    /// What its machines keep of its sessions goes too, as soon as they are linked. Usage and the
    /// audit log stay, and go on naming it. The username can be given again.
    Delete(change::Args),
    /// Print a link with which somebody chooses a new password, or accepts an invitation again.
    PasswordLink(password_link::Args),
    /// List the browsers in which somebody is signed in.
    Logins(logins::Args),
    /// Sign somebody out of every browser.
    SignOut(logins::SignOutArgs),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Create(args) => args.format.format,
            Command::Role(args) => args.format.format,
            Command::Disable(args) | Command::Enable(args) | Command::Delete(args) => {
                args.format.format
            }
            Command::PasswordLink(args) => args.format.format,
            Command::Logins(args) => args.format.format,
            Command::SignOut(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Create(args) => create::run(args, invocation).await,
        Command::Role(args) => change::role(args, invocation).await,
        Command::Disable(args) => change::disable(args, invocation).await,
        Command::Enable(args) => change::enable(args, invocation).await,
        Command::Delete(args) => delete::run(args, invocation).await,
        Command::PasswordLink(args) => password_link::run(args, invocation).await,
        Command::Logins(args) => logins::run(args, invocation).await,
        Command::SignOut(args) => logins::sign_out(args, invocation).await,
    }
}

/// The account that is meant: by its username, its number or its identifier. A username is looked
/// for first, since it may look like a number.
pub(crate) async fn account(
    client: &Client,
    name: &str,
    words: &dyn Words,
) -> anyhow::Result<AccountView> {
    let folded = name.to_lowercase();
    let users = client.users(None).await?.users;
    let by_name = users.iter().find(|one| one.user.username.to_lowercase() == folded);
    let by_ref = || {
        let meant = name.parse().ok()?;
        users.iter().find(|one| match meant {
            UserRef::Number(number) => one.user.number == number,
            UserRef::Id(id) => one.user.user_id == id,
        })
    };
    let found = by_name.or_else(by_ref).cloned();
    found.ok_or_else(|| {
        let refusal = Refusal::new(Meaning::NotFound, words.no_such_user(name));
        refusal.with_hint(words.hint_list_users()).into()
    })
}

/// The same, as what is sent.
async fn meant(client: &Client, name: &str, words: &dyn Words) -> anyhow::Result<UserRef> {
    let user: UserId = account(client, name, words).await?.user.user_id;
    Ok(UserRef::Id(user))
}

/// Prints what was made: the link alone where it may be sent on, all that goes with it beside.
fn print_made(made: &UserWithLink, format: Format, words: &dyn Words) -> anyhow::Result<()> {
    match (format, &made.invitation) {
        (Format::Json, _) => try_print_json(made)?,
        (Format::Quiet, Some(invitation)) => print_line(&invitation.link)?,
        (Format::Quiet, None) => print_line(made.user.user_id)?,
        (Format::Text, Some(invitation)) => {
            let until = invitation.expires_at.to_string();
            eprintln!("{}", words.pass_link_on(&made.user.username, &until));
            print_line(&invitation.link)?;
        }
        (Format::Text, None) => {
            print_line(words.service_account_made(&made.user.username))?;
        }
    }
    Ok(())
}
