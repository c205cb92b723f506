//! Asking an agent and hearing its answer: a prompt, and everything that follows until its turn is
//! over. Whoever stops listening stops nothing: the turn goes on, on its machine.

use std::collections::VecDeque;
use std::time::Duration;

use bus::{Event as BusEvent, Heard, Listener};
use conversation::Update;
use conversation::events::{Event, EventType, Narrator, Reads};
use conversation::update::TurnUpdate;
use model::session::{Session, SessionState};
use model::turn::{Turn, TurnState};
use model::{Actor, SessionId, Tick, TurnId};
use policy::Action;
use relay::{ChatEvent, ChatView};

use crate::turns::{self, PromptRequest};
use crate::{ControlPlane, Error, transcripts};

/// How long the transcript may take to tell the end of a turn that is known to be over. A turn
/// that the machine has refused is in no transcript.
const TOLD_WITHIN: Duration = Duration::from_secs(5);

/// What is kept of an answer, in bytes.
pub const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// A turn that somebody listens to.
pub struct Asked {
    /// The turn.
    pub turn: TurnId,
    session: SessionId,
    view: ChatView,
    listener: Listener,
    narrator: Narrator,
    content: String,
    cut_bytes: u64,
    /// Heard, but not told yet: what came in one piece with the end.
    waiting: VecDeque<Said>,
    /// How the turn has ended, and since when that is known.
    ended: Option<(Turn, Tick)>,
}

/// What is heard of a turn.
#[derive(Debug)]
pub enum Said {
    /// These, in order.
    Events(Vec<Placed>),
    /// The machine cannot be reached; more comes when it is back.
    MachineOffline,
    /// The turn is over.
    Over(Answer),
}

/// An event with its place.
#[derive(Debug)]
pub struct Placed {
    /// The position in the transcript of the update that it stands for.
    pub seq: u64,
    /// The event.
    pub event: Event,
}

/// How a turn has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How.
    pub state: TurnState,
    /// The agent's own word for why it stopped.
    pub stop_reason: Option<String>,
    /// Why it ended, where the agent was not simply done.
    pub outcome: Option<String>,
    /// What the agent has said.
    pub content: String,
    /// How many bytes at its end were left out.
    pub cut_bytes: u64,
}

/// Gives a prompt to the agent of a chat, and listens.
pub async fn ask(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    request: PromptRequest,
    reads: Reads,
) -> Result<Asked, Error> {
    plane.authorise_session(actor, Action::SessionDrive, session.id).await?;
    let listener = plane.bus.listen();
    let from = position(plane, actor, session).await?;
    let turn = turns::prompt(plane, actor, session.id, request).await?;
    Ok(Asked {
        turn: turn.id,
        session: session.id,
        view: plane.relay.watch_chat(session.machine, session.id, from),
        listener,
        narrator: Narrator::new(reads),
        content: String::new(),
        cut_bytes: 0,
        waiting: VecDeque::new(),
        ended: None,
    })
}

/// The last position of a chat's transcript; what is asked comes after it.
async fn position(plane: &ControlPlane, actor: &Actor, session: &Session) -> Result<u64, Error> {
    if session.state == SessionState::Starting {
        return Ok(0);
    }
    turns::check_chat(session)?;
    Ok(transcripts::updates(plane, actor, session.id, 0, Some(1)).await?.last)
}

impl Asked {
    /// Waits for what is said next. Nothing follows [`Said::Over`]. Safe to drop and call again.
    pub async fn next(&mut self, plane: &ControlPlane) -> Result<Said, Error> {
        loop {
            if let Some(said) = self.waiting.pop_front() {
                return Ok(said);
            }
            let now = plane.clock().tick();
            let patience = self.ended.as_ref().map(|(_, since)| now.since(*since));
            let patience = patience.map(|waited| TOLD_WITHIN.saturating_sub(waited));
            tokio::select! {
                biased;
                // What the agent says comes before what is known of its turn.
                event = self.view.next() => self.take(plane, event).await?,
                // The turn has moved on, or the session is gone.
                heard = self.listener.next() => self.hear(plane, heard).await?,
                // The transcript does not tell the end.
                () = wait(patience) => self.give_up_waiting(),
            }
        }
    }

