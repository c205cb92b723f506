//! What people say about a session: its tags, and whether it is put away.

use std::process::ExitCode;

use contract::sessions::ChangeSession;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which session.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Changes it, and says how it is now.
pub(super) async fn run(
    which: Which,
    body: &ChangeSession,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let client = invocation.client(which.connection)?;
    let session = lookup::session(&client, &which.session, invocation.words).await?;
    let session = client.session_change(session.session_id, body).await?;
    match which.format.format {
        Format::Json => try_print_json(&session)?,
        Format::Quiet => {}
        Format::Text => {
            let title = escape::line(&session.title).into_owned();
            let tags = escape::line(&session.tags.join(", ")).into_owned();
            print_line(invocation.words.session_kept(&title, &tags, session.archived))?;
        }
    }
    Ok(Meaning::Done.into())
}
