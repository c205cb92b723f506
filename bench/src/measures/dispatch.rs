//! How long until the agent has a prompt: from before the request is sent until the live view
//! shows that the turn runs, and until the first of the agent's words is there. On the way the
//! prompt is on the disk of the server and of the machine.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result};
use client::{Live, LiveEvent};
use contract::sessions::{CreateTurn, PromptContent};
use model::turn::{TurnState, WhenBusy};
use model::{SessionId, TurnId};
use serde::Deserialize;

use crate::house::{House, Way};
use crate::process::within;
use crate::row::{Row, Unit};
use crate::spread::Spread;
use crate::stopwatch::Stopwatch;
use crate::subjects::Subjects;

const PROMPTS: usize = 120;

/// The first ones warm up caches and are not counted.
const WARM_UP: usize = 20;

/// What is promised, in milliseconds.
const AT_MOST_MS: f64 = 50.0;

/// The same from another process, whichever way its link goes.
const AT_MOST_APART_MS: f64 = 150.0;

/// What happens with a prompt.
#[derive(Debug, Default)]
struct Seen {
    running: Option<Duration>,
    spoke: Option<Duration>,
    ended: bool,
}

/// Prompts.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let (running, spoke) = dispatched(House::up(&subjects.gantline, &[]).await?).await?;
    let ms = |spread: &Spread, percent| Unit::Milliseconds.of(spread.percentile_ms(percent));
    let mut rows = vec![
        Row::at_most("dispatch, turn runs, p50", ms(&running, 50), AT_MOST_MS),
        Row::at_most("dispatch, turn runs, p95", ms(&running, 95), AT_MOST_MS),
        Row::at_most("dispatch, first words, p50", ms(&spoke, 50), AT_MOST_MS),
        Row::at_most("dispatch, first words, p95", ms(&spoke, 95), AT_MOST_MS),
    ];
    let socket = House::apart(&subjects.gantline, Way::WebSocket).await?;
    let (socket, _) = dispatched(socket).await?;
    let poll = House::apart(&subjects.gantline, Way::LongPoll).await?;
    let (poll, _) = dispatched(poll).await?;
    for (way, times) in [("WebSocket", &socket), ("long-poll", &poll)] {
        let name = |percent| format!("dispatch by {way}, turn runs, p{percent}");
        rows.push(Row::at_most(&name(50), ms(times, 50), AT_MOST_APART_MS));
        rows.push(Row::at_most(&name(99), ms(times, 99), AT_MOST_APART_MS));
    }
    let name = "dispatch by long-poll, turn runs, p50";
    rows.push(Row::beside(name, ms(&poll, 50), "WebSocket", socket.percentile_ms(50)));
    Ok(rows)
}

/// How long until the turn runs, and until the agent's first words.
async fn dispatched(house: House) -> Result<(Spread, Spread)> {
    let session = house.chat().await?.session_id;
    let mut live = house.client.live();
    live.follow(session, 0);
    let (mut known, mut running, mut spoke) = (HashSet::new(), Vec::new(), Vec::new());
    for number in 0..PROMPTS {
        let seen = prompt(&house, &mut live, session, number, &mut known).await?;
        running.push(seen.running.context("the turn was not seen to run")?);
        spoke.push(seen.spoke.context("the agent said nothing")?);
    }
    live.close().await;
    house.stop().await?;
    let counted = |times: Vec<Duration>| Spread::of(times.into_iter().skip(WARM_UP));
    Ok((counted(running), counted(spoke)))
}

async fn prompt(
    house: &House,
    live: &mut Live,
    session: SessionId,
    number: usize,
    known: &mut HashSet<TurnId>,
) -> Result<Seen> {
    let content = PromptContent::Text("/say pong".to_owned());
    let order = CreateTurn { content, when_busy: WhenBusy::Queue };
    let key = format!("bench-{number}");
    let stopwatch = Stopwatch::start();
    let sent = async { Ok(house.client.prompt(session, &order, &key).await?) };
    let seen = within("wait for the end of a turn", watch(live, stopwatch, known));
    let (turn, seen) = tokio::try_join!(sent, seen)?;
    known.insert(turn.turn_id);
    Ok(seen)
}

/// Watches until the turn is over that was not known before.
async fn watch(live: &mut Live, stopwatch: Stopwatch, known: &HashSet<TurnId>) -> Result<Seen> {
    let mut seen = Seen::default();
    while !(seen.ended && seen.spoke.is_some()) {
        match live.next().await? {
            LiveEvent::Turn(turn) if !known.contains(&turn.turn_id) => {
                if turn.state == TurnState::Running {
                    seen.running.get_or_insert(stopwatch.elapsed());
                }
                seen.ended |= turn.state.is_final();
            }
            LiveEvent::Updates { records, .. } => {
                for record in records {
                    let update: Update = serde_json::from_str(record.update.get())?;
                    if update.kind == "agent_message_chunk" {
                        seen.spoke.get_or_insert(stopwatch.elapsed());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(seen)
}

/// As much of an update as says what it is.
#[derive(Deserialize)]
struct Update {
    kind: String,
}
