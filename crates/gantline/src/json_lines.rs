//! A turn for programs: one JSON object on each line. `docs/cli.md` describes each of them; members
//! are only ever added.

use std::io;

use contract::permissions::PermissionView;
use contract::sessions::{SessionView, TurnView, UpdateRecord};
use conversation::update::TurnUpdate;
use model::turn::TurnState;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::follow::Ended;
use crate::output::try_print_json;
use crate::suppress;
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
    /// The turn has failed; the prompt is given again.
    Retry { attempt: u32, of: u32, wait_ms: u64 },
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

/// A turn for programs.
#[derive(Default)]
pub(crate) struct JsonLines {
    transcript: Transcript,
    /// What the agent said after its last tool call.
    text: String,
    /// Whether what the agent has read from files is left out.
    suppress_reads: bool,
}

impl JsonLines {
    pub(crate) fn new(suppress_reads: bool) -> Self {
        Self { suppress_reads, ..Self::default() }
    }

    pub(crate) fn session(session: &SessionView, created: bool) -> io::Result<()> {
        try_print_json(&Line::Session { created, session })
    }

    pub(crate) fn turn(turn: &TurnView) -> io::Result<()> {
        try_print_json(&Line::Turn { turn })
    }

    /// Prints a record. Answers whether it says something about a turn.
    pub(crate) fn record(&mut self, record: &UpdateRecord) -> io::Result<Option<TurnUpdate>> {
        let at = record.at.to_string();
        let news = self.transcript.take(record);
        let reading = match &news {
            Some(News::ToolRuns(call) | News::ToolEnded(call, _)) if self.suppress_reads => {
                suppress::without_what_was_read(call, &record.update)
            }
            _ => None,
        };
        let (seq, update) = (record.seq, reading.as_ref().unwrap_or(&record.update));
        try_print_json(&UpdateLine { r#type: "update", seq, at, update })?;
        match news {
            Some(News::Said { text, begins }) => {
                if begins {
                    self.text.clear();
                }
                self.text.push_str(&text);
                Ok(None)
            }
            Some(News::ToolEnded(..)) => {
                self.text.clear();
                Ok(None)
            }
            Some(News::Turn(turn)) => Ok(Some(turn)),
            _ => Ok(None),
        }
    }

    pub(crate) fn restarted(&mut self) -> io::Result<()> {
        *self = Self::new(self.suppress_reads);
        try_print_json(&Line::Restarted)
    }

    pub(crate) fn retries(&mut self, attempt: u32, of: u32, wait_ms: u64) -> io::Result<()> {
        self.text.clear();
        try_print_json(&Line::Retry { attempt, of, wait_ms })
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

    pub(crate) fn result(&self, ended: &Ended) -> io::Result<()> {
        try_print_json(&Line::Result {
            state: ended.state,
            stop_reason: ended.stop_reason.as_deref(),
            outcome: ended.outcome.as_deref(),
            text: &self.text,
            exit_code: ended.meaning() as u8,
        })
    }
}
