//! What is said of a search through transcripts, in English.

use contract::searches::{NotSearched, WhyNotSearched};
use conversation::search::Said;

use super::English;
use crate::escape;
use crate::words::searching::SearchWords;

impl SearchWords for English {
    fn said(&self, said: Said) -> &'static str {
        match said {
            Said::Prompt => "prompt",
            Said::Answer => "answer",
            Said::Tool => "tool",
        }
    }

    fn more_places(&self, count: u64) -> String {
        format!("and {count} more before these; `--session` shows them")
    }

    fn nothing_found(&self, searched: u64) -> String {
        match searched {
            1 => "It was found in no message of 1 session".to_owned(),
            _ => format!("It was found in no message of {searched} sessions"),
        }
    }

    fn why_not_searched(&self, why: WhyNotSearched) -> &'static str {
        match why {
            WhyNotSearched::Offline => "offline",
            WhyNotSearched::TooOld => "its release cannot search",
            WhyNotSearched::TooSlow => "it took too long",
            WhyNotSearched::Unreadable => "it cannot read them",
        }
    }

    fn not_searched(&self, machine: &str, not: &NotSearched) -> String {
        let sessions = if not.sessions == 1 { "session" } else { "sessions" };
        let why = self.why_not_searched(not.reason);
        format!("not searched: {} {sessions} on {machine}: {why}", not.sessions)
    }

    fn more_sessions(&self) -> &'static str {
        "There may be more in sessions before these; `--limit` shows them"
    }

    fn transcripts_kept(&self, days: Option<u32>) -> String {
        match days {
            None => "Transcripts are on the machines only".to_owned(),
            Some(1) => "Transcripts are kept on the server for 1 day".to_owned(),
            Some(days) => format!("Transcripts are kept on the server for {days} days"),
        }
    }

    fn workspace_keeping_headings(&self) -> [&'static str; 3] {
        ["MACHINE", "WORKSPACE", "KEPT"]
    }

    fn workspace_kept(&self, days: Option<u32>) -> String {
        match days {
            None => "on the machine only".to_owned(),
            Some(1) => "1 day".to_owned(),
            Some(days) => format!("{days} days"),
        }
    }

    fn keep_no_transcripts(&self, workspace: Option<&str>) -> String {
        match workspace {
            None => {
                "Delete every transcript that is kept on the server and not of a workspace that \
                     is named, and keep none from now on?"
                    .to_owned()
            }
            Some(path) => format!(
                "Delete what is kept of {} on the server and is not to be kept from now on?",
                escape::line(path)
            ),
        }
    }

    fn delete_kept(&self, title: &str) -> String {
        format!("Delete what the server keeps of {title}, for good?")
    }

    fn kept_deleted(&self, title: &str) -> String {
        format!("The server keeps nothing of {title} any more")
    }
}
