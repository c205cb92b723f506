//! What differs in a session's workspace from what was committed there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// What became of a file since the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    /// It came, and is in the repository or about to be.
    Added,
    /// It came, and git was not told of it.
    Untracked,
    /// It went.
    Deleted,
    /// It says something else, or may be run or not.
    Modified,
    /// It has another name, and may say something else as well.
    Renamed,
    /// It became a link, or was one.
    TypeChanged,
    /// A merge has left it to be decided.
    Unmerged,
}

/// What there is to be seen of a file that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeContent {
    /// Lines.
    Text,
    /// No text, or more than 8 MiB of it.
    Binary,
    /// Another repository in this one, which is compared by its commit alone.
    Repository,
    /// It was not counted, because too much differs.
    Uncounted,
}

/// A file that differs from the last commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedFile {
    /// The file, from the workspace down. What is not text in its name is replaced.
    pub path: String,
    /// Where it was before, if it was renamed in the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// What became of it.
    pub status: ChangeStatus,
    /// What there is to be seen.
    pub content: ChangeContent,
    /// How many lines came; 0 for whatever is no text.
    pub added: u32,
    /// How many lines went; 0 for whatever is no text.
    pub removed: u32,
}

/// What differs in a session's workspace from the last commit of its Git repository.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Changes {
    /// The branch that is checked out; absent where a commit is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit with which the files are compared; absent before the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The files that differ, in the order of their names. Those that are ignored are left out.
    pub files: Vec<ChangedFile>,
    /// Whether there are more of them than are listed: up to 2000, of which 1000 may be untracked.
    pub has_more: bool,
}

/// What a line of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiffLineKind {
    /// It is in both.
    Same,
    /// It came.
    Added,
    /// It went.
    Removed,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiffLine {
    /// What it is.
    pub kind: DiffLineKind,
    /// What it says, without its line break. What is not UTF-8 in it is replaced.
    pub text: String,
    /// Whether the file ends with it and without a line break.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unended: bool,
}

/// Lines that stand together, some of which differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiffHunk {
    /// The number of the first line before, from one; 0 where there was none.
    pub old_start: u32,
    /// The number of the first line by now, from one; 0 where there is none.
    pub new_start: u32,
    /// The part of the file that they are in, as git sees it; may be empty.
    pub heading: String,
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// What differs in a file from the last commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileDiff {
    /// The file.
    pub file: ChangedFile,
    /// Its lines, as far as they differ, with three of their neighbours; none of what is no text.
    pub hunks: Vec<DiffHunk>,
    /// Whether only the beginning is told: about 512 KiB.
    pub is_cut: bool,
}

/// Puts a file back as it was committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscardChange {
    /// The file, from the workspace down.
    pub path: String,
    /// Its `old_path` in the list, if it was renamed: it comes back under this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
}

/// A file is as it was committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeDiscarded {
    /// Where on the machine what was there is kept for a week; absent if there was nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<String>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommitView {
    /// Its name, in hexadecimal.
    pub id: String,
    /// When it was made, as whoever made it says.
    pub committed_at: Time,
    /// Who wrote it, as they say.
    pub author: String,
    /// The first line of what is said of it.
    pub subject: String,
}

/// What was committed of a session's workspace.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CommitLog {
    /// The commits, the last one first.
    pub commits: Vec<CommitView>,
    /// Ask with this for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
