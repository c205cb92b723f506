//! `gantline session show`: one session, with its last turns.

use std::process::ExitCode;

use client::Client;
use contract::presence::PresentView;
use contract::sessions::{SessionView, TurnView};
use contract::usage::SessionUsage;
use host::SystemClock;
use model::session::SessionKind;
use model::{Clock, SessionId};
use serde_json::json;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::money::dollars;
use crate::output::{Format, FormatOption, print_fields, print_line, print_table, try_print_json};
use crate::words::Words;

/// Turns that are shown.
const TURNS: usize = 10;

/// Which session to show.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Shows it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, invocation.words).await?;
    tell(&client, session.session_id, args.format.format, invocation.words).await?;
    Ok(Meaning::Done.into())
}

/// Shows a session as it is at the moment.
pub(in crate::commands) async fn tell(
    client: &Client,
    id: SessionId,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<()> {
    if format == Format::Quiet {
        return Ok(print_line(id)?);
    }
    let session = client.session(id).await?;
    let usage = client.session_usage(id).await?;
    let presence = client.session_presence(id).await?;
    let turns = match session.kind {
        SessionKind::Chat => client.turns(id).await?,
        SessionKind::Terminal => vec![],
    };
    match format {
        Format::Json => {
            let people = &presence.people;
            try_print_json(&json!({
                "session": session, "turns": turns, "usage": usage, "presence": people,
            }))?;
        }
        _ => print(session, turns, &usage, &presence.people, words)?,
    }
    Ok(())
}

fn print(
    session: SessionView,
    turns: Vec<TurnView>,
    usage: &SessionUsage,
    present: &[PresentView],
    words: &dyn Words,
) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    let labels = words.session_labels();
    let detail = session.containment_detail.as_deref().unwrap_or_default();
    let contained = session.containment.map(|word| words.contained(word, detail));
    let contained = contained.unwrap_or_default();
    let paused = session
        .paused
        .as_ref()
        .map(|pause| words.paused_since(&pause.by.display_name, &words.ago(now.since(pause.at.0))));
    let paused = paused.unwrap_or_default();
    let worktree = session.worktree.as_ref().map(|worktree| words.worktree(worktree));
    print_fields([
        (labels.title, session.title),
        (labels.id, session.session_id.to_string()),
        (labels.status, words.session_status(session.status).to_owned()),
        (labels.detail, session.detail.unwrap_or_default()),
        (labels.paused, paused),
        (labels.kind, words.kind(session.kind).to_owned()),
        (labels.agent, session.agent_name.unwrap_or_default()),
        (labels.model, session.model.unwrap_or_default()),
        (labels.preset, session.permission_preset),
        (labels.containment, contained),
        (labels.idle_limit, session.ttl.map(|s| words.seconds_idle(s)).unwrap_or_default()),
        (labels.machine, session.machine_id.to_string()),
        (labels.directory, session.project_path),
        (words.worktree_label(), worktree.unwrap_or_default()),
        (labels.owner, session.owner.display_name),
        (words.present_label(), names(present)),
        (labels.created, words.ago(now.since(session.created_at.0))),
        (labels.active, words.ago(now.since(session.last_active_at.0))),
        (labels.usage, {
            let totals = usage.totals;
            let cost = dollars(totals.cost_usd, totals.cost_is_assumed);
            words.usage_sum(totals.calls, totals.total_tokens, &cost)
        }),
    ])?;
    if turns.is_empty() {
        return Ok(());
    }
    print_line("")?;
    let rows = turns.into_iter().take(TURNS).map(|turn| {
        [
            short(&turn.turn_id),
            words.turn_state(turn.state).to_owned(),
            words.ago(now.since(turn.created_at.0)),
            turn.outcome.unwrap_or_default(),
        ]
    });
    print_table(words.turn_headings(), rows)
}

fn names(present: &[PresentView]) -> String {
    let names: Vec<_> = present.iter().map(|one| one.display_name.as_str()).collect();
    names.join(", ")
}
