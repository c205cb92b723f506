//! What is asked about the Git repository of a workspace, and answered. The machine finds the
//! repository and reads it; what it tells is bounded, and says where there is more.

/// Which files differ from the last commit?
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ListChanges {
    /// The workspace, absolute.
    #[prost(string, tag = "1")]
    pub workspace: String,
}

/// The files that differ.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ChangesListed {
    /// The branch that is checked out; empty where a commit is.
    #[prost(string, tag = "1")]
    pub branch: String,
    /// The commit with which the files are compared, in hexadecimal; empty before the first one.
    #[prost(string, tag = "2")]
    pub head: String,
    /// In the order of their names.
    #[prost(message, repeated, tag = "3")]
    pub files: Vec<ChangedFile>,
    /// Whether there are more than these.
    #[prost(bool, tag = "4")]
    pub has_more: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum ChangeStatus {
    /// Not said.
    Unspecified = 0,
    /// It came, and is in the repository or about to be.
    Added = 1,
    /// It came, and git was not told of it.
    Untracked = 2,
    /// It went.
    Deleted = 3,
    /// It says something else, or may be run or not.
    Modified = 4,
    /// It has another name.
    Renamed = 5,
    /// It became a link, or was one.
    TypeChanged = 6,
    /// A merge has left it to be decided.
    Unmerged = 7,
}

/// What there is to be seen of a file that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum ChangeContent {
    /// Not said: it was not counted.
    Unspecified = 0,
    /// Lines.
    Text = 1,
    /// No text, or too much of it.
    Binary = 2,
    /// Another repository.
    Repository = 3,
}

/// A file that differs.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ChangedFile {
    /// Names from the workspace down with `/` between them.
    #[prost(string, tag = "1")]
    pub path: String,
    /// Where it was before, if it was renamed; empty otherwise.
    #[prost(string, tag = "2")]
    pub old_path: String,
    /// What became of it.
    #[prost(enumeration = "ChangeStatus", tag = "3")]
    pub status: i32,
    /// What there is to be seen.
    #[prost(enumeration = "ChangeContent", tag = "4")]
    pub content: i32,
    /// How many lines came; 0 for whatever is no text.
    #[prost(uint32, tag = "5")]
    pub added: u32,
    /// How many lines went; 0 for whatever is no text.
    #[prost(uint32, tag = "6")]
    pub removed: u32,
}

/// What differs in a file from the last commit?
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ReadDiff {
    /// As in [`ListChanges`].
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// Names from the workspace down with `/` between them; at most
    /// [`MAX_PATH_BYTES`](crate::limits::MAX_PATH_BYTES).
    #[prost(string, tag = "2")]
    pub path: String,
    /// Where it was before, if it was renamed; empty otherwise.
    #[prost(string, tag = "3")]
    pub old_path: String,
}

/// What differs in a file.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DiffRead {
    /// The file.
    #[prost(message, optional, tag = "1")]
    pub file: Option<ChangedFile>,
    /// Its lines, as far as they differ; none of what is no text.
    #[prost(message, repeated, tag = "2")]
    pub hunks: Vec<DiffHunk>,
    /// Whether only the beginning is told.
    #[prost(bool, tag = "3")]
    pub is_cut: bool,
}

/// Lines that stand together, some of which differ.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DiffHunk {
    /// The number of the first line before, from one; 0 where there was none.
    #[prost(uint32, tag = "1")]
    pub old_start: u32,
    /// The number of the first line by now, from one; 0 where there is none.
    #[prost(uint32, tag = "2")]
    pub new_start: u32,
    /// The part of the file that they are in, as git sees it; may be empty.
    #[prost(string, tag = "3")]
    pub heading: String,
    /// The lines.
    #[prost(message, repeated, tag = "4")]
    pub lines: Vec<DiffLine>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum DiffLineKind {
    /// It is in both.
    Same = 0,
    /// It came.
    Added = 1,
    /// It went.
    Removed = 2,
}

/// A line of a file.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DiffLine {
    /// What it is.
    #[prost(enumeration = "DiffLineKind", tag = "1")]
    pub kind: i32,
    /// What it says, without its end.
    #[prost(string, tag = "2")]
    pub text: String,
    /// Whether the file ends with it and without a line break.
    #[prost(bool, tag = "3")]
    pub is_unended: bool,
}

/// Put a file back as it was committed. What is there is kept for a while on the machine.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DiscardChange {
    /// As in [`ListChanges`].
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// As in [`ReadDiff`].
    #[prost(string, tag = "2")]
    pub path: String,
    /// As in [`ReadDiff`]: it comes back under this name.
    #[prost(string, tag = "3")]
    pub old_path: String,
}

/// It is as it was committed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ChangeDiscarded {
    /// Where on the machine what was there is kept; empty if there was nothing.
    #[prost(string, tag = "1")]
    pub kept_at: String,
}

/// What was committed of the workspace's files?
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ReadLog {
    /// As in [`ListChanges`].
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// From which commit on, in hexadecimal; empty for the last one.
    #[prost(string, tag = "2")]
    pub from: String,
    /// How many of them are passed over.
    #[prost(uint32, tag = "3")]
    pub skip: u32,
    /// At most so many; never more than [`MAX_COMMITS`](crate::limits::MAX_COMMITS).
    #[prost(uint32, tag = "4")]
    pub most: u32,
}

/// A part of what was committed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct LogRead {
    /// From which commit on it was read; empty before the first one.
    #[prost(string, tag = "1")]
    pub from: String,
    /// The commits, the last one first.
    #[prost(message, repeated, tag = "2")]
    pub commits: Vec<Commit>,
    /// Whether there are more behind them.
    #[prost(bool, tag = "3")]
    pub has_more: bool,
}

/// A commit.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Commit {
    /// Its name, in hexadecimal.
    #[prost(string, tag = "1")]
    pub id: String,
    /// When it was made, milliseconds since the Unix epoch; whoever made it says so.
    #[prost(int64, tag = "2")]
    pub committed_at_ms: i64,
    /// Who wrote it, as they say.
    #[prost(string, tag = "3")]
    pub author: String,
    /// The first line of what is said of it.
    #[prost(string, tag = "4")]
    pub subject: String,
}
