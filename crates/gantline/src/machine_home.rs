//! Where this computer keeps what makes it a machine of a server. The machine that `gantline up`
//! makes of it is another one and has its own place, so that neither disturbs the other.

use std::path::{Path, PathBuf};

/// Which data directory.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct DataDirectoryOption {
    /// Where this computer keeps its key, its policy and its journal [default: the data directory
    /// of this user].
    #[arg(long, alias = "dir", env = "GANTLINE_DATA_DIR", value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,
}

/// What a machine's key signs with, what its owner allows, and what it remembers.
const ENROLLED: &str = "enrolled";

/// What a machine remembers: the journal, what it holds for sessions, the way to its terminals, what
/// its daemon says of itself and of copies on the server, the releases it runs.
const MEMORY: [&str; 7] = [
    "journal",
    "sessions",
    "holders",
    "status.json",
    "mirror.json",
    "mirror-wish.json",
    updates::store::DIRECTORY,
];

impl DataDirectoryOption {
    /// The machine's directory, absolute, whether it is there or not.
    pub(crate) fn machine_directory(&self) -> anyhow::Result<PathBuf> {
        Ok(machine_directory_in(&self.data_directory()?))
    }

    /// The data directory, absolute, which a server of this user has, too.
    pub(crate) fn data_directory(&self) -> anyhow::Result<PathBuf> {
        match self.given()? {
            Some(directory) => Ok(directory),
            None => Ok(host::directories::data_directory()?),
        }
    }

    /// The data directory that was named, absolute.
    pub(crate) fn given(&self) -> anyhow::Result<Option<PathBuf>> {
        Ok(self.data_dir.as_ref().map(std::path::absolute).transpose()?)
    }
}

/// The machine's directory in a data directory.
pub(crate) fn machine_directory_in(data_directory: &Path) -> PathBuf {
    data_directory.join(ENROLLED)
}

/// Forgets what its owner wrote, too, and the data directory if nothing else is in it.
pub(crate) fn forget_everything(directory: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if let Some(data_directory) = directory.parent() {
        // A server of this user may have its data there.
        let _ = std::fs::remove_dir(data_directory);
    }
    Ok(())
}

/// Forgets the sessions of a machine that is none any more. What its owner wrote, the policy and
/// the agents, stays.
pub(crate) fn forget_sessions(directory: &Path) -> std::io::Result<()> {
    for name in MEMORY {
        let path = directory.join(name);
        let removed = match std::fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => std::fs::remove_dir_all(&path),
            Ok(_) => std::fs::remove_file(&path),
            Err(error) => Err(error),
        };
        match removed {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_forgotten_and_the_owners_files_stay() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(directory.path().join("journal/parts")).unwrap();
        std::fs::write(directory.path().join("status.json"), "{}").unwrap();
        std::fs::write(directory.path().join("policy.toml"), "").unwrap();
        forget_sessions(directory.path()).unwrap();
        forget_sessions(directory.path()).unwrap();
        let left: Vec<_> = std::fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(left.len(), 1);
        assert!(directory.path().join("policy.toml").exists());
    }

    #[test]
    fn the_directory_is_absolute() {
        let option = DataDirectoryOption { data_dir: Some("here".into()) };
        let directory = option.machine_directory().unwrap();
        assert!(directory.is_absolute() && directory.ends_with("here/enrolled"));
    }
}
