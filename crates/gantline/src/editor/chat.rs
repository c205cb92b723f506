//! What is known of one session.

use std::collections::HashMap;

use conversation::Update;
use conversation::update::{ChatState, ToolCall};
use serde_json::Value;

use super::controls::Controls;
use super::opening::{How, Opened};
use super::prompts::Turns;
use super::rpc::RpcError;
use super::updates;

/// One session of the editor.
pub(super) struct Chat {
    /// The request that opens it, as long as it is not answered.
    opening: Option<(Value, How)>,
    /// The last record that was told, and the one up to which nothing is new to the editor, or to
    /// which everything is told before it is answered.
    position: u64,
    until: u64,
    /// Whether its agent is ready, or was.
    is_ready: bool,
    /// The directory on the editor's computer, and the one on the machine.
    pub(super) directories: (String, String),
    pub(super) controls: Controls,
    pub(super) turns: Turns,
    /// Tool calls that were told, as far as they are known.
    pub(super) calls: HashMap<String, ToolCall>,
    /// What terminals of tool calls have shown.
    pub(super) terminals: HashMap<String, String>,
}

impl Chat {
    pub(super) fn new(opened: Opened) -> Self {
        Self {
            opening: Some((opened.request, opened.how)),
            position: 0,
            until: opened.last,
            is_ready: opened.how != How::New,
            directories: (opened.local_directory, opened.session.project_path),
            controls: Controls::default(),
            turns: Turns::default(),
            calls: HashMap::new(),
            terminals: HashMap::new(),
        }
    }

    /// How it is being opened; `None` once it is open.
    pub(super) fn opens(&self) -> Option<How> {
        self.opening.as_ref().map(|(_, how)| *how)
    }

    /// The transcript is told again from its first record.
    pub(super) fn begin_again(&mut self) {
        self.until = self.until.max(self.position);
        self.position = 0;
        self.calls.clear();
        self.terminals.clear();
    }

    /// The transcript has ended, wherever it was thought to end.
    pub(super) fn nothing_follows(&mut self) {
        self.until = self.until.min(self.position);
    }

    /// The request that opens it, once it can be answered: the agent is ready, and of a session that
    /// is loaded everything was told.
    pub(super) fn take_opening_if_ready(&mut self) -> Option<(Value, How)> {
        if self.is_ready && self.position >= self.until { self.opening.take() } else { None }
    }

    /// Every request that waits.
    pub(super) fn into_requests(self) -> impl Iterator<Item = Value> {
        self.opening.map(|(request, _)| request).into_iter().chain(self.turns.into_requests())
    }

    /// What the editor is told of an update.
    pub(super) fn tell(&mut self, seq: u64, update: &Update) -> Vec<Value> {
        self.position = seq;
        if let Update::State(state) = update {
            let has_begun = state.state != ChatState::Starting;
            self.is_ready |= has_begun && !state.state.session_state().is_final();
        }
        let is_known = match self.opens() {
            // What it has said before it is answered has no session yet.
            Some(How::New | How::Resume) => true,
            Some(How::Load) => false,
            // What it was told before a transcript began again.
            None => seq <= self.until,
        };
        let told = updates::tell(self, update);
        if is_known { Vec::new() } else { told }
    }

    /// The answer to a prompt of the editor whose turn has ended with this update.
    pub(super) fn answer_for(
        &mut self,
        update: &Update,
    ) -> Option<(Value, Result<Value, RpcError>)> {
        match update {
            Update::Turn(turn) if turn.state.is_final() => self.turns.ended(turn),
            _ => None,
        }
    }
}
