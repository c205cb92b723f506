//! What is said of a search through transcripts.

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
}
