//! A transcript made of the activity that the gateway interface keeps of a session: the way back
//! from [`crate::events`], as far as there is one.
//!
//! What is not in an activity is not made up: a turn whose end is not told is `unknown`, and tools
//! have the names they were given and no kind.

use std::collections::VecDeque;

use model::turn::TurnState;
use model::{Rng, Timestamp, TurnId};
use serde::Deserialize;
use serde_json::Value;

use crate::Update;
use crate::events::EventType;
use crate::text;
use crate::update::{
    Content, Level, MessageChunk, Notice, NoticeCode, ToolCall, ToolContent, ToolStatus,
    TurnOrigin, TurnUpdate, UserMessage,
};

/// Tool calls that may be open at once. For one more the oldest is given up.
const MOST_OPEN_CALLS: usize = 256;

/// One entry of a session's activity.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Activity {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ActivityType,
    /// Entries with the same one are of the same turn.
    #[serde(default)]
    pub request_id: String,
    /// What a person wrote.
    #[serde(default)]
    pub prompt: String,
    /// What came of it.
    #[serde(default)]
    pub content: String,
    /// What went wrong.
    #[serde(default)]
    pub error: String,
    /// What the agent did.
    #[serde(default)]
    pub event: Option<ActivityEvent>,
}

/// What an entry of a session's activity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityType {
    /// A person wrote something.
    Prompt,
    /// The agent did something.
    Event,
    /// The answer of the turn, whole.
    Result,
    /// The turn has failed.
    Error,
}

/// An event of version `v1`, as far as it says something about a transcript.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ActivityEvent {
    /// What kind of event it is.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The text.
    #[serde(default)]
    pub content: String,
    /// The tool's name.
    #[serde(default)]
    pub name: Option<String>,
    /// What the tool was given.
    #[serde(default)]
    pub input: Option<Value>,
    /// What the tool has brought.
    #[serde(default)]
    pub output: Option<String>,
    /// The tool call that it is about; only our own events say so.
    #[serde(default)]
    pub tool_call_id: Option<String>,
}

/// Makes a transcript of activity, entry by entry.
#[derive(Debug)]
pub struct Retelling {
    author: String,
    turn: Option<Turn>,
    /// How many messages and tool calls have been named.
    named: u64,
}

/// The turn that is being told.
#[derive(Debug)]
struct Turn {
    id: TurnId,
    request: String,
    is_over: bool,
    /// Whether its answer was told piece by piece, and need not be told again.
    has_answered: bool,
    failure: Option<String>,
    thought: Option<String>,
    message: Option<String>,
    /// Identifier and name.
    open_calls: VecDeque<(String, Option<String>)>,
}

impl Retelling {
    /// Begins, with the name of whoever wrote the prompts.
    pub fn new(author: impl Into<String>) -> Self {
        Self { author: author.into(), turn: None, named: 0 }
    }

    /// The updates that an entry stands for, in order.
    pub fn take(&mut self, at: Timestamp, activity: Activity, rng: &dyn Rng) -> Vec<Update> {
        let mut updates = Vec::new();
        let is_other = |turn: &Turn| turn.request != activity.request_id;
        if activity.kind == ActivityType::Prompt || self.turn.as_ref().is_none_or(is_other) {
            updates.extend(self.end(TurnState::Unknown, None));
            self.begin(TurnId::new(at, rng), &activity.request_id, &mut updates);
        }
        match activity.kind {
            ActivityType::Prompt => updates.extend(self.prompt(activity.prompt)),
            ActivityType::Event => {
                if let Some(event) = activity.event {
                    self.event(event, &mut updates);
                }
            }
            ActivityType::Result => {
                updates.extend(self.answer(activity.content));
                updates.extend(self.end(TurnState::Done, None));
            }
            ActivityType::Error => {
                updates.extend(self.failed(&activity.error));
                updates.extend(self.end(TurnState::Failed, None));
            }
        }
        updates
    }

    /// The updates with which the transcript ends.
    pub fn finish(mut self) -> Vec<Update> {
        self.end(TurnState::Unknown, None).into_iter().collect()
    }

    fn begin(&mut self, id: TurnId, request: &str, updates: &mut Vec<Update>) {
        self.turn = Some(Turn {
            id,
            request: request.to_owned(),
            is_over: false,
            has_answered: false,
            failure: None,
            thought: None,
            message: None,
            open_calls: VecDeque::new(),
        });
        updates.push(self.moved(id, TurnState::Running, None, None));
    }

    fn prompt(&mut self, prompt: String) -> Option<Update> {
        let turn_id = self.turn.as_ref()?.id;
        Some(Update::UserMessage(UserMessage {
            message_id: self.name("message"),
            turn_id,
            author: self.author.clone(),
            content: vec![Content::text(prompt)],
        }))
    }

    fn event(&mut self, event: ActivityEvent, updates: &mut Vec<Update>) {
        match event.kind {
            EventType::ThinkingStart | EventType::ThinkingEnd => {
                if let Some(turn) = &mut self.turn {
                    turn.thought = None;
                }
            }
            EventType::ThinkingDelta => updates.extend(self.thought(event.content)),
            EventType::OutputDelta => updates.extend(self.said(event.content)),
            EventType::OutputFinal => updates.extend(self.answer(event.content)),
            EventType::ToolStart | EventType::ToolInput | EventType::ToolOutput => {
                updates.extend(self.call(event));
            }
            EventType::ToolEnd => updates.extend(self.call_ended(event)),
            EventType::Error => updates.extend(self.failed(&event.content)),
            EventType::Done => {
                let reason = Some(event.content).filter(|reason| !reason.is_empty());
                updates.extend(self.end(TurnState::Done, reason));
            }
        }
    }

