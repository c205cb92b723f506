//! `gantline terminal`: a shell, or an agent's own screen, on a machine, in this window.

use std::process::ExitCode;

use client::Part;
use contract::sessions::CreateSession;
use model::session::SessionKind;

use super::attach::{PrefixOption, attach_to};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::starting;
use crate::worktree_flags::WorktreeFlags;

/// What to start, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Agent whose own screen to start [default: the shell of the machine].
    #[arg(long, short, value_name = "NAME")]
    agent: Option<String>,

    /// Directory on the machine [default: the current one, where this computer is the machine and
    /// allows sessions there; else the machine's first workspace].
    #[arg(long, short = 'C', value_name = "DIRECTORY")]
    cwd: Option<String>,

    /// Model, by the agent's name for it.
    #[arg(long, value_name = "ID", requires = "agent")]
    model: Option<String>,

    /// What to call it.
    #[arg(long)]
    title: Option<String>,

    /// Start it and do not attach.
    #[arg(long)]
    detached: bool,

    #[command(flatten)]
    machine: MachineOption,

    #[command(flatten)]
    worktree: WorktreeFlags,

    #[command(flatten)]
    prefix: PrefixOption,

    #[command(flatten)]
    pub format: FormatOption,

    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Starts it and attaches to it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = lookup::machine(&client, &args.machine, words).await?;
    let machine = starting::described(&client, &machine).await?;
    let window = crossterm::terminal::size().ok().filter(|(c, r)| *c > 0 && *r > 0);
    let body = CreateSession {
        agent_name: args.agent,
        model: args.model,
        title: args.title,
        columns: window.map(|(columns, _)| columns),
        rows: window.map(|(_, rows)| rows),
        worktree: args.worktree.wanted(),
        ..starting::body(&machine, SessionKind::Terminal, args.cwd.as_deref(), words)?
    };
    let session = client.session_create(&body).await?;
    match args.format.format {
        Format::Json => try_print_json(&session)?,
        Format::Quiet => print_line(session.session_id)?,
        Format::Text if args.detached => {
            let title = escape::line(&session.title).into_owned();
            print_line(words.terminal_started(&title, &short(&session.session_id)))?;
        }
        Format::Text => {}
    }
    if args.detached {
        return Ok(Meaning::Done.into());
    }
    attach_to(&client, &session, Part::Write, args.prefix, words).await
}
