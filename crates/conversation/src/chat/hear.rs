//! What the agent says.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Conversation;
use super::agent::{Asked, Phase};
use crate::acp::message::METHOD_NOT_FOUND;
use crate::acp::update::{Said, Voice, read, terminal_output};
use crate::acp::{Incoming, RpcError, message};
use crate::effect::{Effect, Entry};
use crate::setup::{MAX_EARLY_MESSAGES, MAX_OPEN_TOOL_CALLS, Outside};
use crate::text;
use crate::update::limits::fit;
use crate::update::{
    Content, HowOpened, Level, MessageChunk, Notice, NoticeCode, SessionInfo, ToolCall, ToolStatus,
    Unknown, Update,
};

/// How many bytes of early messages are kept.
const MAX_EARLY_BYTES: usize = 1024 * 1024;

/// How many ended tool calls are remembered, so that a late word about one does not open it again.
const MAX_ENDED_TOOL_CALLS: usize = 4096;

/// Messages about a session whose name is not known yet: some agents speak of a session before
/// they have answered that it exists.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Early {
    lines: VecDeque<Box<str>>,
    bytes: usize,
}

impl Early {
    fn keep(&mut self, line: &str) {
        self.lines.push_back(line.into());
        self.bytes += line.len();
        while self.lines.len() > MAX_EARLY_MESSAGES || self.bytes > MAX_EARLY_BYTES {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes -= oldest.len();
        }
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Whose message is being spoken, so that its pieces get the same id.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Voices {
    count: u64,
    speaking: Option<(Voice, Option<String>, String)>,
    ended_tool_calls: BTreeSet<String>,
}

impl Voices {
    pub(super) fn fresh_id(&mut self) -> String {
        self.count += 1;
        format!("m{}", self.count)
    }

    pub(super) fn count_from(&mut self, count: u64) {
        self.count = count;
    }

    /// Something else happens: what is said next is another message.
    pub(super) fn interrupt(&mut self) {
        self.speaking = None;
    }

    fn id_for(&mut self, voice: Voice, agents_id: Option<String>) -> String {
        match &self.speaking {
            Some((speaking, id, ours)) if *speaking == voice && *id == agents_id => ours.clone(),
            _ => {
                let ours = self.fresh_id();
                self.speaking = Some((voice, agents_id, ours.clone()));
                ours
            }
        }
    }

    fn ended(&mut self, tool_call_id: String) {
        if self.ended_tool_calls.len() >= MAX_ENDED_TOOL_CALLS {
            self.ended_tool_calls.clear();
        }
        self.ended_tool_calls.insert(tool_call_id);
    }
}

/// Whether a message is about our session.
pub(super) enum About {
    Ours,
    NotKnownYet,
    Another,
}

impl Conversation {
    /// Takes in one line that the agent has written. What is no message is ignored.
    pub fn receive(&mut self, outside: Outside<'_>, line: &str) {
        if self.phase.can_hear() {
            self.hear(outside, line);
        }
        self.settle();
    }

    fn hear(&mut self, outside: Outside<'_>, line: &str) {
        let Ok(incoming) = Incoming::parse(line) else { return };
        self.stay_unsettled(outside.clock.tick());
        self.raw = Some(Arc::from(line));
        match incoming {
            Incoming::Request { id, method, params } if method == "session/request_permission" => {
                self.permission_asked(outside, id, &params, line);
            }
            Incoming::Request { id, method, .. } => {
                let text = format!("{} is not offered", text::line(&method));
                self.send(message::refusal(id, METHOD_NOT_FOUND, &text));
            }
            Incoming::Notification { method, params } => match method.as_ref() {
                "session/update" => self.update_said(outside, &params, line),
                "$/cancel_request" => self.request_taken_back(&params["requestId"]),
                _ => {}
            },
            Incoming::Answer { id, outcome } => {
                let asked = id.and_then(|id| Some((id, self.asked.remove(&id)?)));
                if let Some((id, asked)) = asked {
                    self.answered_to(outside, id, asked, outcome);
                }
            }
        }
    }

    fn answered_to(
        &mut self,
        outside: Outside<'_>,
        id: u64,
        asked: Asked,
        outcome: Result<Value, RpcError>,
    ) {
        match asked {
            Asked::Initialize => self.initialized(outside, outcome),
            Asked::Authenticate => self.authenticated(outside, outcome),
            Asked::Open(how) => self.session_opened(outside, how, outcome),
            Asked::Prompt => self.prompt_answered(id, outcome),
            Asked::Set(setting, importance) => {
                let now = outside.clock.tick();
                self.setting_answered(now, &setting, importance, outcome);
            }
        }
    }

    /// Goes through what was said about the session before its name was known.
    pub(super) fn hear_early(&mut self, outside: Outside<'_>) {
        let early = std::mem::take(&mut self.early);
        for line in early.lines {
            self.hear(outside, &line);
        }
    }

    pub(super) fn keep_early(&mut self, line: &str) {
        self.early.keep(line);
    }

    pub(super) fn about(&self, params: &Value) -> About {
        let takes_up =
            |asked: &Asked| matches!(asked, Asked::Open(HowOpened::Loaded | HowOpened::Resumed));
        let opening = matches!(self.phase, Phase::Opening { .. });
        if opening && !self.asked.values().any(takes_up) {
            return About::NotKnownYet;
        }
        if params["sessionId"].as_str() == self.agent_session.as_deref() {
            About::Ours
        } else {
            About::Another
        }
    }

    fn update_said(&mut self, outside: Outside<'_>, params: &Value, line: &str) {
        match self.about(params) {
            About::Ours => self.take_in(outside, &params["update"]),
            About::NotKnownYet => self.keep_early(line),
            About::Another => {}
        }
    }

    fn take_in(&mut self, outside: Outside<'_>, update: &Value) {
        let said = read(update);
        let is_of_the_agent = matches!(
            said,
            Said::Chunk { voice: Voice::Agent | Voice::Thought, .. }
                | Said::ToolCall(_)
                | Said::Plan(_)
        );
        if is_of_the_agent {
            self.recount_prompt_is_whole();
        }
        match said {
            // History that is in the transcript already, or an echo of what a person wrote.
            Said::Chunk { .. } | Said::ToolCall(_) | Said::Plan(_) | Said::Unknown
                if self.replaying => {}
            Said::Chunk { voice: Voice::Person, message_id, content }
                if self.recounting.is_on() =>
            {
                self.recount_prompt(outside, message_id, content);
            }
            Said::Chunk { voice: Voice::Person, .. } | Said::Nothing => {}
            Said::Chunk { voice, message_id, content } => self.spoke(voice, message_id, content),
            Said::ToolCall(call) => {
                self.turns.agent_spoke();
                self.upsert_tool_call(call);
                if let Some(output) = terminal_output(update) {
                    self.append(Update::TerminalOutput(output));
                }
            }
            Said::Plan(plan) => {
                self.turns.agent_spoke();
                self.voices.interrupt();
                self.append(Update::Plan(plan));
            }
            Said::Usage(usage) => self.append(Update::Usage(usage)),
            Said::Commands(commands) => self.append(Update::Commands(commands)),
            Said::Mode(mode) => self.mode_changed(mode),
            Said::Options(options) => self.options_changed(options),
            Said::Info(info) => self.entitle(info),
            Said::Notice { level, title, description } => {
                let notice = Notice::new(level, NoticeCode::AgentNotice, title);
                let notice = notice.with_detail(description.unwrap_or_default());
                self.notify(notice.about(self.turns.running()));
            }
            Said::Compacted { status } => self.compacted(&status),
            Said::Unknown => {
                self.append(Update::Unknown(Unknown { raw: update.clone(), cut_bytes: None }));
            }
        }
    }

    fn spoke(&mut self, voice: Voice, message_id: Option<String>, content: Content) {
        self.turns.agent_spoke();
        let message_id = self.voices.id_for(voice, message_id);
        let chunk = MessageChunk { message_id, content };
        self.append(match voice {
            Voice::Thought => Update::AgentThoughtChunk(chunk),
            Voice::Agent | Voice::Person => Update::AgentMessageChunk(chunk),
        });
    }

    fn entitle(&mut self, info: SessionInfo) {
        let title = info.title.clone().unwrap_or_default();
        if title != self.title {
            self.title = title;
            self.append(Update::SessionInfo(info));
        }
    }

    fn compacted(&mut self, status: &str) {
        if status == "completed" {
            let text = format!("{} has shortened what it remembers", self.agent_title());
            self.notify(Notice::new(Level::Info, NoticeCode::ContextCompacted, text));
        }
    }

    /// Announcements and updates of tool calls come in any order and more than once; each is an
    /// upsert by id. What changes nothing is not written down again.
    pub(super) fn upsert_tool_call(&mut self, call: ToolCall) {
        let id = call.tool_call_id.clone();
        let is_late = call.status.is_none() && self.voices.ended_tool_calls.contains(&id);
        let mut known = self.tool_calls.remove(&id).unwrap_or_else(|| ToolCall::new(id.as_str()));
        let before = known.clone();
        self.voices.interrupt();
        for fitted in fit(Update::ToolCall(call)) {
            if let Update::ToolCall(call) = &fitted.update {
                known.absorb(call.clone());
            }
            if known != before {
                let raw = self.raw.take();
                let entry = Entry { update: fitted.update, json: fitted.json, raw };
                self.effects.push_back(Effect::Append(Box::new(entry)));
            }
        }
        if known.status.is_some_and(|status| !status.is_open()) {
            self.voices.ended(id);
        } else if !is_late {
            self.tool_calls.insert(id, known);
            self.close_surplus_tool_call();
        }
    }

    fn close_surplus_tool_call(&mut self) {
        if self.tool_calls.len() <= MAX_OPEN_TOOL_CALLS {
            return;
        }
        if let Some((id, _)) = self.tool_calls.pop_first() {
            let text = format!("more than {MAX_OPEN_TOOL_CALLS} tool calls are open at once");
            self.warn(NoticeCode::TooMuchOpen, text);
            self.show_closed(id, ToolStatus::Unfinished);
        }
    }

    /// The turn is over: agents do not always say how their last tool calls ended.
    pub(super) fn close_tool_calls(&mut self, status: ToolStatus) {
        while let Some((id, _)) = self.tool_calls.pop_first() {
            self.show_closed(id, status);
        }
    }

    pub(super) fn show_closed(&mut self, id: String, status: ToolStatus) {
        self.voices.ended(id.clone());
        let call = ToolCall { status: Some(status), ..ToolCall::new(id) };
        self.append(Update::ToolCall(call));
    }
}
