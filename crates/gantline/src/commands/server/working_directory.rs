//! A private directory for as long as something is put together.

use std::fs;
use std::path::{Path, PathBuf};

/// It is removed, with what is in it, when this is dropped.
#[derive(Debug)]
pub(super) struct WorkingDirectory(PathBuf);

impl WorkingDirectory {
    /// Makes one below a directory, named after what it is for and this process.
    pub(super) fn make(below: &Path, purpose: &str) -> anyhow::Result<Self> {
        let path = below.join(format!("{purpose}-{}", std::process::id()));
        host::private::directory(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for WorkingDirectory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            let path = self.0.display();
            tracing::warn!(%path, %error, "what is left of the work could not be removed");
        }
    }
}
