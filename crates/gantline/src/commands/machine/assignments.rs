//! `gantline machine assignments`: who may work where, on all machines of a tenant.

use std::process::ExitCode;

use client::Client;
use contract::assignments::{MachineAssignmentView, TenantAssignments};
use host::SystemClock;
use model::{Clock, MachineId, UserId};

use super::named;
use crate::commands::user;
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// Which of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only on this machine: its name, its identifier or the end of it.
    #[arg(long, value_name = "MACHINE")]
    machine: Option<String>,
    /// Only those of this account: its number, its identifier or its username.
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Of the tenant with this number, for who runs the installation [default: one's own].
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["machine", "user"])]
    tenant: Option<i64>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = match &args.machine {
        Some(name) => Some(named(&client, name, words).await?.machine_id),
        None => None,
    };
    let user = match &args.user {
        Some(name) => Some(user::account(&client, name, words).await?.user.user_id),
        None => None,
    };
    let assignments = all(&client, args.tenant, machine, user).await?;
    match args.format.format {
        Format::Json => try_print_json(&TenantAssignments { assignments, next_cursor: None })?,
        Format::Quiet => {
            for one in assignments {
                print_line(format_args!("{} {}", one.machine_id, one.assignment.user_id))?;
            }
        }
        Format::Text if assignments.is_empty() => print_line(words.nobody_assigned_anywhere())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = assignments.into_iter().map(|one| {
                [
                    one.machine_name,
                    one.assignment.number.to_string(),
                    one.assignment.username,
                    one.assignment.permission.to_string(),
                    words.ago(now.since(one.assignment.granted_at.0)),
                ]
            });
            print_table(words.machine_assignment_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

/// All of them, page by page.
async fn all(
    client: &Client,
    tenant: Option<i64>,
    machine: Option<MachineId>,
    user: Option<UserId>,
) -> anyhow::Result<Vec<MachineAssignmentView>> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = client.tenant_assignments(tenant, machine, user, cursor.as_deref()).await?;
        all.extend(page.assignments);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}
