//! What is asked about the files of a workspace, and answered. Each question is about a directory
//! that the machine's owner allows, and about a path beneath it; the machine follows both itself.
//!
//! A file travels in parts, one question each. So whoever asks decides how fast it comes, and each
//! part that was written is acknowledged by its answer.

use bytes::Bytes;

/// What is in a directory?
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ListDirectory {
    /// The workspace, absolute.
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// Names from the workspace down with `/` between them; empty for the workspace itself. At most
    /// [`MAX_PATH_BYTES`](crate::limits::MAX_PATH_BYTES).
    #[prost(string, tag = "2")]
    pub path: String,
    /// Only what comes behind this name, byte by byte.
    #[prost(string, tag = "3")]
    pub after: String,
    /// At most so many; never more than [`MAX_ENTRIES`](crate::limits::MAX_ENTRIES).
    #[prost(uint32, tag = "4")]
    pub most: u32,
}

/// A part of what is in a directory.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DirectoryPage {
    /// In the order of their names, byte by byte.
    #[prost(message, repeated, tag = "1")]
    pub entries: Vec<FileEntry>,
    /// Whether there is more behind them.
    #[prost(bool, tag = "2")]
    pub has_more: bool,
}

/// What something in a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum FileKind {
    /// Not said.
    Unspecified = 0,
    /// A regular file, or a link that leads to one in the workspace.
    File = 1,
    /// A directory, or a link that leads to one in the workspace.
    Directory = 2,
    /// A link that leads out of the workspace, or nowhere.
    Link = 3,
    /// Anything else: a pipe, a device, a name that is not text.
    Other = 4,
}

/// Something in a directory.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FileEntry {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// What it is.
    #[prost(enumeration = "FileKind", tag = "2")]
    pub kind: i32,
    /// How large it is; 0 for whatever is no file.
    #[prost(uint64, tag = "3")]
    pub size_bytes: u64,
    /// When it was last changed, milliseconds since the Unix epoch.
    #[prost(int64, tag = "4")]
    pub modified_at_ms: i64,
}

/// A part of a file, please.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ReadFile {
    /// As in [`ListDirectory`].
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// As in [`ListDirectory`].
    #[prost(string, tag = "2")]
    pub path: String,
    /// From which byte on.
    #[prost(uint64, tag = "3")]
    pub offset: u64,
    /// At most so many bytes; never more than
    /// [`MAX_FILE_PART_BYTES`](crate::limits::MAX_FILE_PART_BYTES).
    #[prost(uint32, tag = "4")]
    pub max_bytes: u32,
    /// From an earlier part: the file must still be that one. Empty for the first part.
    #[prost(bytes = "bytes", tag = "5")]
    pub version: Bytes,
}

/// A part of a file.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FilePart {
    /// The bytes; fewer than were asked for only at the end.
    #[prost(bytes = "bytes", tag = "1")]
    pub data: Bytes,
    /// How large the file is by now.
    #[prost(uint64, tag = "2")]
    pub size_bytes: u64,
    /// When it was last changed, milliseconds since the Unix epoch.
    #[prost(int64, tag = "3")]
    pub modified_at_ms: i64,
    /// For the question for the next part; opaque.
    #[prost(bytes = "bytes", tag = "4")]
    pub version: Bytes,
}

/// What becomes of a file that has the name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum ExistingFile {
    /// Not said.
    Unspecified = 0,
    /// It stays, and the upload is refused.
    Keep = 1,
    /// The new one takes its place in one step.
    Replace = 2,
}

/// A file is about to come.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct BeginUpload {
    /// As in [`ListDirectory`].
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// Where it is to be. Its directory is there already.
    #[prost(string, tag = "2")]
    pub path: String,
    /// How large it is; at most [`MAX_UPLOAD_BYTES`](crate::limits::MAX_UPLOAD_BYTES).
    #[prost(uint64, tag = "3")]
    pub size_bytes: u64,
    /// What becomes of a file that has the name already.
    #[prost(enumeration = "ExistingFile", tag = "4")]
    pub existing: i32,
}

/// It may come.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct UploadBegun {
    /// How the upload is called. It is given up when nothing comes for a while.
    #[prost(uint64, tag = "1")]
    pub upload_id: u64,
}

/// A part of a file that comes.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct WriteUpload {
    /// From [`UploadBegun`].
    #[prost(uint64, tag = "1")]
    pub upload_id: u64,
    /// Where it belongs: behind what was written before it.
    #[prost(uint64, tag = "2")]
    pub offset: u64,
    /// The bytes, at most [`MAX_FILE_PART_BYTES`](crate::limits::MAX_FILE_PART_BYTES).
    #[prost(bytes = "bytes", tag = "3")]
    pub data: Bytes,
}

/// It is written; the next one may come.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct UploadWritten {
    /// How many bytes are there by now.
    #[prost(uint64, tag = "1")]
    pub written_bytes: u64,
}

/// What becomes of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum UploadFate {
    /// Not said.
    Unspecified = 0,
    /// It is whole: put it where it is to be.
    Keep = 1,
    /// Nothing more comes: forget it.
    Discard = 2,
}

/// No more of this upload.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct EndUpload {
    /// From [`UploadBegun`].
    #[prost(uint64, tag = "1")]
    pub upload_id: u64,
    /// What becomes of it.
    #[prost(enumeration = "UploadFate", tag = "2")]
    pub fate: i32,
}

/// The upload is over. A file that was to be kept is in its place and survives a power cut.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct UploadEnded {
    /// How large the file is that is there, if it was to be kept.
    #[prost(uint64, tag = "1")]
    pub size_bytes: u64,
    /// When that was last changed, milliseconds since the Unix epoch.
    #[prost(int64, tag = "2")]
    pub modified_at_ms: i64,
}

/// Make a directory in one that is there.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CreateDirectory {
    /// As in [`ListDirectory`].
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// Where.
    #[prost(string, tag = "2")]
    pub path: String,
}

/// It is there.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct DirectoryCreated {}
