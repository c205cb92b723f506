//! A turn for programs: one JSON object on each line. `docs/cli.md` describes each of them; members
//! are only ever added.

use std::io;

use contract::permissions::PermissionView;
use contract::sessions::{SessionView, TurnView, UpdateRecord};
use conversation::update::TurnUpdate;
use model::turn::TurnState;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::exit::Meaning;
use crate::output::try_print_json;
use crate::transcript::{News, Transcript};

/// What is printed.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    /// The session, first of all.
    Session { created: bool, session: &'a SessionView },
    /// The turn that the prompt has begun.
    Turn { turn: &'a TurnView },
    /// The transcript turned out to be another one; its updates come again from the first.
    Restarted,
    /// What became of a question.
    Permission { permission: &'a PermissionView },
    /// The connection to the server is lost and is tried again.
    Disconnected { detail: String, retry_in_ms: u64 },
    /// The connection is back.
    Connected,
    /// How it ended, last of all.
    Result {
        state: TurnState,
        stop_reason: Option<&'a str>,
        outcome: Option<&'a str>,
        /// What the agent said after its last tool call.
        text: &'a str,
        exit_code: u8,
    },
}

/// One record of the transcript. Written by hand, because raw JSON cannot stand in an enum that
/// serde tells apart by a field.
#[derive(Serialize)]
struct UpdateLine<'a> {
    r#type: &'static str,
    seq: u64,
    at: String,
    update: &'a RawValue,
}

/// How a turn ended, for the last line.
pub(crate) struct Outcome<'a> {
    pub state: TurnState,
    pub stop_reason: Option<&'a str>,
    pub outcome: Option<&'a str>,
    pub meaning: Meaning,
}

/// A turn for programs.
#[derive(Default)]
pub(crate) struct JsonLines {
    transcript: Transcript,
    /// What the agent said after its last tool call.
    text: String,
}

impl JsonLines {
    pub(crate) fn session(session: &SessionView, created: bool) -> io::Result<()> {
        try_print_json(&Line::Session { created, session })
    }

    pub(crate) fn turn(turn: &TurnView) -> io::Result<()> {
        try_print_json(&Line::Turn { turn })
    }

    /// Prints a record. Answers whether it says something about a turn.
    pub(crate) fn record(&mut self, record: &UpdateRecord) -> io::Result<Option<TurnUpdate>> {
        let at = record.at.to_string();
        let (seq, update) = (record.seq, &*record.update);
        try_print_json(&UpdateLine { r#type: "update", seq, at, update })?;
        match self.transcript.take(record) {
            Some(News::Said { text, begins }) => {
                if begins {
                    self.text.clear();
                }
                self.text.push_str(&text);
                Ok(None)
            }
            Some(News::ToolEnded(_)) => {
                self.text.clear();
                Ok(None)
            }
            Some(News::Turn(turn)) => Ok(Some(turn)),
            _ => Ok(None),
        }
    }

    pub(crate) fn restarted(&mut self) -> io::Result<()> {
        *self = Self::default();
        try_print_json(&Line::Restarted)
    }

    pub(crate) fn permission(permission: &PermissionView) -> io::Result<()> {
        try_print_json(&Line::Permission { permission })
    }

    pub(crate) fn disconnected(error: &client::Error, retry_in_ms: u64) -> io::Result<()> {
        try_print_json(&Line::Disconnected { detail: error.to_string(), retry_in_ms })
    }

    pub(crate) fn connected() -> io::Result<()> {
        try_print_json(&Line::Connected)
    }

    pub(crate) fn result(&self, outcome: &Outcome<'_>) -> io::Result<()> {
        try_print_json(&Line::Result {
            state: outcome.state,
            stop_reason: outcome.stop_reason,
            outcome: outcome.outcome,
            text: &self.text,
            exit_code: outcome.meaning as u8,
        })
    }
}
