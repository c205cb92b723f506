//! What is said of changes of files, in English.

use contract::changes::{ChangeContent, ChangeStatus};

use super::English;
use crate::words::changes::ChangesWords;

impl ChangesWords for English {
    fn compared_with(&self, branch: Option<&str>, commit: Option<&str>) -> String {
        match (branch, commit) {
            (Some(branch), Some(commit)) => format!("Compared with {commit}, on {branch}:"),
            (Some(branch), None) => format!("Before the first commit, on {branch}:"),
            (None, Some(commit)) => format!("Compared with {commit}, on no branch:"),
            (None, None) => "Before the first commit:".to_owned(),
        }
    }

    fn no_changes(&self) -> &'static str {
        "no changes"
    }

    fn more_changes(&self) -> &'static str {
        "There are more changes than are shown."
    }

    fn change_headings(&self) -> [&'static str; 4] {
        ["CHANGE", "ADDED", "REMOVED", "FILE"]
    }

    fn change_status(&self, status: ChangeStatus) -> &'static str {
        match status {
            ChangeStatus::Added => "added",
            ChangeStatus::Untracked => "untracked",
            ChangeStatus::Deleted => "deleted",
            ChangeStatus::Modified => "changed",
            ChangeStatus::Renamed => "renamed",
            ChangeStatus::TypeChanged => "of another kind",
            ChangeStatus::Unmerged => "not merged",
        }
    }

    fn change_content(&self, content: ChangeContent) -> &'static str {
        match content {
            ChangeContent::Text => "(no line differs)",
            ChangeContent::Binary => "(not text)",
            ChangeContent::Repository => "(another repository)",
            ChangeContent::Uncounted => "(not counted)",
        }
    }

    fn diff_is_cut(&self) -> &'static str {
        "Only the beginning of this change is shown."
    }

    fn discard_change(&self, path: &str) -> String {
        format!("Put {path} back as it was committed?")
    }

    fn change_discarded(&self, path: &str, kept_at: Option<&str>) -> String {
        match kept_at {
            Some(place) => format!("{path} is as it was committed; kept for a week: {place}"),
            None => format!("{path} is as it was committed"),
        }
    }

    fn no_commits(&self) -> &'static str {
        "no commits"
    }

    fn commit_headings(&self) -> [&'static str; 4] {
        ["COMMIT", "WHEN", "AUTHOR", "SUBJECT"]
    }
}