    fn thought(&mut self, text: String) -> Option<Update> {
        let fresh = self.name("thought");
        let id = self.turn.as_mut()?.thought.get_or_insert(fresh).clone();
        Some(Update::AgentThoughtChunk(chunk(id, text)))
    }

    fn said(&mut self, text: String) -> Option<Update> {
        let fresh = self.name("message");
        let turn = self.turn.as_mut()?;
        turn.has_answered = true;
        let id = turn.message.get_or_insert(fresh).clone();
        Some(Update::AgentMessageChunk(chunk(id, text)))
    }

    /// The whole answer, unless it was told piece by piece.
    fn answer(&mut self, text: String) -> Option<Update> {
        let is_told = self.turn.as_ref().is_some_and(|turn| turn.has_answered);
        if is_told || text.is_empty() { None } else { self.said(text) }
    }

    /// The call that an event is about, which begins with it if it is not open.
    fn named_call(&mut self, event: &ActivityEvent) -> Option<ToolCall> {
        let fresh = event.tool_call_id.clone().unwrap_or_else(|| self.name("call"));
        let turn = self.turn.as_mut()?;
        turn.message = None;
        let is_meant = |(id, name): &&(String, Option<String>)| match &event.tool_call_id {
            Some(meant) => id == meant,
            None => event.name.is_none() || *name == event.name,
        };
        let begins = event.kind == EventType::ToolStart;
        let known = turn.open_calls.iter().rev().find(is_meant).filter(|_| !begins);
        if let Some((id, _)) = known {
            return Some(ToolCall::new(id.clone()));
        }
        if turn.open_calls.len() == MOST_OPEN_CALLS {
            turn.open_calls.pop_front();
        }
        turn.open_calls.push_back((fresh.clone(), event.name.clone()));
        let title = if begins { &event.content } else { "" };
        let title = if title.is_empty() { event.name.as_deref().unwrap_or("Tool") } else { title };
        Some(ToolCall {
            title: Some(text::line(title)),
            name: event.name.clone(),
            status: Some(ToolStatus::InProgress),
            ..ToolCall::new(fresh)
        })
    }

    fn call(&mut self, event: ActivityEvent) -> Option<Update> {
        let call = self.named_call(&event)?;
        let fallback = Some(event.content).filter(|text| !text.is_empty());
        let (input, output) = match event.kind {
            EventType::ToolInput => (event.input.or(fallback.map(Value::String)), None),
            EventType::ToolOutput => (None, event.output.or(fallback)),
            _ => (event.input, event.output),
        };
        Some(Update::ToolCall(brought(call, input, output)))
    }

    fn call_ended(&mut self, event: ActivityEvent) -> Option<Update> {
        let call = self.named_call(&event)?;
        let turn = self.turn.as_mut()?;
        turn.open_calls.retain(|(id, _)| *id != call.tool_call_id);
        let status = match event.content.parse::<ToolStatus>() {
            Ok(status) if !status.is_open() => status,
            _ if event.content == "error" => ToolStatus::Failed,
            _ => ToolStatus::Completed,
        };
        let call = brought(call, event.input, event.output);
        Some(Update::ToolCall(ToolCall { status: Some(status), ..call }))
    }

    /// What went wrong, unless that is known.
    fn failed(&mut self, why: &str) -> Option<Update> {
        let turn = self.turn.as_mut().filter(|turn| turn.failure.as_deref() != Some(why))?;
        turn.failure = Some(why.to_owned());
        let notice = Notice::new(Level::Error, NoticeCode::AgentError, text::detail(why));
        Some(Update::Notice(notice.about(Some(turn.id))))
    }

    fn end(&mut self, state: TurnState, stop_reason: Option<String>) -> Option<Update> {
        let turn = self.turn.as_mut().filter(|turn| !turn.is_over)?;
        turn.is_over = true;
        let failure = turn.failure.as_deref().map(text::detail);
        let state = if failure.is_some() { TurnState::Failed } else { state };
        let id = turn.id;
        Some(self.moved(id, state, stop_reason, failure))
    }

    fn moved(
        &self,
        turn_id: TurnId,
        state: TurnState,
        stop_reason: Option<String>,
        outcome: Option<String>,
    ) -> Update {
        let (author, origin) = (self.author.clone(), TurnOrigin::Prompt);
        Update::Turn(TurnUpdate { turn_id, state, author, origin, stop_reason, outcome })
    }

    fn name(&mut self, what: &str) -> String {
        self.named += 1;
        format!("{what}-{}", self.named)
    }
}

fn chunk(message_id: String, text: String) -> MessageChunk {
    MessageChunk { message_id, content: Content::text(text) }
}

fn brought(call: ToolCall, input: Option<Value>, output: Option<String>) -> ToolCall {
    let output = output.filter(|text| !text.is_empty()).map(Content::text);
    let input = input.filter(|input| *input != Value::String(String::new()));
    ToolCall {
        content: output.map(|content| vec![ToolContent::Content { content }]),
        raw_input: input,
        ..call
    }
}

#[cfg(test)]
mod tests;
