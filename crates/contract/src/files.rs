//! The files of a session's workspace.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// The largest file that is put into a workspace.
pub const MAX_UPLOAD_BYTES: u64 = 1 << 30;

/// What something in a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A regular file, or a link that leads to one in the workspace.
    File,
    /// A directory, or a link that leads to one in the workspace.
    Directory,
    /// A link that leads out of the workspace, or nowhere. It is not followed.
    Link,
    /// Anything else, which cannot be opened: a pipe, a device, a name that is not text.
    Other,
}

/// Something in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// How large it is; 0 for whatever is no file.
    pub size_bytes: u64,
    /// When it was last changed.
    pub modified_at: Time,
}

/// A page of what is in a directory.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Directory {
    /// The directory, from the workspace down; empty for the workspace itself.
    pub path: String,
    /// In the order of their names, byte by byte.
    pub entries: Vec<FileEntry>,
    /// Ask with this for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A file that is to be looked at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FileView {
    /// The file, from the workspace down.
    pub path: String,
    /// How large it is.
    pub size_bytes: u64,
    /// When it was last changed.
    pub modified_at: Time,
    /// What there is to be seen.
    pub content: FileContent,
}

/// What there is to be seen of a file, judged by its first bytes and not by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileContent {
    /// Text in UTF-8.
    Text {
        /// Its beginning, up to 512 KiB.
        text: String,
        /// Whether there is more of it, which only a download shows.
        is_cut: bool,
    },
    /// An image that browsers draw without running anything in it. Its bytes come as a download.
    Image {
        /// What kind of image.
        media_type: String,
    },
    /// Nothing that could be shown.
    Binary,
}

/// Makes a directory in one that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDirectory {
    /// From the workspace down.
    pub path: String,
}

/// What becomes of a file that has the name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExistingFile {
    /// It stays, and the upload is refused.
    #[default]
    Keep,
    /// The new one takes its place in one step.
    Replace,
}
