//! What can be done in a turn.

use std::sync::Arc;
use std::time::Duration;

use agent_client_protocol_schema::v1::{
    ContentBlock, ContentChunk, Plan, PlanEntry, PlanEntryPriority, PlanEntryStatus,
    SessionInfoUpdate, SessionUpdate, TextContent, UsageUpdate,
};
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::session::Session;

/// What the context of the scripted agent can hold, in tokens.
const CONTEXT_TOKENS: u64 = 128_000;

/// Pieces of what it says by itself are about this long.
const PIECE_CHARACTERS: usize = 24;

/// A running turn.
pub(super) struct Turn {
    pub(super) client: Client,
    pub(super) session: Arc<Session>,
    pub(super) cancelled: CancellationToken,
    said: std::sync::Mutex<String>,
}

/// Why a turn does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    Cancelled,
    Reason(String),
    Error { code: i64, message: String },
    Crash(u8),
}

/// What a step of a turn comes to.
pub(super) type Step<T = ()> = Result<T, Stop>;

impl Turn {
    pub(super) fn new(client: Client, session: Arc<Session>, cancelled: CancellationToken) -> Self {
        Self { client, session, cancelled, said: std::sync::Mutex::default() }
    }

    /// Everything it has said, for the history.
    pub(super) fn said(&self) -> String {
        std::mem::take(&mut *self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Says a text in pieces, as a model would.
    pub(super) async fn say(&self, text: &str) -> Step {
        for piece in pieces(text) {
            self.say_piece(piece).await?;
            self.pause().await?;
        }
        Ok(())
    }

    /// Says a text as it is.
    pub(super) async fn say_piece(&self, piece: &str) -> Step {
        self.check()?;
        self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push_str(piece);
        self.update(SessionUpdate::AgentMessageChunk(chunk(piece))).await;
        Ok(())
    }

    pub(super) async fn think(&self, text: &str) -> Step {
        for piece in pieces(text) {
            self.check()?;
            self.update(SessionUpdate::AgentThoughtChunk(chunk(piece))).await;
            self.pause().await?;
        }
        Ok(())
    }

    /// Shows a plan of which so many steps are done; the next one is being done.
    pub(super) async fn plan(&self, steps: &[&str], done: usize) -> Step {
        self.check()?;
        let entries = steps.iter().enumerate().map(|(number, step)| {
            let status = match number {
                number if number < done => PlanEntryStatus::Completed,
                number if number == done => PlanEntryStatus::InProgress,
                _ => PlanEntryStatus::Pending,
            };
            PlanEntry::new(*step, PlanEntryPriority::Medium, status)
        });
        self.update(SessionUpdate::Plan(Plan::new(entries.collect()))).await;
        Ok(())
    }

    pub(super) async fn entitle(&self, title: &str) {
        let info = SessionInfoUpdate::new().title(title.to_owned());
        self.update(SessionUpdate::SessionInfoUpdate(info)).await;
    }

    pub(super) async fn usage(&self, used: u64, size: Option<u64>) {
        let usage = UsageUpdate::new(used, size.unwrap_or(CONTEXT_TOKENS));
        self.update(SessionUpdate::UsageUpdate(usage)).await;
    }

    pub(super) async fn update(&self, update: SessionUpdate) {
        self.client.update(&self.session.id, update).await;
    }

    /// Waits a little, so that people see it stream.
    async fn pause(&self) -> Step {
        let pace = self.session.environment.pace;
        if pace.is_zero() || self.session.settings().fast {
            return self.check();
        }
        self.wait(pace).await
    }

    pub(super) async fn wait(&self, time: Duration) -> Step {
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.cancelled.cancelled() => Err(Stop::Cancelled),
        }
    }

    pub(super) fn check(&self) -> Step {
        if self.cancelled.is_cancelled() { Err(Stop::Cancelled) } else { Ok(()) }
    }
}

pub(super) fn chunk(text: &str) -> ContentChunk {
    ContentChunk::new(ContentBlock::Text(TextContent::new(text)))
}

/// Cuts a text behind blanks, into pieces of about the length in which models speak. Nothing is
/// lost.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (position, character) in text.char_indices() {
        // A character of Chinese says as much as half a word.
        length += if character.is_ascii() { 1 } else { 3 };
        let may_cut = character.is_whitespace() || !character.is_ascii();
        if may_cut && length >= PIECE_CHARACTERS {
            let end = position + character.len_utf8();
            pieces.push(&text[start..end]);
            (start, length) = (end, 0);
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_the_whole() {
        for text in
            ["", "short", "你好,我是演示智能体。让我看看这个目录。", "a b\nc ", &"word ".repeat(50)]
        {
            assert_eq!(pieces(text).concat(), text);
        }
        assert!(pieces(&"word ".repeat(50)).len() > 5);
    }
}
