//! Where is looked.

use std::path::PathBuf;

/// A directory on this machine, in one that its owner allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The directory that the machine's owner allows, symbolic links resolved.
    pub allowed: PathBuf,
    /// The workspace, in that one, symbolic links resolved.
    pub path: PathBuf,
    /// What is not shown, wherever it lies: the machine's own directory with its keys, symbolic
    /// links resolved.
    pub withheld: PathBuf,
}
