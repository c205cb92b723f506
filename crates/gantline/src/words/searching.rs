//! What is said of a search through transcripts, and of those that the server keeps.

use contract::searches::{NotSearched, WhyNotSearched};
use conversation::search::Said;

/// What is said of a search through transcripts. Names that go in are escaped by who prints them.
pub(crate) trait SearchWords {
    fn said(&self, said: Said) -> &'static str;
    fn more_places(&self, count: u64) -> String;
    fn nothing_found(&self, searched: u64) -> String;
    fn why_not_searched(&self, why: WhyNotSearched) -> &'static str;
    fn not_searched(&self, machine: &str, not: &NotSearched) -> String;
    fn more_sessions(&self) -> &'static str;
    fn transcripts_kept(&self, days: Option<u32>) -> String;
    fn workspace_keeping_headings(&self) -> [&'static str; 3];
    fn workspace_kept(&self, days: Option<u32>) -> String;
    fn keep_no_transcripts(&self, workspace: Option<&str>) -> String;
    fn delete_kept(&self, title: &str) -> String;
    fn kept_deleted(&self, title: &str) -> String;
}
