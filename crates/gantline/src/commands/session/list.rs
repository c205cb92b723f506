//! `gantline session list`: the sessions that one may see.

use std::collections::HashMap;
use std::process::ExitCode;

use client::SessionFilter;
use contract::machines::MachineView;
use contract::sessions::{SessionView, Sessions};
use host::SystemClock;
use model::{Clock, MachineId};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption, short};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Which sessions to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only on this machine, by its name or identifier.
    #[arg(long, short, value_name = "NAME|ID")]
    machine: Option<String>,
    /// Those that have ended as well. With a tag or a search they are listed in any case.
    #[arg(long, short)]
    all: bool,
    /// Only those with this tag.
    #[arg(long)]
    tag: Option<String>,
    /// Those that were put away instead of the others.
    #[arg(long)]
    archived: bool,
    /// Only those that have each of these words in their name, a tag, their agent or directory.
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// At most this many.
    #[arg(long, default_value_t = 50, value_name = "COUNT")]
    limit: usize,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let machine = match args.machine {
        Some(name) => {
            let option = MachineOption { machine: Some(name) };
            Some(lookup::machine(&client, &option, invocation.words).await?.machine_id)
        }
        None => None,
    };
    let (tag, search, archived) = (args.tag, args.search, args.archived);
    let is_search = tag.is_some() || search.is_some();
    let filter = SessionFilter { machine, tag, archived, search, ..SessionFilter::default() };
    let mut sessions = lookup::sessions(&client, filter, args.limit).await?;
    // What was put away has mostly ended, and whoever searches wants what there is.
    if !args.all && !archived && !is_search {
        sessions.retain(|session| !session.status.is_final());
    }
    match args.format.format {
        Format::Json => {
            let count = sessions.len();
            try_print_json(&Sessions { sessions, count, next_cursor: None })?;
        }
        Format::Quiet => {
            for session in sessions {
                print_line(session.session_id)?;
            }
        }
        Format::Text if sessions.is_empty() => print_line(invocation.words.no_sessions())?,
        Format::Text => print(sessions, &client.machines().await?, invocation.words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(
    sessions: Vec<SessionView>,
    machines: &[MachineView],
    words: &dyn Words,
) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    let names: HashMap<MachineId, &str> = machines
        .iter()
        .map(|machine| (machine.machine_id, machine.machine_name.as_str()))
        .collect();
    let rows = sessions.into_iter().map(|session| {
        let machine = names
            .get(&session.machine_id)
            .map_or_else(|| short(&session.machine_id), |name| (*name).to_owned());
        [
            short(&session.session_id),
            words.session_status(session.status).to_owned(),
            session.title,
            words.kind(session.kind).to_owned(),
            session.agent_name.unwrap_or_default(),
            machine,
            words.ago(now.since(session.last_active_at.0)),
        ]
    });
    print_table(words.session_headings(), rows)
}
