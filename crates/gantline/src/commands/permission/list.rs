//! `gantline permission list`: the open questions that one may answer.

use std::process::ExitCode;

use contract::permissions::Permissions;
use host::SystemClock;
use model::Clock;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// Which questions to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only of this session, by its identifier, the end of it, or its title.
    #[arg(long)]
    session: Option<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let session = match &args.session {
        Some(name) => Some(lookup::session(&client, name, words).await?.session_id),
        None => None,
    };
    let permissions = client.permissions(session).await?;
    match args.format.format {
        Format::Json => try_print_json(&Permissions { permissions })?,
        Format::Quiet => {
            for question in permissions {
                print_line(question.request_id)?;
            }
        }
        Format::Text if permissions.is_empty() => print_line(words.no_questions())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = permissions.into_iter().map(|question| {
                [
                    short(&question.request_id),
                    short(&question.session_id),
                    question.title,
                    words.ago(now.since(question.asked_at.0)),
                ]
            });
            print_table(words.question_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}
