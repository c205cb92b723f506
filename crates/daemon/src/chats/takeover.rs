//! Going on with an agent that has outlived the daemon.

use std::collections::HashSet;
use std::sync::Arc;

use conversation::{Conversation, Fact, NotTakenUp};
use holder::{AgentStanding, HeldAgent};
use journal::{Change, JournalError, Room};
use model::{CommandId, SessionId};
use wire::command::Order;

use super::Chat;
use super::agent::{AgentSlot, Standing};
use super::handing_on::{HandedOn, Kept, Unreadable};
use super::here::Here;
use super::orders::Stage;
use super::resume::{last_record, prompt_of, read_transcript};
use super::start::setup;
use crate::context::Context;
use crate::ordered::Ordered;
use crate::spec::Spec;

/// Orders of an earlier life that are not finished.
pub(crate) struct LeftOver {
    /// In the order in which they were accepted.
    pub(crate) accepted: Vec<Ordered>,
    /// The same for those that were begun.
    pub(crate) begun: Vec<Ordered>,
}

/// Why a chat cannot go on with its agent. It goes on with a new one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTakenOver {
    /// Nothing was handed on yet, or it was too large.
    #[error("nothing was handed on")]
    Nothing,
    /// It has ended, and all of that is written down.
    #[error("the agent has ended")]
    Ended,
    /// Another release has handed it on.
    #[error("what was handed on")]
    Unreadable(#[from] Unreadable),
    /// The conversation cannot go on from it.
    #[error(transparent)]
    NotTakenUp(#[from] NotTakenUp),
    /// The transcript holds what was not handed on, or lacks what was.
    #[error("the transcript ends with record {last}, which does not fit")]
    Transcript {
        /// Its last record.
        last: u64,
    },
    /// The journal cannot be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Goes on with a chat as it was handed on; takes those orders out that it knows of.
pub(crate) async fn take_over(
    context: &Arc<Context>,
    session: SessionId,
    spec: &mut Spec,
    (mut held, standing): (HeldAgent, AgentStanding),
    orders: &mut LeftOver,
) -> Result<Chat, NotTakenOver> {
    if standing.state.is_empty() {
        return Err(NotTakenOver::Nothing);
    }
    let handed_on = HandedOn::read(&standing.state)?;
    let last = redo(context, session, spec, &handed_on, &standing, orders).await?;
    held.kept(standing.step);
    spec.steps = spec.steps.max(standing.step);

    let memory = read_transcript(context, session).await?;
    let of_session = |ordered: &&Ordered| ordered.session == session;
    let left = orders.accepted.iter().chain(&orders.begun).filter(of_session);
    let prompts: Vec<_> = left.filter_map(prompt_of).collect();
    let now = context.clock.tick();
    let setup = setup(context, session, spec);
    let chat = Conversation::taken_up(setup, &handed_on.chat, &memory, &prompts, now)?;
    if !chat.has_agent() {
        return Err(NotTakenOver::Ended);
    }
    let mut chat = Chat::new(context.clone(), session, spec.clone(), chat);
    chat.keeping.last = Some(last);
    chat.take_orders(orders);
    chat.lay_hold(held, &standing);
    Ok(chat)
}

/// Writes down what of the last step is missing in the journal. Answers the number of the
/// transcript's last record.
async fn redo(
    context: &Context,
    session: SessionId,
    spec: &mut Spec,
    handed_on: &HandedOn,
    standing: &AgentStanding,
    orders: &mut LeftOver,
) -> Result<u64, NotTakenOver> {
    let journal = &context.journal;
    let last = last_record(context, session).await?;
    let expected = handed_on.last + handed_on.records.len() as u64;
    let written = last.checked_sub(handed_on.last).filter(|_| last <= expected);
    let Some(written) = written else { return Err(NotTakenOver::Transcript { last }) };
    let written = usize::try_from(written).unwrap_or(usize::MAX);
    let missing: Vec<_> = handed_on.records.iter().skip(written).cloned().map(Into::into).collect();
    if standing.is_kept && !missing.is_empty() {
        return Err(NotTakenOver::Transcript { last });
    }
    if !missing.is_empty() {
        journal.append(session, missing, Room::Ordinary).await?;
    }
    if standing.is_kept {
        return Ok(expected);
    }
    journal.flush(session).await?;
    if !handed_on.changes.is_empty() && spec.steps < standing.step {
        *spec = handed_on.spec.clone();
        let put = Change::PutSession { session, spec: spec.to_bytes() };
        let changes = handed_on.changes.iter().map(Kept::change);
        let changes: Result<Vec<_>, _> = changes.chain([Ok(put)]).collect();
        journal.commit(changes?).await?;
        orders.note(&handed_on.changes);
    }
    Ok(expected)
}

impl LeftOver {
    /// Takes note of what has become of them after all.
    fn note(&mut self, changes: &[Kept]) {
        let of = |pick: fn(&Kept) -> Option<CommandId>| -> HashSet<CommandId> {
            changes.iter().filter_map(pick).collect()
        };
        let begun = of(|change| match change {
            Kept::Begin(command) => Some(*command),
            _ => None,
        });
        let finished = of(|change| match change {
            Kept::Finish(command) => Some(*command),
            _ => None,
        });
        self.begun.extend(self.accepted.extract_if(.., |one| begun.contains(&one.id)));
        self.accepted.retain(|one| !finished.contains(&one.id));
        self.begun.retain(|one| !finished.contains(&one.id));
    }
}

impl Chat {
    /// Takes the prompts out that the chat knows, and what was begun and has had no effect. What was
    /// only accepted comes to it as orders do.
    fn take_orders(&mut self, orders: &mut LeftOver) {
        let session = self.session;
        for (left, stage) in
            [(&mut orders.accepted, Stage::Accepted), (&mut orders.begun, Stage::Begun)]
        {
            let chat = &self.chat;
            let known = left.extract_if(.., |one| {
                let turn = prompt_of(one).map(|prompt| prompt.turn);
                one.session == session && turn.is_some_and(|turn| chat.knows_turn(turn))
            });
            for ordered in known {
                if let Some(prompt) = prompt_of(&ordered) {
                    self.prompts.enter(prompt.turn, ordered.id, stage);
                }
            }
        }
        let of_chat = |one: &mut Ordered| {
            let others = matches!(one.order, Some(Order::StartSession(_) | Order::Prompt(_)));
            one.session == session && !others
        };
        for ordered in orders.begun.extract_if(.., of_chat) {
            self.begun.insert(ordered.id);
            self.held.push_back(ordered);
        }
    }

    /// Goes on with the agent, in the state in which it is to be.
    fn lay_hold(&mut self, mut held: HeldAgent, standing: &AgentStanding) {
        tracing::info!(
            session.id = %self.session, process = held.leader(), "an agent goes on"
        );
        let is_halted = self.halting.is_cancelled();
        // The life before had no time to do what it had said, or to say what it had done. What is to
        // end does not get to run again.
        if standing.is_paused && !self.spec.paused && !is_halted {
            held.resume();
        }
        let here = Here::new(self.context.clone(), self.session, held);
        self.agent = AgentSlot::Here(Box::new(here));
        if self.spec.paused {
            self.standing = Some(Standing::Tree);
        }
        if self.chat.is_leaving() {
            self.agent.kill();
        }
        let state = self.chat.state().session_state();
        self.note(Fact::Session { state, detail: String::new(), title: String::new() });
    }
}
