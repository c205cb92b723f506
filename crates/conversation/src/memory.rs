//! What a transcript says to a daemon that was restarted.

use std::collections::{BTreeMap, BTreeSet};

use model::{PermissionRequestId, TurnId};

use crate::update::{
    ChatState, OptionValue, SessionOption, StateUpdate, ToolCall, TurnUpdate, Update,
};

/// What must be known of a chat to go on with it. Learned from its transcript, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    pub(crate) agent_session: Option<String>,
    pub(crate) messages: u64,
    pub(crate) turns: BTreeMap<TurnId, TurnUpdate>,
    pub(crate) queue: Vec<TurnId>,
    pub(crate) written: BTreeSet<TurnId>,
    pub(crate) open_requests: BTreeSet<PermissionRequestId>,
    pub(crate) open_tool_calls: BTreeSet<String>,
    pub(crate) mode: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) state: Option<StateUpdate>,
}

impl Memory {
    /// Takes in the next update of the transcript.
    pub fn learn(&mut self, update: &Update) {
        match update {
            Update::Turn(turn) => {
                self.turns.insert(turn.turn_id, turn.clone());
            }
            Update::Queue(queue) => self.queue.clone_from(&queue.turn_ids),
            Update::State(state) => self.state = Some(state.clone()),
            Update::Agent(agent) => self.agent_session = Some(agent.agent_session_id.clone()),
            Update::UserMessage(message) => {
                self.written.insert(message.turn_id);
                self.count(&message.message_id);
            }
            Update::AgentMessageChunk(chunk) | Update::AgentThoughtChunk(chunk) => {
                self.count(&chunk.message_id);
            }
            Update::ToolCall(call) => self.learn_tool_call(call),
            Update::Permission(permission) => {
                if permission.state.is_final() {
                    self.open_requests.remove(&permission.request_id);
                } else {
                    self.open_requests.insert(permission.request_id);
                }
            }
            Update::Modes(modes) => self.mode.clone_from(&modes.current),
            Update::Models(models) => self.model.clone_from(&models.current),
            Update::Options(options) => {
                options.options.iter().for_each(|one| self.learn_option(one));
            }
            Update::SessionInfo(info) => self.title.clone_from(&info.title),
            Update::Plan(_)
            | Update::TerminalOutput(_)
            | Update::Usage(_)
            | Update::Commands(_)
            | Update::PolicyDecision(_)
            | Update::Notice(_)
            | Update::Unknown(_) => {}
        }
    }

    /// Whether nothing can follow any more.
    pub fn has_ended(&self) -> bool {
        let state = self.state.as_ref().map(|state| state.state);
        matches!(state, Some(ChatState::Stopped | ChatState::Failed))
    }

    /// What the transcript says last of a turn.
    pub fn turn(&self, turn: TurnId) -> Option<&TurnUpdate> {
        self.turns.get(&turn)
    }

    fn learn_tool_call(&mut self, call: &ToolCall) {
        match call.status {
            Some(status) if !status.is_open() => self.open_tool_calls.remove(&call.tool_call_id),
            _ => self.open_tool_calls.insert(call.tool_call_id.clone()),
        };
    }

    fn learn_option(&mut self, option: &SessionOption) {
        let OptionValue::Choice(choice) = &option.current else { return };
        match option.category.as_deref() {
            Some("mode") => self.mode = Some(choice.clone()),
            Some("model") => self.model = Some(choice.clone()),
            _ => {}
        }
    }

    fn count(&mut self, message_id: &str) {
        let number = message_id.strip_prefix('m').and_then(|digits| digits.parse().ok());
        self.messages = self.messages.max(number.unwrap_or(0));
    }
}
