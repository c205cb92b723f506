//! Copies of workspaces that are kept on the server because a machine's owner wants it so.

use serde::{Deserialize, Serialize};

/// Files that are not in a copy, by why not. What `.gitignore` names is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeftOut {
    /// More than the owner's limit of files.
    pub over_files: u64,
    /// More than the limit of bytes for a whole copy.
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

impl LeftOut {
    /// How many there are in all.
    pub fn files(&self) -> u64 {
        [
            self.over_files,
            self.over_bytes,
            self.too_large,
            self.secret,
            self.special,
            self.unnameable,
            self.unreadable,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}
