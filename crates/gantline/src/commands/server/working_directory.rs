//! A private directory for as long as something is put together.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The file by which one process at a time has the directory.
const CLAIM: &str = "claim";

/// It is removed, with what is in it, when this is dropped; what a process that was killed has left is
/// removed by the next one.
#[derive(Debug)]
pub(super) struct WorkingDirectory {
    path: PathBuf,
    /// Held until the end.
    _claim: File,
}

impl WorkingDirectory {
    /// Makes the one of this name below a directory.
    ///
    /// # Errors
    ///
    /// Fails if another process has it.
    pub(super) fn make(below: &Path, name: &str) -> anyhow::Result<Self> {
        let path = below.join(name);
        host::private::directory(&path)?;
        let named = || format!("claim {}", path.display());
        let claim = File::create(path.join(CLAIM)).with_context(named)?;
        match claim.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("{} is in use: another backup is being written", path.display())
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(named),
        }
        let made = Self { path, _claim: claim };
        made.empty().with_context(|| format!("empty {}", made.path.display()))?;
        Ok(made)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn empty(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() != CLAIM {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for WorkingDirectory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            let path = self.path.display();
            tracing::warn!(%path, %error, "what is left of the work could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_has_it_and_what_a_killed_one_left_is_removed() {
        let below = tempfile::tempdir().unwrap();
        let left = below.path().join("work");
        host::private::directory(&left).unwrap();
        fs::write(left.join("gantline.db"), "half").unwrap();
        let working = WorkingDirectory::make(below.path(), "work").unwrap();
        assert!(!working.path().join("gantline.db").exists());
        let refused = WorkingDirectory::make(below.path(), "work").unwrap_err().to_string();
        assert!(refused.contains("in use"), "{refused}");
        assert!(working.path().join(CLAIM).exists());
        drop(working);
        assert!(!left.exists());
    }
}
