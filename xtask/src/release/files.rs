//! Files with private keys.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;

/// Writes one that is not there yet, for its owner alone, and not into the repository, where it would
/// be committed one day.
pub(super) fn write_private(repository: &Repository, path: &Path, text: &str) -> Result<()> {
    let whole = std::path::absolute(path)?;
    let parent = whole.parent().context("a file has a directory")?;
    let parent = parent.canonicalize().with_context(|| format!("find {}", parent.display()))?;
    let root = repository.path("").canonicalize()?;
    ensure!(!parent.starts_with(&root), "a private key does not belong into the repository");
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path).with_context(|| format!("make {}", path.display()))?;
    writeln!(file, "{text}")?;
    Ok(file.sync_all()?)
}

/// Reads one; refuses one that others may read.
pub(super) fn read_private(path: &Path) -> Result<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata =
            std::fs::metadata(path).with_context(|| format!("look at {}", path.display()))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            bail!("others may read {0}; run: chmod 600 {0}", path.display());
        }
    }
    std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))
}
