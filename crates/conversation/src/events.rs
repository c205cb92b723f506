//! A transcript told as the eleven events of version `v1` of the gateway interface.
//!
//! What is told about a turn is: any number of `thinking_*`, `tool_*`, `output_delta` and `error`,
//! then `output_final` and `done`. A `tool_end` follows each `tool_start` unless the turn ends
//! first, a `thinking_end` each `thinking_start`. The deltas of a turn put together are its
//! `output_final`.

use std::collections::HashMap;

use model::turn::TurnState;
use model::{TurnId, words};
use serde_json::Value;

use crate::Update;
use crate::update::{
    Content, Level, MessageChunk, TerminalOutput, ToolCall, ToolContent, ToolKind, TurnUpdate,
};

/// What is kept of an answer for its `output_final`, in bytes; what goes beyond is counted. Every
/// one who follows a chat keeps one.
const MAX_FINAL_BYTES: usize = 64 * 1024;

/// Tool calls that are kept at a time.
const MOST_OPEN_CALLS: usize = 256;

/// Stands for what a tool has read where that is not wanted.
const SUPPRESSED: &str = "[read output suppressed]";

words! {
    /// What kind of event it is.
    pub enum EventType as "event type" {
        /// The agent begins to think aloud.
        ThinkingStart = "thinking_start",
        /// A piece of what it thinks.
        ThinkingDelta = "thinking_delta",
        /// It has stopped thinking aloud.
        ThinkingEnd = "thinking_end",
        /// A tool call has appeared.
        ToolStart = "tool_start",
        /// What the tool is given.
        ToolInput = "tool_input",
        /// What the tool has brought so far, whole; of a terminal the next piece.
        ToolOutput = "tool_output",
        /// The tool call is over.
        ToolEnd = "tool_end",
        /// A piece of the answer.
        OutputDelta = "output_delta",
        /// The answer of the turn, whole.
        OutputFinal = "output_final",
        /// Something went wrong; the turn may go on.
        Error = "error",
        /// The turn is over.
        Done = "done",
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What kind of event it is.
    pub kind: EventType,
    /// The text.
    pub content: String,
    /// The turn it belongs to, where that is known.
    pub turn: Option<TurnId>,
    /// The tool call that it is about.
    pub tool_call_id: Option<String>,
    /// The tool's name.
    pub name: Option<String>,
    /// What the tool was given.
    pub input: Option<Value>,
    /// What the tool has brought.
    pub output: Option<String>,
    /// How many bytes of the text were left out.
    pub cut_bytes: Option<u64>,
}

/// What the tools have read may be wanted or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reads {
    /// It is told.
    #[default]
    Told,
    /// It is left out.
    Suppressed,
}

/// Tells a transcript, update by update.
#[derive(Debug, Default)]
pub struct Narrator {
    reads: Reads,
    turn: Option<TurnId>,
    is_thinking: bool,
    /// The message that is being said.
    message: Option<String>,
    answer: Answer,
    calls: HashMap<String, ToolCall>,
}

/// What was said in a turn.
#[derive(Debug, Default)]
struct Answer {
    text: String,
    cut_bytes: u64,
}

impl Narrator {
    /// Tells from now on.
    pub fn new(reads: Reads) -> Self {
        Self { reads, ..Self::default() }
    }

    /// The events that an update stands for, in order.
    pub fn take(&mut self, update: Update) -> Vec<Event> {
        let mut events = Vec::new();
        match update {
            Update::AgentThoughtChunk(chunk) => self.thought(&chunk, &mut events),
            Update::AgentMessageChunk(chunk) => self.said(chunk, &mut events),
            Update::ToolCall(call) => self.tool_call(call, &mut events),
            Update::TerminalOutput(output) => self.terminal(output, &mut events),
            Update::UserMessage(message) => self.begin(message.turn_id),
            Update::Turn(turn) => self.turn(turn, &mut events),
            Update::Notice(notice) if notice.level == Level::Error => {
                self.stop_thinking(&mut events);
                events.push(self.event(EventType::Error, notice.text));
            }
            _ => {}
        }
        events
    }

    fn event(&self, kind: EventType, content: impl Into<String>) -> Event {
        Event {
            kind,
            content: content.into(),
            turn: self.turn,
            tool_call_id: None,
            name: None,
            input: None,
            output: None,
            cut_bytes: None,
        }
    }

    fn begin(&mut self, turn: TurnId) {
        if self.turn != Some(turn) {
            self.turn = Some(turn);
            self.answer = Answer::default();
            self.message = None;
            self.calls.clear();
        }
    }

    fn thought(&mut self, chunk: &MessageChunk, events: &mut Vec<Event>) {
        if !self.is_thinking {
            self.is_thinking = true;
            events.push(self.event(EventType::ThinkingStart, ""));
        }
        events.push(self.event(EventType::ThinkingDelta, text_of(&chunk.content)));
    }

    fn stop_thinking(&mut self, events: &mut Vec<Event>) {
        if std::mem::take(&mut self.is_thinking) {
            events.push(self.event(EventType::ThinkingEnd, ""));
        }
    }

