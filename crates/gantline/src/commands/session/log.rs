//! `gantline session log`: what was committed where a session works.

use std::process::ExitCode;

use contract::changes::CommitLog;
use host::SystemClock;
use model::Clock;

use super::changes::SHORT_NAME;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Which session's commits to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// At most this many, the last ones.
    #[arg(long, default_value_t = 20, value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?.session_id;
    let log = client.commit_log(session, None, Some(args.limit)).await?;
    match args.format.format {
        Format::Json => try_print_json(&log)?,
        Format::Quiet => {
            for commit in log.commits {
                print_line(escape::line(&commit.id))?;
            }
        }
        Format::Text if log.commits.is_empty() => print_line(words.no_commits())?,
        Format::Text => print(log, words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(log: CommitLog, words: &dyn Words) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    let rows = log.commits.into_iter().map(|commit| {
        let name = commit.id.get(..SHORT_NAME).unwrap_or(&commit.id).to_owned();
        let when = words.ago(now.since(commit.committed_at.0));
        [name, when, commit.author, commit.subject]
    });
    print_table(words.commit_headings(), rows)
}
