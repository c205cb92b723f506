//! What a chat's records say, put together: what is new in each of them, for whoever draws it.

use std::collections::HashMap;

use contract::sessions::UpdateRecord;
use conversation::Update;
use conversation::update::{
    Commands, Content, ContextUsage, Level, Notice, PermissionUpdate, Plan, PolicyDecision,
    Selection, StateUpdate, TerminalOutput, ToolCall, ToolContent, TurnUpdate,
};
use model::TurnId;
use serde_json::Value;

/// Tool calls that are kept at a time; of an agent that begins more and ends none, the rest is
/// forgotten.
const MOST_OPEN_CALLS: usize = 1_000;

/// What is kept of what the terminals of one tool call show: the end of it.
const MOST_OUTPUT_BYTES: usize = 256 * 1024;

/// What is new.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum News {
    /// The agent says something. `begins` where it is another message than the one before.
    Said {
        text: String,
        begins: bool,
    },
    /// The agent thinks aloud.
    Thought {
        text: String,
        begins: bool,
    },
    /// A person has written something.
    Wrote {
        author: String,
        turn: TurnId,
        text: String,
    },
    /// A tool call goes on; this is what is known of it.
    ToolRuns(Box<ToolCall>),
    /// A tool call is over; this is what it has brought, as text.
    ToolEnded(Box<ToolCall>, String),
    /// The plan is new, or another step of it is done.
    Plan(Plan),
    /// The policy has decided without a person.
    Decided(PolicyDecision),
    /// A question has been asked, answered or withdrawn.
    Question(PermissionUpdate),
    Notice(Notice),
    Turn(TurnUpdate),
    State(StateUpdate),
}

/// What is known of a chat.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    calls: HashMap<String, ToolCall>,
    /// What the terminals of open tool calls have shown.
    outputs: HashMap<String, String>,
    speaking: Option<Speaking>,
    /// How full the agent's context is.
    pub usage: Option<ContextUsage>,
    /// The agent's modes, as it offers them.
    pub modes: Selection,
    /// The agent's models, as it offers them.
    pub models: Selection,
    /// The agent's slash commands.
    pub commands: Commands,
    plan: Plan,
}

/// What is being said at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Speaking {
    Message(String),
    Thought(String),
}

impl Transcript {
    /// Takes a record. One that cannot be read comes from a machine that has lost its mind, and is
    /// told as a notice.
    pub(crate) fn take(&mut self, record: &UpdateRecord) -> Option<News> {
        match Update::from_json(record.update.get().as_bytes()) {
            Ok(update) => self.take_update(update),
            Err(error) => {
                let text = format!("record {} cannot be read: {error}", record.seq);
                let code = conversation::update::NoticeCode::AgentError;
                Some(News::Notice(Notice::new(Level::Warning, code, text)))
            }
        }
    }

    fn take_update(&mut self, update: Update) -> Option<News> {
        match update {
            Update::AgentMessageChunk(chunk) => {
                let begins = self.speaks(Speaking::Message(chunk.message_id));
                Some(News::Said { text: text_of(chunk.content), begins })
            }
            Update::AgentThoughtChunk(chunk) => {
                let begins = self.speaks(Speaking::Thought(chunk.message_id));
                Some(News::Thought { text: text_of(chunk.content), begins })
            }
            Update::UserMessage(message) => {
                self.speaking = None;
                let text: Vec<String> = message.content.into_iter().map(text_of).collect();
                let (author, turn) = (message.author, message.turn_id);
                Some(News::Wrote { author, turn, text: text.join("\n") })
            }
            Update::ToolCall(call) => {
                self.speaking = None;
                Some(self.take_call(call))
            }
            Update::Plan(plan) if plan == self.plan => None,
            Update::Plan(plan) => {
                self.plan = plan.clone();
                Some(News::Plan(plan))
            }
            Update::Usage(usage) => self.note(|known| known.usage = Some(usage)),
            Update::Modes(modes) => self.note(|known| known.modes = modes),
            Update::Models(models) => self.note(|known| known.models = models),
            Update::Commands(commands) => self.note(|known| known.commands = commands),
            Update::Permission(permission) => Some(News::Question(permission)),
            Update::PolicyDecision(decision) => Some(News::Decided(decision)),
            Update::Notice(notice) => Some(News::Notice(notice)),
            Update::Turn(turn) => Some(News::Turn(turn)),
            Update::State(state) => Some(News::State(state)),
            Update::TerminalOutput(output) => {
                self.take_output(&output);
                None
            }
            Update::Queue(_)
            | Update::Agent(_)
            | Update::Options(_)
            | Update::SessionInfo(_)
            | Update::Unknown(_) => None,
        }
    }

    fn take_output(&mut self, output: &TerminalOutput) {
        if self.outputs.len() >= MOST_OPEN_CALLS && !self.outputs.contains_key(&output.tool_call_id)
        {
            return;
        }
        let shown = self.outputs.entry(output.tool_call_id.clone()).or_default();
        shown.push_str(&output.text);
        if let Some(more) = shown.len().checked_sub(MOST_OUTPUT_BYTES).filter(|more| *more > 0) {
            let cut = (more..shown.len()).find(|at| shown.is_char_boundary(*at));
            shown.drain(..cut.unwrap_or(shown.len()));
        }
    }

    /// Notes who speaks. Answers whether it is another message than the one before.
    fn speaks(&mut self, speaking: Speaking) -> bool {
        let begins = self.speaking.as_ref() != Some(&speaking);
        self.speaking = Some(speaking);
        begins
    }

