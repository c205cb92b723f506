//! Going on with the chats of an earlier life of the daemon.

use std::sync::Arc;

use bytes::Bytes;
use conversation::{Conversation, Memory, Prompt, Update};
use journal::{Change, JournalError};
use model::SessionId;
use model::permission::PermissionState;
use wire::command::Order;
use wire::report::{Fact, PermissionClosed, TurnChanged};

use super::Chat;
use super::keep::prompt_finished;
use super::orders::{Stage, read_prompt};
use super::start::setup;
use crate::context::{Context, blocking};
use crate::ordered::Ordered;
use crate::spec::Spec;

/// How much of a transcript is read at once.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Recalls a chat: what its transcript says, and the prompts that were accepted and not finished,
/// in order. Whatever ran is over; how it ended is not known (R08).
pub(crate) async fn recall(
    context: &Arc<Context>,
    session: SessionId,
    spec: Spec,
    prompts: Vec<(Ordered, Stage)>,
) -> Result<Chat, JournalError> {
    let memory = read_transcript(context, session).await?;
    let setup = setup(context, session, &spec);
    let mut entered = Vec::new();
    let mut waiting = Vec::new();
    let mut over = Vec::new();
    for (ordered, stage) in prompts {
        let Some(prompt) = prompt_of(&ordered) else {
            over.extend(unreadable(context, &ordered));
            continue;
        };
        match memory.turn(prompt.turn).filter(|turn| turn.state.is_final()) {
            // It ended, and the server may not have been told.
            Some(turn) => over.extend(told_again(context, session, &ordered, turn)),
            None => {
                entered.push((prompt.turn, ordered.id, stage));
                waiting.push(prompt);
            }
        }
    }
    let chat = Conversation::resume(setup, memory, waiting);
    let mut chat = Chat::new(context.clone(), session, spec, chat);
    for (turn, command, stage) in entered {
        chat.prompts.enter(turn, command, stage);
    }
    chat.keeping.change(over);
    Ok(chat)
}

/// The number of the last record of a transcript.
pub(super) async fn last_record(
    context: &Context,
    session: SessionId,
) -> Result<u64, JournalError> {
    let journal = context.journal.clone();
    blocking(move || journal.read(session, u64::MAX, 1)).await.map(|page| page.last)
}

pub(super) async fn read_transcript(
    context: &Context,
    session: SessionId,
) -> Result<Memory, JournalError> {
    let journal = context.journal.clone();
    blocking(move || {
        let mut memory = Memory::default();
        let mut after = 0;
        loop {
            let page = journal.read(session, after, PAGE_BYTES)?;
            let Some(last) = page.records.last() else { return Ok(memory) };
            after = last.seq;
            for record in &page.records {
                match serde_json::from_slice::<Update>(&record.update_json) {
                    Ok(update) => memory.learn(&update),
                    Err(error) => tracing::warn!(
                        session.id = %session, record = record.seq, %error,
                        "a record of the transcript cannot be read"
                    ),
                }
            }
        }
    })
    .await
}

pub(super) fn prompt_of(ordered: &Ordered) -> Option<Prompt> {
    match &ordered.order {
        Some(Order::Prompt(prompt)) => read_prompt(prompt).ok(),
        _ => None,
    }
}

fn unreadable(context: &Context, ordered: &Ordered) -> [Change; 2] {
    let outcome = "the prompt cannot be read".to_owned();
    prompt_finished(context, ordered.id, model::turn::TurnState::Failed, outcome)
}

fn told_again(
    context: &Context,
    session: SessionId,
    ordered: &Ordered,
    turn: &conversation::update::TurnUpdate,
) -> Vec<Change> {
    let outcome = turn.outcome.clone().unwrap_or_default();
    let fact = Fact::TurnChanged(TurnChanged {
        session_id: Bytes::copy_from_slice(session.as_bytes()),
        turn_id: Bytes::copy_from_slice(turn.turn_id.as_bytes()),
        state: turn.state.to_string(),
        outcome: outcome.clone(),
        stop_reason: turn.stop_reason.clone().unwrap_or_default(),
    });
    let mut changes = vec![context.report(fact)];
    changes.extend(prompt_finished(context, ordered.id, turn.state, outcome));
    changes
}

/// Says that a question is moot whose answer was on its way: its agent has died with the daemon.
pub(crate) fn question_moot(context: &Context, ordered: &Ordered) -> Option<Change> {
    let Some(Order::AnswerPermission(answer)) = &ordered.order else { return None };
    Some(context.report(Fact::PermissionClosed(PermissionClosed {
        request_id: answer.request_id.clone(),
        state: PermissionState::Withdrawn.to_string(),
    })))
}
