//! `gantline user list`: the accounts of a tenant.

use std::process::ExitCode;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// Which accounts to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The number of the tenant [default: your own].
    #[arg(long, value_name = "NUMBER")]
    tenant: Option<i64>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let users = invocation.client(args.connection)?.users(args.tenant).await?;
    match args.format.format {
        Format::Json => try_print_json(&users)?,
        Format::Quiet => {
            for account in users.users {
                print_line(account.user.user_id)?;
            }
        }
        Format::Text => {
            let rows = users.users.into_iter().map(|account| {
                [
                    account.user.number.to_string(),
                    account.user.username,
                    account.user.display_name,
                    words.user_kind(account.user.kind).to_owned(),
                    account.user.role.to_string(),
                    words.user_state(account.user.state).to_owned(),
                ]
            });
            print_table(words.user_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}
