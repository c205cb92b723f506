//! What is said of sessions that are shared.

/// What is said of sessions that are shared. Names that go in are escaped by who prints them.
pub(crate) trait SharingWords {
    fn present_label(&self) -> &'static str;
    fn share_headings(&self) -> [&'static str; 4];
    fn share_level(&self, may_drive: bool) -> &'static str;
    fn not_shared(&self) -> &'static str;
    fn not_shared_with(&self, title: &str, user: &str) -> String;
    fn hint_shares(&self) -> &'static str;
    fn shared(&self, title: &str, user: &str, may_drive: bool, until: &str) -> String;
    fn unshared(&self, title: &str, user: &str) -> String;
}
