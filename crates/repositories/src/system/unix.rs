//! Unix: symbolic links, and paths that are bytes.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What is kept of the daemon's environment. Not `HOME`: releases of git before 2.32 would read the
/// settings there in any case.
pub(crate) const KEPT: &[&str] = &["PATH", "TMPDIR"];

/// Makes what is there be here too.
pub(crate) fn link(there: &Path, here: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(there, here)
}

/// A path as git is told it.
pub(crate) fn for_git(path: &Path) -> PathBuf {
    path.to_owned()
}

/// Whether what git, or a file of git's, says is this path.
pub(crate) fn is_same_path(said: &str, path: &Path) -> bool {
    Path::new(said) == path
}

/// Whether something that git has named, in a directory, lies in what is withheld.
pub(crate) fn is_within(directory: &Path, named: &[u8], withheld: &Path) -> bool {
    directory.join(Path::new(OsStr::from_bytes(named))).starts_with(withheld)
}
