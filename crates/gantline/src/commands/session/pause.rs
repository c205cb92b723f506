//! `gantline session pause` and `resume`: nothing of a session runs, and it goes on.

use std::process::ExitCode;

use contract::sessions::SessionView;
use model::session::SessionState;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which session.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Has nothing of it run.
pub(crate) async fn pause(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, invocation.words).await?;
    let session = client.session_pause(session.session_id).await?;
    say(args.format.format, &session, invocation)
}

/// Lets it go on.
pub(crate) async fn resume(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, invocation.words).await?;
    let session = client.session_resume(session.session_id).await?;
    say(args.format.format, &session, invocation)
}

fn say(format: Format, session: &SessionView, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(session)?,
        Format::Quiet => {}
        Format::Text => {
            let title = escape::line(&session.title);
            let is_paused = session.status == SessionState::Paused;
            print_line(match &session.paused {
                Some(_) => invocation.words.session_paused(&title, is_paused),
                None => invocation.words.session_resumed(&title, !is_paused),
            })?;
        }
    }
    Ok(Meaning::Done.into())
}
