//! What the next daemon must know to go on with the same agent.
//!
//! The holder of the agent has it, because that lives exactly as long as it is of use. It gets it
//! before anything of it is written into the journal, so that a daemon which is killed in between
//! leaves a step of which the next one can tell what is missing: records of the transcript by their
//! number, the other changes by the number of the step, which is written with them.

use bytes::Bytes;
use holder::protocol::MAX_STATE_BYTES;
use journal::{Change, NewRecord};
use model::{CommandId, Timestamp};
use prost::Message;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wire::Report;

use super::Chat;
use super::agent::AgentSlot;
use crate::context::blocking;
use crate::spec::Spec;

/// What is written here. A daemon that reads another number begins with a new agent.
const FORMAT: u32 = 1;

/// A chat as it is handed on.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct HandedOn {
    format: u32,
    /// The number of the transcript's last record before this step.
    pub(super) last: u64,
    /// What the step adds to it.
    pub(super) records: Vec<Record>,
    /// What it changes beside that.
    pub(super) changes: Vec<Kept>,
    /// What is known of the session then.
    pub(super) spec: Spec,
    /// The state of the conversation.
    pub(super) chat: Box<RawValue>,
}

/// A record of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    at_ms: i64,
    update: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
}

/// A change of the journal, as far as chats make any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kept {
    Begin(CommandId),
    Finish(CommandId),
    /// A report without its number, as the link carries it, in hexadecimal.
    Report(String),
}

/// What was handed on is none of this release's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("it cannot be read")]
    Json(#[from] serde_json::Error),
    #[error("another release has written it")]
    Format,
    #[error("a report in it cannot be read")]
    Report,
}

impl HandedOn {
    /// Reads it.
    pub(super) fn read(state: &[u8]) -> Result<Self, Unreadable> {
        let handed_on: Self = serde_json::from_slice(state)?;
        if handed_on.format == FORMAT { Ok(handed_on) } else { Err(Unreadable::Format) }
    }
}

impl From<&NewRecord> for Record {
    fn from(record: &NewRecord) -> Self {
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        Self {
            at_ms: record.at.as_millis(),
            update: text(&record.update_json),
            raw: record.raw.as_ref().map(text),
        }
    }
}

impl From<Record> for NewRecord {
    fn from(record: Record) -> Self {
        Self {
            at: Timestamp::from_millis(record.at_ms),
            update_json: record.update.into(),
            raw: record.raw.map(Bytes::from),
        }
    }
}

impl Kept {
    /// `None` for what is written beside every step anyway.
    fn of(change: &Change) -> Option<Self> {
        match change {
            Change::Begin(command) => Some(Self::Begin(*command)),
            Change::Finish(command) => Some(Self::Finish(*command)),
            Change::Report { at, fact } => {
                let report = Report { seq: 0, at_ms: at.as_millis(), fact: Some(fact.clone()) };
                Some(Self::Report(hex::encode(report.encode_to_vec())))
            }
            _ => None,
        }
    }

    /// The change that it was.
    pub(super) fn change(&self) -> Result<Change, Unreadable> {
        match self {
            Self::Begin(command) => Ok(Change::Begin(*command)),
            Self::Finish(command) => Ok(Change::Finish(*command)),
            Self::Report(report) => {
                let bytes = hex::decode(report).map_err(|_| Unreadable::Report)?;
                let report = Report::decode(&*bytes).map_err(|_| Unreadable::Report)?;
                let fact = report.fact.ok_or(Unreadable::Report)?;
                Ok(Change::Report { at: Timestamp::from_millis(report.at_ms), fact })
            }
        }
    }
}

impl Chat {
    /// Hands on what has come of the last things that happened, before it is written down.
    pub(super) async fn hand_on(&mut self) {
        let AgentSlot::Here(here) = &self.agent else {
            // There is nobody to tell.
            return self.outbox.clear();
        };
        let has_news = !self.keeping.records.is_empty()
            || !self.keeping.changes.is_empty()
            || !self.outbox.is_empty();
        if here.has_open_step() || !(has_news || here.has_taken_more()) {
            return;
        }
        let last = self.last_record().await;
        self.spec.steps += 1;
        if !self.keeping.changes.is_empty() {
            let put = Change::PutSession { session: self.session, spec: self.spec.to_bytes() };
            self.keeping.change([put]);
        }
        let state = last.map(|last| self.handed_on(last)).unwrap_or_default();
        let inputs = std::mem::take(&mut self.outbox);
        if let AgentSlot::Here(here) = &mut self.agent {
            here.step(self.spec.steps, inputs, state).await;
        }
    }

    /// The chat as it stands; nothing where that is more than a holder takes, so that the next daemon
    /// begins with a new agent.
    fn handed_on(&self, last: u64) -> Bytes {
        let handed_on = HandedOn {
            format: FORMAT,
            last,
            records: self.keeping.records.iter().map(Record::from).collect(),
            changes: self.keeping.changes.iter().filter_map(Kept::of).collect(),
            spec: self.spec.clone(),
            chat: self.chat.handed_on(),
        };
        // Writing JSON to memory fails only for keys that are not text, and this has none.
        let state = serde_json::to_vec(&handed_on).expect("a chat can be written as JSON");
        if state.len() > MAX_STATE_BYTES {
            tracing::warn!(bytes = state.len(), "the chat is too large to be handed on");
            return Bytes::new();
        }
        state.into()
    }

    /// The number of the transcript's last record; `None` where that cannot be told, which is in the
    /// log.
    async fn last_record(&mut self) -> Option<u64> {
        if self.keeping.last.is_none() {
            let (journal, session) = (self.context.journal.clone(), self.session);
            let page = blocking(move || journal.read(session, u64::MAX, 1)).await;
            match page {
                Ok(page) => self.keeping.last = Some(page.last),
                Err(error) => self.context.note_failure(&error),
            }
        }
        self.keeping.last
    }
}
