//! A turn for programs: one JSON object on each line.
//!
//! - [`mod@line`]: what a line holds, and its published schema

mod line;

use std::io;

use contract::permissions::PermissionView;
use contract::quotas::BudgetRequestView;
use contract::sessions::{SessionView, TurnView, UpdateRecord};

pub(crate) use self::line::{Line, schema};
use crate::follow::Ended;
use crate::output::try_print_json;
use crate::suppress;
use crate::transcript::{News, Transcript};

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

    /// Prints a record. Answers what was new in it.
    pub(crate) fn record(&mut self, record: &UpdateRecord) -> io::Result<Option<News>> {
        let news = self.transcript.take(record);
        let reading = match &news {
            Some(News::ToolRuns(call) | News::ToolEnded(call, _)) if self.suppress_reads => {
                suppress::without_what_was_read(call, &record.update)
            }
            _ => None,
        };
        let (seq, at) = (record.seq, record.at.to_string());
        let update = reading.as_ref().unwrap_or(&record.update);
        try_print_json(&Line::Update { seq, at, update })?;
        match &news {
            Some(News::Said { text, begins }) => {
                if *begins {
                    self.text.clear();
                }
                self.text.push_str(text);
            }
            Some(News::ToolEnded(..)) => self.text.clear(),
            _ => {}
        }
        Ok(news)
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

    pub(crate) fn budget(request: &BudgetRequestView) -> io::Result<()> {
        try_print_json(&Line::Budget { request })
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
