//! What is said of sessions that were begun with the agents' own programs.

/// What is said of sessions that were begun with the agents' own programs. Names that go in are
/// escaped by who prints them.
pub(crate) trait OutsideWords {
    fn outside_headings(&self) -> [&'static str; 6];
    fn nothing_outside(&self) -> &'static str;
    fn outside_unreadable(&self, files: u32) -> String;
    fn more_outside(&self) -> &'static str;
    fn outside_continued_in(&self, session: &str) -> String;
    fn outside_continued(&self) -> &'static str;
    fn outside_may_be_open(&self) -> &'static str;
    fn goes_on_outside(&self, title: &str, session: &str) -> String;
    fn goes_on_beside(&self) -> &'static str;
    fn several_outside(&self, name: &str) -> String;
    fn no_such_outside(&self, name: &str) -> String;
    fn hint_list_outside(&self) -> &'static str;
}
