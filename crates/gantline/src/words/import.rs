//! What is said of chats that are taken in, and of what is sent meanwhile.

/// What is said of chats that are taken in. Titles that go in are escaped by who prints them.
pub(crate) trait ImportWords {
    fn session_imported(&self, title: &str, id: &str) -> String;
    fn import_is_too_large(&self, mib: u64) -> String;
    fn import_is_no_text(&self) -> &'static str;
    fn sending(&self, percent: u64, mib: u64) -> String;
}
