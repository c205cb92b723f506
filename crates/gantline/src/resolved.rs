//! Directories without links, as people write them.

use std::io;
use std::path::{Path, PathBuf};

/// The directory itself, which must be there. Not in the form with `\\?\` in front, into which
/// Windows resolves: it is shown, written down and compared with what people write.
pub(crate) fn resolved(path: &Path) -> io::Result<PathBuf> {
    std::fs::canonicalize(path).map(system::plain)
}

#[cfg(unix)]
mod system {
    use std::path::PathBuf;

    pub(super) const fn plain(path: PathBuf) -> PathBuf {
        path
    }
}

#[cfg(windows)]
mod system {
    use std::path::PathBuf;

    #[expect(clippy::needless_pass_by_value, reason = "elsewhere it is the path already")]
    pub(super) fn plain(path: PathBuf) -> PathBuf {
        processes::windows::plain(&path)
    }
}
