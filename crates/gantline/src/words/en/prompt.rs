//! What is said of a prompt, in English.

use std::time::Duration;

use model::turn::TurnState;

use super::English;
use crate::exit::Meaning;
use crate::words::prompt::PromptWords;

impl PromptWords for English {
    fn empty_prompt(&self) -> &'static str {
        "the prompt is empty"
    }

    fn hint_prompt(&self) -> &'static str {
        "write it behind -p, or on standard input"
    }

    fn prompt_like_command(&self, word: &str) -> String {
        format!("there is no command `{word}`")
    }

    fn hint_prompt_like_command(&self, word: &str) -> String {
        format!(
            "`gantline --help` lists the commands; as a prompt it is written `gantline -p {word}`"
        )
    }

    fn reading_input(&self) -> &'static str {
        "Reading standard input; end it with Ctrl-D"
    }

    fn input_too_large(&self, most_bytes: u64) -> String {
        format!("standard input has more than the {} MiB that are allowed", most_bytes >> 20)
    }

    fn input_not_text(&self) -> &'static str {
        "standard input is not text in UTF-8"
    }

    fn turn_ended(&self, meaning: Meaning, state: TurnState, outcome: Option<&str>) -> String {
        let what = match (meaning, state) {
            (Meaning::Interrupted, _) => "the turn was interrupted",
            (Meaning::TimedOut, _) => "the turn took too long and was stopped",
            (Meaning::Denied, _) => "the agent was not allowed to do what it asked for",
            (Meaning::Unanswered, _) => "the agent asked what nobody here could be asked",
            (_, TurnState::Cancelled) => "somebody has cancelled the turn",
            (_, TurnState::Unknown) => "nobody knows how the turn ended",
            _ => "the turn has failed",
        };
        match outcome {
            Some(outcome) => format!("{what}: {outcome}"),
            None => what.to_owned(),
        }
    }

    fn strict_needs_json(&self) -> &'static str {
        "--json-strict needs --format json"
    }

    fn strict_says_no_more(&self) -> &'static str {
        "--json-strict keeps the log silent, so that --verbose makes no sense beside it"
    }

    fn strict_needs_a_prompt(&self) -> &'static str {
        "--json-strict is for programs, which do not chat at a window; give a prompt"
    }

    fn tries_again(&self, attempt: u32, of: u32, wait: Duration) -> String {
        let seconds = wait.as_secs();
        format!("the turn has failed; trying again in {seconds} s ({attempt} of {of})")
    }

    fn session_differs(&self, title: &str, option: &str, has: &str) -> String {
        format!("the session {title} exists already, and its {option} is {has}")
    }

    fn hint_session_differs(&self, option: &str) -> String {
        format!("leave {option} out, or choose another name for --session")
    }
}
