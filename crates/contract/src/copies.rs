//! Copies of workspaces that are on the server because their machine's owner wants them there.

use model::mirror::LeftOut;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// A copy of a workspace. Its files are on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CopyView {
    /// Identifier among the copies of the machine.
    pub copy_id: String,
    /// The workspace on its machine.
    pub workspace: String,
    /// How many files are in the copy.
    pub files: u32,
    /// How large they are together.
    pub size_bytes: u64,
    /// As of when it is.
    pub taken_at: Time,
    /// How many files of the workspace are not in it, by why not. What `.gitignore` names is not
    /// counted.
    pub left_out: LeftOutView,
}

/// Files that are not in a copy, by why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct LeftOutView {
    /// How many there are in all.
    pub files: u64,
    /// More than the owner's limit of files.
    pub over_files: u64,
    /// More than the limit of bytes.
    pub over_bytes: u64,
    /// Larger than a single file may be.
    pub too_large: u64,
    /// Keys, passwords and the like.
    pub secret: u64,
    /// Symbolic links, pipes, sockets and devices.
    pub special: u64,
    /// Those whose names are no text, or hold what nobody can read.
    pub unnameable: u64,
    /// Those that could not be read, or changed while they were.
    pub unreadable: u64,
}

impl From<LeftOut> for LeftOutView {
    fn from(left_out: LeftOut) -> Self {
        Self {
            files: left_out.files(),
            over_files: left_out.over_files,
            over_bytes: left_out.over_bytes,
            too_large: left_out.too_large,
            secret: left_out.secret,
            special: left_out.special,
            unnameable: left_out.unnameable,
            unreadable: left_out.unreadable,
        }
    }
}

/// The copies of a machine's workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Copies {
    /// By workspace; none where the machine's owner wants none.
    pub copies: Vec<CopyView>,
    /// Whether the caller may have them removed.
    pub may_remove: bool,
}
