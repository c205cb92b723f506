//! `gantline machine users|assign|unassign`: who may work on a machine.

use std::process::ExitCode;

use contract::assignments::AssignUser;
use contract::users::UserRef;
use host::SystemClock;
use model::Clock;
use model::actor::AssignmentLevel;

use super::named;
use crate::commands::user;
use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// Of which machine.
#[derive(Debug, clap::Args)]
pub(crate) struct UsersArgs {
    /// The machine, by its name, its identifier or the end of it.
    machine: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Whom, where and what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The machine, by its name, its identifier or the end of it.
    machine: String,
    /// The account, by its number, its identifier or, for who may list accounts, its username.
    user: String,
    /// `user` or `admin`.
    #[arg(default_value = "user")]
    permission: AssignmentLevel,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Whom and where.
#[derive(Debug, clap::Args)]
pub(crate) struct UnassignArgs {
    /// The machine, by its name, its identifier or the end of it.
    machine: String,
    /// The account, by its number, its identifier or its username.
    user: String,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn users(args: UsersArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = named(&client, &args.machine, words).await?;
    let assignments = client.assignments(machine.machine_id).await?;
    match args.format.format {
        Format::Json => try_print_json(&assignments)?,
        Format::Quiet => {
            for one in assignments.users {
                print_line(one.user_id)?;
            }
        }
        Format::Text if assignments.users.is_empty() => print_line(words.nobody_assigned())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = assignments.users.into_iter().map(|one| {
                [
                    one.number.to_string(),
                    one.username,
                    one.permission.to_string(),
                    words.ago(now.since(one.granted_at.0)),
                ]
            });
            print_table(words.assignment_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Gives it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = named(&client, &args.machine, words).await?;
    // Who looks after a machine may not list accounts, and names them by number.
    let user_id = match args.user.parse() {
        Ok(user) => user,
        Err(_) => UserRef::Id(user::account(&client, &args.user, words).await?.user.user_id),
    };
    let body = AssignUser { user_id, permission: args.permission };
    let done = client.assign(machine.machine_id, &body).await?;
    match args.format.format {
        Format::Json => try_print_json(&done)?,
        Format::Quiet => {}
        Format::Text => {
            let (user, name) = (escape::line(&args.user), escape::line(&machine.machine_name));
            print_line(words.assigned(&user, done.permission.as_str(), &name))?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Takes it back.
pub(crate) async fn unassign(
    args: UnassignArgs,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = named(&client, &args.machine, words).await?;
    let given = client.assignments(machine.machine_id).await?.users;
    let folded = args.user.to_lowercase();
    let named = given.iter().find(|one| one.username.to_lowercase() == folded);
    let meant = match (named, args.user.parse::<UserRef>()) {
        (Some(one), _) => UserRef::Id(one.user_id),
        (None, Ok(user)) => user,
        (None, Err(_)) => {
            let account = user::account(&client, &args.user, words).await?;
            UserRef::Id(account.user.user_id)
        }
    };
    let (user, name) = (escape::line(&args.user), escape::line(&machine.machine_name));
    confirm::ask(args.consent, &words.unassign(&user, &name), words)?;
    let done = client.unassign(machine.machine_id, meant).await?;
    match args.format.format {
        Format::Json => try_print_json(&done)?,
        Format::Quiet => {}
        Format::Text => print_line(words.unassigned(&user, &name))?,
    }
    Ok(Meaning::Done.into())
}
