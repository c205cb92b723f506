//! What must last of a chat: its transcript, and what the server is told.

use std::time::Duration;

use conversation::effect::Entry;
use conversation::update::{Level, Notice, NoticeCode};
use conversation::{Fact, Update};
use journal::{Change, JournalError, NewRecord, Room};
use model::command::CommandState;
use model::turn::TurnState;
use model::{CommandId, SessionId, TurnId};

use super::Chat;
use crate::context::Context;
use crate::reports::{self, Refused};

/// How long to wait until a journal that cannot keep more at the moment is asked again.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What waits to be written.
#[derive(Default)]
pub(super) struct Keeping {
    pub(super) records: Vec<NewRecord>,
    pub(super) changes: Vec<Change>,
    /// The number of the transcript's last record, once it is known.
    pub(super) last: Option<u64>,
    /// Whether something was reported that is only true with a transcript that lasts.
    flush: bool,
    /// Whether the transcript has no more room, and what stood in it was said to be the end.
    full: bool,
}

/// How something is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It survives a power cut before anything else happens.
    Durably,
    /// Reports survive a power cut, the transcript within a second.
    AsItComes,
}

impl Keeping {
    pub(super) fn append(&mut self, context: &Context, entry: Entry) {
        if self.full {
            return;
        }
        self.records.push(NewRecord {
            at: context.clock.now(),
            update_json: entry.json.into(),
            raw: entry.raw.map(|raw| bytes::Bytes::copy_from_slice(raw.as_bytes())),
        });
    }

    pub(super) fn change(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.changes.extend(changes);
    }
}

impl Chat {
    /// Notes a fact for the server, and what it means for the command that it came of.
    pub(super) fn note(&mut self, fact: Fact) {
        let turn = match &fact {
            Fact::Turn { turn, state, outcome, .. } => Some((*turn, *state, outcome.clone())),
            _ => None,
        };
        if let Some((turn, TurnState::Running, _)) = turn
            && let Some(command) = self.prompts.begin(turn)
        {
            self.keeping.change([Change::Begin(command)]);
        }
        if let Some(fact) = reports::of_chat(self.session, self.as_it_stands(fact)) {
            self.keeping.change([self.context.report(fact)]);
        }
        if let Some((turn, state, outcome)) = turn
            && state.is_final()
        {
            self.finish_prompt(turn, state, outcome);
        }
    }

    fn finish_prompt(&mut self, turn: TurnId, state: TurnState, outcome: String) {
        self.keeping.flush = true;
        if let Some(command) = self.prompts.finish(turn) {
            self.keeping.change(prompt_finished(&self.context, command, state, outcome));
        }
    }

    /// Writes what waits. What cannot be written at the moment is tried again and again, because
    /// a chat must not go on beyond what is known of it.
    pub(super) async fn keep(&mut self, how: How) {
        self.hand_on().await;
        while let Err(error) = self.try_to_keep(how).await {
            self.context.note_failure(&error);
            // A session can be ended though nothing can be written down.
            self.stop_its_agent();
            if self.context.stopping.is_cancelled() {
                return;
            }
            tokio::time::sleep(ASK_AGAIN_AFTER).await;
        }
        self.agent.kept();
    }

    /// Writes the end of the session, and that it is one.
    pub(super) async fn keep_the_end(&mut self) {
        self.keeping.change([Change::RemoveSession(self.session)]);
        self.keep(How::Durably).await;
    }

    async fn try_to_keep(&mut self, how: How) -> Result<(), JournalError> {
        self.append_records().await?;
        let keeping = &mut self.keeping;
        if how == How::Durably || keeping.flush {
            self.context.journal.flush(self.session).await?;
            keeping.flush = false;
        }
        if !keeping.changes.is_empty() {
            self.context.journal.commit(keeping.changes.clone()).await?;
            keeping.changes.clear();
        }
        Ok(())
    }

    async fn append_records(&mut self) -> Result<(), JournalError> {
        let records = std::mem::take(&mut self.keeping.records);
        if records.is_empty() {
            return Ok(());
        }
        let journal = &self.context.journal;
        match journal.append(self.session, records.clone(), Room::Ordinary).await {
            Ok(last) => {
                self.keeping.last = Some(last);
                Ok(())
            }
            Err(error) if error.is_full() => self.end_transcript(&error).await,
            Err(error) => {
                self.keeping.records = records;
                Err(error)
            }
        }
    }

    /// Says in the transcript that it ends here, and ends the session: what cannot be seen must
    /// not go on.
    async fn end_transcript(&mut self, why: &JournalError) -> Result<(), JournalError> {
        tracing::error!(error = %why, "the session ends because its transcript has no more room");
        self.keeping.full = true;
        let text = format!("the session ends: {why}");
        let notice = Notice::new(Level::Error, NoticeCode::TranscriptFull, &text);
        let last = NewRecord {
            at: self.context.clock.now(),
            update_json: to_json(&Update::Notice(notice)).into(),
            raw: None,
        };
        let kept = self.context.journal.append(self.session, vec![last], Room::Reserve).await;
        self.chat.stop(&text);
        match kept {
            // Even the reserve may be gone where the disk itself is full.
            Err(error) if !error.is_full() => Err(error),
            _ => Ok(()),
        }
    }
}

/// How the command of a prompt ended, given how its turn did.
pub(super) fn prompt_finished(
    context: &Context,
    command: CommandId,
    state: TurnState,
    outcome: String,
) -> [Change; 2] {
    let failed = |code| Some(Refused::new(code, outcome));
    let (state, why) = match state {
        TurnState::Failed => (CommandState::Failed, failed("turn_failed")),
        TurnState::Unknown => (CommandState::Unknown, failed("turn_unknown")),
        _ => (CommandState::Done, None),
    };
    reports::finished(context, command, state, why.as_ref())
}

fn to_json(update: &Update) -> String {
    // Writing JSON to memory fails only for keys that are not strings, and an update has none.
    serde_json::to_string(update).expect("an update can be written as JSON")
}

/// Says of a session that it has failed before it began.
pub(super) fn failed_to_begin(session: SessionId, why: &str) -> wire::report::Fact {
    reports::session_changed(session, model::session::SessionState::Failed, why)
}