    async fn take(&mut self, plane: &ControlPlane, event: ChatEvent) -> Result<(), Error> {
        let records = match event {
            ChatEvent::Records(records) => records,
            ChatEvent::MachineOffline => {
                self.waiting.push_back(Said::MachineOffline);
                return Ok(());
            }
            ChatEvent::Live | ChatEvent::Restarted => return Ok(()),
            ChatEvent::Ended => {
                let turn = self.turn_now(plane).await?;
                // A session that is gone takes its turns with it.
                let state = if turn.state.is_final() { turn.state } else { TurnState::Unknown };
                self.over(state, None, turn.outcome);
                return Ok(());
            }
        };
        let mut events = Vec::new();
        let mut end = None;
        for record in records {
            // One that is not JSON comes from a machine that has lost its mind.
            let Ok(update) = Update::from_json(&record.update_json) else { continue };
            end = end.or_else(|| self.end_in(&update));
            for event in self.narrator.take(update) {
                if event.turn == Some(self.turn) {
                    self.keep(&event);
                    events.push(Placed { seq: record.seq, event });
                }
            }
        }
        if !events.is_empty() {
            self.waiting.push_back(Said::Events(events));
        }
        if let Some(end) = end {
            self.over(end.state, end.stop_reason, end.outcome);
        }
        Ok(())
    }

    fn end_in(&self, update: &Update) -> Option<TurnUpdate> {
        match update {
            Update::Turn(turn) if turn.turn_id == self.turn && turn.state.is_final() => {
                Some(turn.clone())
            }
            _ => None,
        }
    }

    fn keep(&mut self, event: &Event) {
        if event.kind == EventType::OutputDelta {
            let room = MAX_ANSWER_BYTES - self.content.len();
            let kept = conversation::text::beginning(&event.content, room);
            self.content.push_str(kept);
            self.cut_bytes += (event.content.len() - kept.len()) as u64;
        }
    }

    async fn hear(&mut self, plane: &ControlPlane, heard: Heard) -> Result<(), Error> {
        match heard {
            Heard::Event(BusEvent::TurnChanged(_, turn)) if turn.id == self.turn => {
                self.note_end(plane, &turn);
            }
            Heard::Event(BusEvent::SessionRemoved(place)) if place.session == self.session => {
                return Err(Error::not_found("session"));
            }
            Heard::Event(_) => {}
            Heard::Missed => {
                let turn = self.turn_now(plane).await?;
                self.note_end(plane, &turn);
            }
            Heard::End => {
                return Err(Error::unavailable("stopping", "the server is stopping")
                    .with_hint("the turn goes on; follow its session when the server is back"));
            }
        }
        Ok(())
    }

    fn note_end(&mut self, plane: &ControlPlane, turn: &Turn) {
        if turn.state.is_final() && self.ended.is_none() {
            self.ended = Some((turn.clone(), plane.clock().tick()));
        }
    }

    fn give_up_waiting(&mut self) {
        if let Some((turn, _)) = self.ended.take() {
            self.over(turn.state, None, turn.outcome);
        }
    }

    fn over(&mut self, state: TurnState, stop_reason: Option<String>, outcome: Option<String>) {
        let content = std::mem::take(&mut self.content);
        let cut_bytes = self.cut_bytes;
        let answer = Answer { state, stop_reason, outcome, content, cut_bytes };
        self.waiting.push_back(Said::Over(answer));
        self.ended = None;
    }

    async fn turn_now(&self, plane: &ControlPlane) -> Result<Turn, Error> {
        plane.store.turn(self.turn).await?.ok_or_else(|| Error::not_found("session"))
    }
}

async fn wait(patience: Option<Duration>) {
    match patience {
        Some(patience) => tokio::time::sleep(patience).await,
        None => std::future::pending().await,
    }
}