    fn note(&mut self, note: impl FnOnce(&mut Self)) -> Option<News> {
        note(self);
        None
    }

    fn take_call(&mut self, news: ToolCall) -> News {
        let id = news.tool_call_id.clone();
        let mut call = self.calls.remove(&id).unwrap_or_else(|| ToolCall::new(id.clone()));
        call.absorb(news);
        if call.status.is_some_and(|status| !status.is_open()) {
            let shown = self.outputs.remove(&id).unwrap_or_default();
            let output = output_of(&call, shown);
            return News::ToolEnded(Box::new(call), output);
        }
        if self.calls.len() < MOST_OPEN_CALLS {
            self.calls.insert(id, call.clone());
        }
        News::ToolRuns(Box::new(call))
    }
}

/// What a tool call has brought: what it says and what its terminals have shown, or else its answer.
fn output_of(call: &ToolCall, shown: String) -> String {
    let said = call.content.iter().flatten().filter_map(|content| match content {
        ToolContent::Content { content } => Some(text_of(content.clone())),
        _ => None,
    });
    let mut parts: Vec<String> = said.filter(|text| !text.trim().is_empty()).collect();
    parts.extend(Some(shown).filter(|shown| !shown.trim().is_empty()));
    if !parts.is_empty() {
        return parts.join("\n");
    }
    match &call.raw_output {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(answer)) => {
            let text = ["output", "stdout", "text", "content"].iter().find_map(|n| answer.get(*n));
            text.and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

/// Content as text; what is no text is named.
fn text_of(content: Content) -> String {
    let named = |what: &str, mime_type: Option<String>| match mime_type {
        Some(mime_type) => format!("[{what} {mime_type}]"),
        None => format!("[{what}]"),
    };
    match content {
        Content::Text { text } => text,
        Content::Image { mime_type, .. } => named("image", Some(mime_type)),
        Content::Audio { mime_type, .. } => named("audio", Some(mime_type)),
        Content::ResourceLink { uri, name, .. } => format!("[{name}]({uri})"),
        Content::Resource { uri, .. } | Content::Blob { uri, .. } => format!("[{uri}]"),
        Content::Omitted { what, mime_type, bytes } => {
            format!("{} ({bytes} bytes)", named(&what, mime_type))
        }
        Content::Unknown { .. } => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use contract::Time;
    use model::Timestamp;
    use serde_json::value::RawValue;

    use super::*;

    fn record(json: &str) -> UpdateRecord {
        UpdateRecord {
            seq: 1,
            at: Time(Timestamp::from_millis(0)),
            update: RawValue::from_string(json.to_owned()).unwrap(),
        }
    }

    fn news(lines: &[&str]) -> Vec<Option<News>> {
        let mut transcript = Transcript::default();
        lines.iter().map(|line| transcript.take(&record(line))).collect()
    }

    fn said(message: &str, text: &str) -> String {
        format!(
            r#"{{"kind":"agent_message_chunk","message_id":"{message}","content":{{"kind":"text","text":"{text}"}}}}"#
        )
    }

    #[test]
    fn pieces_of_one_message_belong_together() {
        let lines = [said("a", "x"), said("a", "y"), said("b", "z")];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let begins: Vec<bool> = news(&lines)
            .into_iter()
            .map(|news| matches!(news, Some(News::Said { begins: true, .. })))
            .collect();
        assert_eq!(begins, [true, false, true]);
    }

    #[test]
    fn a_tool_call_is_told_with_everything_that_is_known_of_it() {
        let told = news(&[
            r#"{"kind":"tool_call","tool_call_id":"1","title":"Read a","status":"pending"}"#,
            r#"{"kind":"tool_call","tool_call_id":"1","status":"completed"}"#,
        ]);
        assert!(matches!(&told[0], Some(News::ToolRuns(_))));
        let Some(News::ToolEnded(call, _)) = &told[1] else { panic!("{told:?}") };
        assert_eq!(call.title.as_deref(), Some("Read a"));
    }

    #[test]
    fn what_a_tool_has_brought_is_told_with_its_end() {
        let ended = |lines: &[&str]| match news(lines).pop().unwrap() {
            Some(News::ToolEnded(_, output)) => output,
            other => panic!("{other:?}"),
        };
        let end = r#"{"kind":"tool_call","tool_call_id":"1","status":"completed"}"#;
        let shown =
            r#"{"kind":"terminal_output","tool_call_id":"1","terminal_id":"t","text":"a\n"}"#;
        assert_eq!(ended(&[shown, shown, end]), "a\na\n");
        let answer = r#"{"kind":"tool_call","tool_call_id":"1","raw_output":{"output":"b"}}"#;
        assert_eq!(ended(&[answer, end]), "b");
        assert_eq!(ended(&[end]), "");
    }

    #[test]
    fn what_cannot_be_read_is_told_and_what_is_not_known_is_passed_over() {
        let told = news(&[r#""just text""#, r#"{"kind":"telepathy"}"#, "null"]);
        assert_eq!(told, [None, None, None]);
    }

    #[test]
    fn a_plan_is_told_only_when_it_changes() {
        let plan = r#"{"kind":"plan","entries":[{"content":"Write it","status":"pending"}]}"#;
        let told = news(&[plan, plan]);
        assert!(matches!(told[0], Some(News::Plan(_))));
        assert_eq!(told[1], None);
    }
}
