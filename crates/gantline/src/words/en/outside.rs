//! What is said of sessions that were begun with the agents' own programs, in English.

use super::English;
use crate::words::outside::OutsideWords;

impl OutsideWords for English {
    fn outside_headings(&self) -> [&'static str; 6] {
        ["ID", "AGENT", "TITLE", "DIRECTORY", "CHANGED", ""]
    }

    fn nothing_outside(&self) -> &'static str {
        "No session was begun outside of Gantline in this machine's workspaces"
    }

    fn outside_unreadable(&self, files: u32) -> String {
        let what = if files == 1 { "1 file of agents" } else { "files of agents" };
        match files {
            1 => format!("{what} could not be read"),
            _ => format!("{files} {what} could not be read"),
        }
    }

    fn more_outside(&self) -> &'static str {
        "There are more before these; `--limit` shows them, up to 200"
    }

    fn outside_continued_in(&self, session: &str) -> String {
        format!("goes on in {session}")
    }

    fn outside_continued(&self) -> &'static str {
        "goes on here"
    }

    fn outside_may_be_open(&self) -> &'static str {
        "may be open"
    }

    fn goes_on_outside(&self, title: &str, session: &str) -> String {
        format!(
            "{title:?} goes on in session {session}; prompt it with: gantline chat --session {session}"
        )
    }

    fn goes_on_beside(&self) -> &'static str {
        "It was changed a moment ago. What is said there from now on is not known here: this is a copy"
    }

    fn several_outside(&self, name: &str) -> String {
        format!("several sessions are called {name:?}; give more of the identifier, or `--agent`")
    }

    fn no_such_outside(&self, name: &str) -> String {
        format!("no session {name:?} was begun outside of Gantline in this machine's workspaces")
    }

    fn hint_list_outside(&self) -> &'static str {
        "list them with: gantline session outside"
    }
}
