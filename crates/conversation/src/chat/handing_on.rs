//! Going on with the same agent after the daemon was restarted.
//!
//! While its agent lives, a chat is handed on as it stands, after each step that it takes. What is
//! left out is known otherwise: what it was set up with, what became of its turns, prompts that are
//! large, and times, which mean nothing in another process.

use model::Tick;
use policy::{Preset, SessionPolicy};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::Conversation;
use crate::memory::Memory;
use crate::orders::Prompt;
use crate::setup::{MAX_NOTE_BYTES, Profile, Setup};

/// What was handed on cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum NotTakenUp {
    /// Another release has written it, or it is damaged.
    #[error("what the chat was handed on as cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// A prompt that waits is not in the journal.
    #[error("a prompt that waits is missing")]
    PromptMissing,
}

impl Conversation {
    /// The chat as it stands, to be handed on. There must be no effect left to be polled.
    pub fn handed_on(&self) -> Box<RawValue> {
        debug_assert!(self.effects.is_empty(), "what was not polled is not handed on");
        // Writing JSON to memory fails only for keys that are neither text nor numbers, and the
        // chat has none.
        to_raw_value(self).expect("a chat can be written as JSON")
    }

    /// Goes on with a chat that was handed on: its agent has lived on, and has heard what it was
    /// sent until then. `memory` is its transcript, `prompts` are those that were accepted.
    pub fn taken_up(
        setup: Setup,
        handed_on: &RawValue,
        memory: &Memory,
        prompts: &[Prompt],
        now: Tick,
    ) -> Result<Self, NotTakenUp> {
        let mut chat: Self = serde_json::from_str(handed_on.get())?;
        chat.setup = setup;
        chat.phase = chat.phase.begun_anew(now);
        for open in chat.requests.values_mut() {
            open.take_up(&chat.setup.workspace);
        }
        let known = memory.turns.iter().map(|(turn, update)| (*turn, update.state));
        let content_of = |turn| {
            let prompt = prompts.iter().find(|prompt| prompt.turn == turn);
            prompt.map(|prompt| prompt.content.clone())
        };
        if chat.turns.take_up(known, content_of, now) {
            Ok(chat)
        } else {
            Err(NotTakenUp::PromptMissing)
        }
    }

    /// Whether the agent is to be ended, and its end has not been heard of.
    pub fn is_leaving(&self) -> bool {
        self.phase == super::Phase::Leaving
    }

    /// Whether there is an agent, as far as the chat knows.
    pub fn has_agent(&self) -> bool {
        self.phase.can_hear() || self.is_leaving()
    }

    /// Whether a turn was taken in before, whatever has become of it.
    pub fn knows_turn(&self, turn: model::TurnId) -> bool {
        self.turns.knows(turn)
    }
}

/// Stands in until the chat is taken up.
pub(super) fn no_setup() -> Setup {
    Setup {
        workspace: String::new(),
        policy: SessionPolicy::of_preset(Preset::Ask),
        profile: Profile::default(),
        model: None,
        version: String::new(),
        continues: None,
    }
}

/// Whether what a turn says is more than a note may say.
pub(super) fn is_large(content: &[Value]) -> bool {
    content.iter().map(weight).sum::<usize>() > 2 * MAX_NOTE_BYTES
}

fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members.values().map(weight).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
    }
}
