//! What is said of changes of files.

use contract::changes::{ChangeContent, ChangeStatus};

/// What is said of changes of files. Names that go in are escaped by who prints them.
pub(crate) trait ChangesWords {
    fn compared_with(&self, branch: Option<&str>, commit: Option<&str>) -> String;
    fn no_changes(&self) -> &'static str;
    fn more_changes(&self) -> &'static str;
    fn change_headings(&self) -> [&'static str; 4];
    fn change_status(&self, status: ChangeStatus) -> &'static str;
    fn change_content(&self, content: ChangeContent) -> &'static str;
    fn diff_is_cut(&self) -> &'static str;
    fn discard_change(&self, path: &str) -> String;
    fn change_discarded(&self, path: &str, kept_at: Option<&str>) -> String;
    fn no_commits(&self) -> &'static str;
    fn commit_headings(&self) -> [&'static str; 4];
}
