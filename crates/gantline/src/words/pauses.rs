//! What is said of sessions that stand still or end.

/// What is said of sessions that stand still or end. Names that go in are escaped by who prints them.
pub(crate) trait PauseWords {
    fn session_paused(&self, title: &str, has_happened: bool) -> String;
    fn session_resumed(&self, title: &str, has_happened: bool) -> String;
    fn session_stopping(&self, title: &str) -> String;
    fn seconds_idle(&self, seconds: u64) -> String;
    fn paused_since(&self, by: &str, ago: &str) -> String;
}
