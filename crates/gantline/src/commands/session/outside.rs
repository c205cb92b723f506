//! `gantline session outside` and `gantline session continue`: sessions that were begun on a machine
//! with the agents' own programs.

use std::process::ExitCode;

use client::Client;
use contract::machines::MachineView;
use contract::outside::{OutsideSession, OutsideSessions};
use contract::sessions::CreateSession;
use host::SystemClock;
use model::Clock;
use model::session::SessionKind;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption, short};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::policy_flags::PolicyFlags;
use crate::starting;
use crate::words::Words;

/// The most that is told in one answer.
const ALL: u32 = 200;

/// The least of an identifier that names it.
const LEAST_OF_ID: usize = 4;

/// Which of them to list.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    machine: MachineOption,
    /// At most this many.
    #[arg(long, default_value_t = 50, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which one to go on with, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct ContinueArgs {
    /// The agent's identifier of it, or its beginning or end, as `gantline session outside` lists it.
    id: String,
    #[command(flatten)]
    machine: MachineOption,
    /// The agent with which it was begun, where two have one of that name.
    #[arg(long, short, value_name = "NAME")]
    agent: Option<String>,
    /// What to call it here [default: what it is called there, or what was asked first].
    #[arg(long)]
    title: Option<String>,
    /// Model, by the agent's name for it [default: the agent's own].
    #[arg(long, value_name = "ID")]
    model: Option<String>,
    #[command(flatten)]
    policy: PolicyFlags,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn list(args: ListArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = lookup::machine(&client, &args.machine, words).await?;
    let found = client.machine_outside_sessions(machine.machine_id, Some(args.limit)).await?;
    match args.format.format {
        Format::Json => try_print_json(&found)?,
        Format::Quiet => {
            for session in found.sessions {
                print_line(escape::line(&session.id))?;
            }
        }
        Format::Text => print(found, words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(found: OutsideSessions, words: &dyn Words) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    if found.sessions.is_empty() {
        print_line(words.nothing_outside())?;
    } else {
        let rows = found.sessions.into_iter().map(|session| {
            let note = note(&session, words);
            [
                short(&session.id),
                session.agent_name,
                session.title,
                session.project_path,
                words.ago(now.since(session.changed_at.0)),
                note,
            ]
        });
        print_table(words.outside_headings(), rows)?;
    }
    if found.unreadable > 0 {
        print_line(format_args!("! {}", words.outside_unreadable(found.unreadable)))?;
    }
    if found.has_more {
        print_line(words.more_outside())?;
    }
    Ok(())
}

fn note(session: &OutsideSession, words: &dyn Words) -> String {
    match (&session.continued_in, session.continued) {
        (Some(id), _) => words.outside_continued_in(&short(id)),
        (None, true) => words.outside_continued().to_owned(),
        (None, false) if session.may_be_open => words.outside_may_be_open().to_owned(),
        (None, false) => String::new(),
    }
}

/// Goes on with one.
pub(crate) async fn go_on(args: ContinueArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = lookup::machine(&client, &args.machine, words).await?;
    let machine = starting::described(&client, &machine).await?;
    let outside = meant(&client, &machine, &args.id, args.agent.as_deref(), words).await?;
    let body = CreateSession {
        agent_name: Some(outside.agent_name),
        project_path: None,
        model: args.model,
        policy: args.policy.options(),
        title: args.title,
        continues: Some(outside.id),
        ..starting::body(&machine, SessionKind::Chat, None, words)?
    };
    let session = client.session_create(&body).await?;
    match args.format.format {
        Format::Json => try_print_json(&session)?,
        Format::Quiet => print_line(session.session_id)?,
        Format::Text => {
            let title = escape::line(&session.title).into_owned();
            print_line(words.goes_on_outside(&title, &short(&session.session_id)))?;
            if outside.may_be_open {
                print_line(format_args!("! {}", words.goes_on_beside()))?;
            }
        }
    }
    Ok(Meaning::Done.into())
}

async fn meant(
    client: &Client,
    machine: &MachineView,
    name: &str,
    agent: Option<&str>,
    words: &dyn Words,
) -> anyhow::Result<OutsideSession> {
    let found = client.machine_outside_sessions(machine.machine_id, Some(ALL)).await?;
    let is_meant = |session: &OutsideSession| {
        let part = name.len() >= LEAST_OF_ID
            && (session.id.ends_with(name) || session.id.starts_with(name));
        (session.id == name || part) && agent.is_none_or(|agent| session.agent_name == agent)
    };
    let mut meant = found.sessions.into_iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(Refusal::new(Meaning::Usage, words.several_outside(name)).into()),
        (None, _) => {
            let refusal = Refusal::new(Meaning::NotFound, words.no_such_outside(name));
            Err(refusal.with_hint(words.hint_list_outside()).into())
        }
    }
}
