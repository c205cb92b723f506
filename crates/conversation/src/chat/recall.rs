//! Going on after the daemon was restarted.

use std::collections::{BTreeMap, BTreeSet};

use model::TurnId;
use model::turn::{TurnState, WhenBusy};

use super::Conversation;
use super::turns::{Named, Waiting};
use crate::memory::Memory;
use crate::orders::Prompt;
use crate::update::{Level, Notice, NoticeCode, ToolStatus, TurnOrigin, TurnUpdate};

const ON_MACHINE: TurnState = TurnState::OnMachine;

impl Conversation {
    /// Takes over what the transcript says. Whatever ran is over, and how
    /// it ended is not known.
    pub(super) fn recall(&mut self, memory: Memory, prompts: Vec<Prompt>) {
        self.agent_session = memory.agent_session;
        self.ever_ready = self.agent_session.is_some();
        self.voices.count_from(memory.messages);
        self.wishes.mode = memory.mode;
        self.wishes.model = memory.model;
        self.title = memory.title.unwrap_or_default();
        self.ended = memory.state.clone().filter(|state| {
            matches!(state.state, super::ChatState::Stopped | super::ChatState::Failed)
        });
        self.shown = memory.state;
        for request in memory.open_requests {
            self.show_withdrawn(request);
        }
        for id in memory.open_tool_calls {
            self.show_closed(id, ToolStatus::Unfinished);
        }
        self.recall_prompts(prompts, &memory.queue, &memory.turns, &memory.written);
        self.recall_turns(&memory.turns);
    }

    /// Turns that had not begun wait again, in their old order.
    fn recall_prompts(
        &mut self,
        mut prompts: Vec<Prompt>,
        queue: &[TurnId],
        turns: &BTreeMap<TurnId, TurnUpdate>,
        written: &BTreeSet<TurnId>,
    ) {
        let has_begun = |turn| turns.get(&turn).is_some_and(|turn| turn.state != ON_MACHINE);
        let place = |turn| queue.iter().position(|one| *one == turn).unwrap_or(usize::MAX);
        let has_ended = self.ended.is_some();
        prompts.retain(|prompt| !has_ended && !has_begun(prompt.turn));
        prompts.sort_by_key(|prompt| place(prompt.turn));
        for prompt in prompts {
            let Prompt { turn, content, author, .. } = prompt;
            if !written.contains(&turn) {
                self.show_user_message(turn, &author, &content);
            }
            let waiting = Waiting { turn, author, origin: TurnOrigin::Prompt, content };
            self.line_up(waiting, WhenBusy::Queue);
        }
    }

    fn recall_turns(&mut self, turns: &BTreeMap<TurnId, TurnUpdate>) {
        for (id, turn) in turns {
            match turn.state {
                state if state.is_final() => self.turns.remember(*id, state),
                ON_MACHINE if self.turns.waits(*id) => {}
                ON_MACHINE => {
                    let text = "the daemon was restarted before this turn began";
                    self.show_turn(&Named::from(turn), TurnState::Failed, None, text);
                }
                _ => {
                    let text =
                        "the daemon was restarted while this turn ran; what it did is not known";
                    let notice = Notice::new(Level::Error, NoticeCode::DaemonRestarted, text);
                    self.notify(notice.about(Some(*id)));
                    self.show_turn(&Named::from(turn), TurnState::Unknown, None, text);
                }
            }
        }
    }
}
