//! Where programs are on Unix.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub(super) fn find(path: &Path, environment: &[(OsString, OsString)]) -> Option<PathBuf> {
    if path.components().count() > 1 {
        return Some(path.to_owned());
    }
    let (_, directories) = environment.iter().find(|(name, _)| name == "PATH")?;
    std::env::split_paths(directories)
        .map(|directory| directory.join(path))
        .find(|candidate| is_executable(candidate))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
