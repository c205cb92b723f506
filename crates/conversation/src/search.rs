//! Where in a transcript something was said: in what people wrote, in what the agent answered, in the
//! titles of its tool calls.
//!
//! What is looked for is found in the middle of text, so that nothing has to know where words of
//! Chinese, Japanese or Korean end. An answer comes in pieces; it is put together again first.
//!
//! - `fold`: text as it is compared
//! - [`snippet`]: a place as it is shown

use std::collections::VecDeque;

use model::words;
use serde::Deserialize;

pub mod snippet;

mod fold;
#[cfg(test)]
mod tests;

pub use snippet::Snippet;

/// The longest that is looked for, in characters.
pub const MAX_CHARS: usize = 200;

/// How much of a message is looked at together. What is found may be no larger than
/// [`OVERLAP_BYTES`] where a message is longer.
const WINDOW_BYTES: usize = 64 * 1024;

/// What is looked at again together with what comes next.
const OVERLAP_BYTES: usize = 4 * 1024;

words! {
    /// What of a transcript it is in which something was found.
    pub enum Said as "part of a transcript" {
        /// What a person wrote.
        Prompt = "prompt",
        /// What the agent said.
        Answer = "answer",
        /// The title of a tool call.
        Tool = "tool",
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle(String);

impl Needle {
    /// Reads what somebody has typed. `None` if that is nothing, or more than [`MAX_CHARS`].
    pub fn new(typed: &str) -> Option<Self> {
        if typed.chars().nth(MAX_CHARS).is_some() {
            return None;
        }
        let folded = fold::fold(typed.trim(), |_, _| {}).trim().to_owned();
        (!folded.is_empty()).then_some(Self(folded))
    }

    fn find(&self, text: &str) -> Option<Snippet> {
        // Most texts do not have it, and need not be known piece by piece.
        let at = fold::fold(text, |_, _| {}).find(&self.0)?;
        let mut pieces = Vec::new();
        fold::fold(text, |folded, written| pieces.push((folded, written)));
        let behind = pieces.partition_point(|(folded, _)| *folded <= at);
        let begin = behind.checked_sub(1).map_or(0, |piece| pieces[piece].1);
        let next = pieces.partition_point(|(folded, _)| *folded < at + self.0.len());
        let end = pieces.get(next).map_or(text.len(), |piece| piece.1);
        Some(Snippet::cut(text, begin, end.max(begin)))
    }
}

/// A place where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The record with which that message begins, or near which the place is in a long one.
    pub seq: u64,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// What it is.
    pub said: Said,
    /// The place.
    pub snippet: Snippet,
}

/// Looks through one transcript.
#[derive(Debug)]
pub struct Search<'a> {
    needle: &'a Needle,
    before: u64,
    most: usize,
    found: VecDeque<Found>,
    count: u64,
    answer: Option<Answer>,
    /// Tool calls are told of many times, mostly of the same one.
    tool: String,
}

/// An answer that is being put together.
#[derive(Debug)]
struct Answer {
    message_id: String,
    seq: u64,
    at_ms: i64,
    text: String,
    is_found: bool,
}

impl<'a> Search<'a> {
    /// Keeps the last so many places, of those that are before a record; 0 for all of them.
    pub fn new(needle: &'a Needle, before: u64, most: usize) -> Self {
        let before = if before == 0 { u64::MAX } else { before };
        let (found, tool) = (VecDeque::new(), String::new());
        Self { needle, before, most, found, count: 0, answer: None, tool }
    }

