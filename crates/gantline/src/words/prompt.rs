//! What is said of a prompt.

use std::time::Duration;

use model::turn::TurnState;

use crate::exit::Meaning;

/// What is said of a prompt.
pub(crate) trait PromptWords {
    fn empty_prompt(&self) -> &'static str;
    fn hint_prompt(&self) -> &'static str;
    fn prompt_like_command(&self, word: &str) -> String;
    fn hint_prompt_like_command(&self, word: &str) -> String;
    fn reading_input(&self) -> &'static str;
    fn input_too_large(&self, most_bytes: u64) -> String;
    fn input_not_text(&self) -> &'static str;
    /// Why a prompt was not simply answered.
    fn turn_ended(&self, meaning: Meaning, state: TurnState, outcome: Option<&str>) -> String;
    fn strict_needs_json(&self) -> &'static str;
    fn strict_says_no_more(&self) -> &'static str;
    fn strict_needs_a_prompt(&self) -> &'static str;
    fn tries_again(&self, attempt: u32, of: u32, wait: Duration) -> String;
    /// The session exists already and is not as the options want it.
    fn session_differs(&self, title: &str, option: &str, has: &str) -> String;
    fn hint_session_differs(&self, option: &str) -> String;
}
