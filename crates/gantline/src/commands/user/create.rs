//! `gantline user create`: invites a person, or makes a service account.

use std::process::ExitCode;

use contract::users::CreateUser;
use model::Role;
use model::user::UserKind;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::FormatOption;

/// Whom to make an account for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The name used to sign in.
    username: String,
    /// The name shown to others [default: the username].
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// What it may do: `system_admin`, `tenant_admin`, `user` or `read_only`.
    #[arg(long, default_value = "user")]
    role: Role,
    /// A service account, which acts with tokens only, instead of a person.
    #[arg(long, conflicts_with = "expires_in_hours")]
    service: bool,
    /// The number of its tenant [default: your own].
    #[arg(long, value_name = "NUMBER")]
    tenant: Option<i64>,
    /// For how many hours the invitation works, 1 to 168 [default: 72].
    #[arg(long, value_name = "HOURS")]
    expires_in_hours: Option<u16>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Makes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let body = CreateUser {
        username: args.username,
        display_name: args.display_name,
        kind: if args.service { UserKind::Service } else { UserKind::Person },
        role: args.role,
        tenant_id: args.tenant,
        expires_in_hours: args.expires_in_hours,
    };
    let made = invocation.client(args.connection)?.user_create(&body).await?;
    super::print_made(&made, args.format.format, invocation.words)?;
    Ok(Meaning::Done.into())
}