    /// Takes the next record of the transcript. One that cannot be read holds nothing.
    pub fn take(&mut self, seq: u64, at_ms: i64, json: &[u8]) {
        match kind(json).as_deref() {
            Some("user_message") => {
                self.end_answer();
                if let Ok(message) = serde_json::from_slice::<Message>(json) {
                    let text = message.text();
                    self.look(seq, at_ms, Said::Prompt, &text);
                }
            }
            Some("agent_message_chunk") => {
                if let Ok(chunk) = serde_json::from_slice::<Chunk>(json) {
                    self.take_chunk(seq, at_ms, chunk);
                }
            }
            Some("tool_call") => {
                if let Ok(Tool { tool_call_id, title: Some(title) }) = serde_json::from_slice(json)
                    && tool_call_id != self.tool
                    && self.look(seq, at_ms, Said::Tool, &title)
                {
                    self.tool = tool_call_id;
                }
            }
            _ => {}
        }
    }

    /// What was kept, the last first, and in how many places it was found in all.
    pub fn finish(mut self) -> (Vec<Found>, u64) {
        self.end_answer();
        (self.found.into_iter().rev().collect(), self.count)
    }

    fn take_chunk(&mut self, seq: u64, at_ms: i64, chunk: Chunk) {
        let Some(text) = chunk.content.text else { return };
        if self.answer.as_ref().is_none_or(|answer| answer.message_id != chunk.message_id) {
            self.end_answer();
            let (message_id, is_found) = (chunk.message_id, false);
            self.answer = Some(Answer { message_id, seq, at_ms, text: String::new(), is_found });
        }
        let Some(answer) = &mut self.answer else { return };
        if answer.is_found {
            return;
        }
        if answer.text.is_empty() {
            (answer.seq, answer.at_ms) = (seq, at_ms);
        }
        answer.text.push_str(&text);
        if answer.text.len() > WINDOW_BYTES {
            self.look_at_window(seq, at_ms);
        }
    }

    /// Looks at what there is of a long answer, and goes on with the end of it.
    fn look_at_window(&mut self, seq: u64, at_ms: i64) {
        let Some(mut answer) = self.answer.take() else { return };
        answer.is_found = self.look(answer.seq, answer.at_ms, Said::Answer, &answer.text);
        let from = answer.text.len().saturating_sub(OVERLAP_BYTES);
        let from = answer.text.ceil_char_boundary(from);
        answer.text = if answer.is_found { String::new() } else { answer.text.split_off(from) };
        (answer.seq, answer.at_ms) = (seq, at_ms);
        self.answer = Some(answer);
    }

    fn end_answer(&mut self) {
        if let Some(answer) = self.answer.take().filter(|answer| !answer.is_found) {
            self.look(answer.seq, answer.at_ms, Said::Answer, &answer.text);
        }
    }

    fn look(&mut self, seq: u64, at_ms: i64, said: Said, text: &str) -> bool {
        if seq >= self.before {
            return false;
        }
        let Some(snippet) = self.needle.find(text) else { return false };
        self.count += 1;
        if self.found.len() >= self.most {
            self.found.pop_front();
        }
        if self.most > 0 {
            self.found.push_back(Found { seq, at_ms, said, snippet });
        }
        true
    }
}

/// The word that says what a record is. It stands first in what is written here.
fn kind(json: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Kind {
        kind: String,
    }
    let first = json.strip_prefix(br#"{"kind":""#).and_then(|rest| {
        let end = rest.iter().position(|byte| !byte.is_ascii_lowercase() && *byte != b'_')?;
        (rest[end] == b'"').then(|| String::from_utf8_lossy(&rest[..end]).into_owned())
    });
    first.or_else(|| Some(serde_json::from_slice::<Kind>(json).ok()?.kind))
}

#[derive(Deserialize)]
struct Message {
    content: Vec<Piece>,
}

#[derive(Deserialize)]
struct Chunk {
    message_id: String,
    content: Piece,
}

#[derive(Deserialize)]
struct Piece {
    kind: String,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Tool {
    tool_call_id: String,
    title: Option<String>,
}

impl Message {
    /// What was written; a file that was sent along is not what was said.
    fn text(self) -> String {
        let said = self.content.into_iter().filter(|piece| piece.kind == "text");
        said.filter_map(|piece| piece.text).collect::<Vec<_>>().join("\n")
    }
}
