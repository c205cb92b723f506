//! `gantline user password-link`: a way in for somebody, once.

use std::process::ExitCode;

use contract::users::CreatePasswordLink;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::FormatOption;

/// For whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The account, by its username, number or identifier.
    user: String,
    /// For how many hours it works, 1 to 168 [default: 72].
    #[arg(long, value_name = "HOURS")]
    expires_in_hours: Option<u16>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Makes it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let user = super::meant(&client, &args.user, words).await?;
    let body = CreatePasswordLink { expires_in_hours: args.expires_in_hours };
    let made = client.user_password_link(user, &body).await?;
    super::print_made(&made, args.format.format, words)?;
    Ok(Meaning::Done.into())
}