    fn said(&mut self, chunk: MessageChunk, events: &mut Vec<Event>) {
        self.stop_thinking(events);
        let mut text = text_of(&chunk.content);
        let is_another = self.message.as_ref().is_some_and(|known| *known != chunk.message_id);
        if is_another {
            text.insert_str(0, "\n\n");
        }
        self.message = Some(chunk.message_id);
        self.answer.add(&text);
        events.push(self.event(EventType::OutputDelta, text));
    }

    fn tool_call(&mut self, news: ToolCall, events: &mut Vec<Event>) {
        self.stop_thinking(events);
        let id = news.tool_call_id.clone();
        let known = self.calls.remove(&id);
        let is_new = known.is_none();
        let mut call = known.unwrap_or_else(|| ToolCall::new(id.clone()));
        let has_input = news.raw_input.is_some() && news.raw_input != call.raw_input;
        let has_output = news.content.is_some() && news.content != call.content;
        call.absorb(news);
        let told = |kind, content: String| Event {
            tool_call_id: Some(id.clone()),
            name: Some(name_of(&call)),
            ..self.event(kind, content)
        };
        if is_new {
            events.push(told(EventType::ToolStart, call.title.clone().unwrap_or_default()));
        }
        if has_input {
            let input = call.raw_input.clone();
            events.push(Event { input, ..told(EventType::ToolInput, String::new()) });
        }
        let output = self.output_of(&call);
        if has_output && !output.is_empty() {
            let output = Some(output.clone());
            events.push(Event { output, ..told(EventType::ToolOutput, String::new()) });
        }
        let over = call.status.filter(|status| !status.is_open());
        if let Some(status) = over {
            let output = Some(output);
            events.push(Event { output, ..told(EventType::ToolEnd, status.to_string()) });
        } else if self.calls.len() < MOST_OPEN_CALLS {
            self.calls.insert(id, call);
        }
    }

    fn terminal(&mut self, output: TerminalOutput, events: &mut Vec<Event>) {
        if output.text.is_empty() {
            return;
        }
        let name = self.calls.get(&output.tool_call_id).map(name_of);
        events.push(Event {
            tool_call_id: Some(output.tool_call_id),
            name,
            output: Some(output.text),
            ..self.event(EventType::ToolOutput, "")
        });
    }

    fn turn(&mut self, turn: TurnUpdate, events: &mut Vec<Event>) {
        if turn.state == TurnState::Running {
            self.begin(turn.turn_id);
        }
        if !turn.state.is_final() {
            return;
        }
        // One that was cancelled while it waited ends beside the one that runs.
        let before = self.turn.replace(turn.turn_id);
        let is_current = before.is_none() || before == Some(turn.turn_id);
        let mut answer = Answer::default();
        if is_current {
            self.stop_thinking(events);
            answer = std::mem::take(&mut self.answer);
            self.message = None;
            self.calls.clear();
        }
        let cut_bytes = (answer.cut_bytes > 0).then_some(answer.cut_bytes);
        events.push(Event { cut_bytes, ..self.event(EventType::OutputFinal, answer.text) });
        if turn.state != TurnState::Done {
            let why = turn.outcome.unwrap_or_else(|| format!("the turn is {}", turn.state));
            events.push(self.event(EventType::Error, why));
        }
        let end = turn.stop_reason.unwrap_or_else(|| turn.state.to_string());
        events.push(self.event(EventType::Done, end));
        self.turn = before.filter(|_| !is_current);
    }

    fn output_of(&self, call: &ToolCall) -> String {
        let reads = matches!(call.tool_kind, Some(ToolKind::Read));
        if reads && self.reads == Reads::Suppressed && call.content.is_some() {
            return SUPPRESSED.to_owned();
        }
        let pieces: Vec<String> = call.content.iter().flatten().filter_map(shown).collect();
        pieces.join("\n")
    }
}

impl Answer {
    fn add(&mut self, text: &str) {
        // Once something was left out, nothing is added behind the hole.
        let room = if self.cut_bytes > 0 { 0 } else { MAX_FINAL_BYTES - self.text.len() };
        let kept = crate::text::beginning(text, room);
        self.text.push_str(kept);
        self.cut_bytes += (text.len() - kept.len()) as u64;
    }
}

fn name_of(call: &ToolCall) -> String {
    let kind = || call.tool_kind.map(|kind| kind.to_string());
    call.name.clone().or_else(kind).or_else(|| call.title.clone()).unwrap_or_default()
}

/// Content as text; what is no text is named.
pub fn text_of(content: &Content) -> String {
    match content {
        Content::Text { text } | Content::Resource { text, .. } => text.clone(),
        Content::Image { mime_type, .. } | Content::Audio { mime_type, .. } => {
            format!("[{mime_type}]")
        }
        Content::ResourceLink { uri, .. } | Content::Blob { uri, .. } => format!("[{uri}]"),
        Content::Omitted { what, bytes, .. } => format!("[{what}, {bytes} bytes]"),
        Content::Unknown { .. } => String::new(),
    }
}

fn shown(content: &ToolContent) -> Option<String> {
    match content {
        ToolContent::Content { content } => Some(text_of(content)),
        ToolContent::Diff { path, new_text, .. } => Some(format!("{path}\n{new_text}")),
        ToolContent::Terminal { .. } | ToolContent::Unknown { .. } => None,
    }
}

#[cfg(test)]
mod tests;
