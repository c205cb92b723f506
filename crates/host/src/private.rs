//! Files and directories that only their owner may read: keys, credentials, journals.
//!
//! They are created with their final mode, so that there is no moment in which others could open
//! them, and refused at start when somebody has loosened them since.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A private file or directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// Others may read or change it.
    #[error("{} can be read or changed by others (mode {mode:03o}); run: chmod {wanted:03o} '{}'", path.display(), path.display())]
    TooOpen {
        /// Which.
        path: PathBuf,
        /// The permission bits it has.
        mode: u32,
        /// The permission bits it should have.
        wanted: u32,
    },
    /// The system refused.
    #[error("{doing} {}", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// With which file or directory.
        path: PathBuf,
        /// Why it did not work.
        source: io::Error,
    },
}

impl PrivateError {
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}

/// Makes the directory, with mode 0700, if it is not there; checks it if it is.
pub fn directory(path: &Path) -> Result<(), PrivateError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(PrivateError::io("create", parent))?;
    }
    match create_directory(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check(path, 0o700),
        Err(error) => Err(PrivateError::io("create", path)(error)),
    }
}

/// Replaces the file, with mode 0600, in one step that survives a power cut: all old or all new.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), PrivateError> {
    let staged = path.with_extension("new");
    let write = || -> io::Result<()> {
        let _ = fs::remove_file(&staged);
        let mut file = create_file(&staged)?;
        file.write_all(contents)?;
        file.sync_all()?;
        fs::rename(&staged, path)?;
        sync_parent(path)
    };
    write().map_err(|error| {
        // Half of it is of no use to anybody.
        let _ = fs::remove_file(&staged);
        PrivateError::io("write", path)(error)
    })
}

/// Has the file take the place of another one, in one step that survives a power cut.
pub fn replace(path: &Path, by: &Path) -> Result<(), PrivateError> {
    let replaced = fs::rename(by, path).and_then(|()| sync_parent(path));
    replaced.map_err(PrivateError::io("replace", path))
}

/// Reads the file; refuses one that others may read. `None` if there is none.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, PrivateError> {
    match fs::read(path) {
        Ok(contents) => check(path, 0o600).map(|()| Some(contents)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(PrivateError::io("read", path)(error)),
    }
}

/// Removes the file, if there is one.
pub fn remove(path: &Path) -> Result<(), PrivateError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(PrivateError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn create_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

/// Makes a file, with mode 0600, where there is none.
#[cfg(unix)]
pub fn create_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(unix)]
fn check(path: &Path, wanted: u32) -> Result<(), PrivateError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(PrivateError::io("look at", path))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(PrivateError::TooOpen { path: path.to_owned(), mode: mode & 0o777, wanted })
}

#[cfg(unix)]
fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

// On Windows a user's profile is closed to other users by inherited access rules; explicit rules
// are set by the service installation.
#[cfg(not(unix))]
fn create_directory(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Makes a file where there is none.
#[cfg(not(unix))]
pub fn create_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(not(unix))]
fn check(_path: &Path, _wanted: u32) -> Result<(), PrivateError> {
    Ok(())
}

#[cfg(not(unix))]
fn sync_parent(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// S80: private from the first moment, whatever the umask allows.
    #[test]
    fn what_is_made_is_private() {
        let root = tempfile::tempdir().unwrap();
        let inside = root.path().join("a/b");
        directory(&inside).unwrap();
        write(&inside.join("key"), b"secret").unwrap();
        assert_eq!((mode(&inside), mode(&inside.join("key"))), (0o700, 0o600));
        assert_eq!(read(&inside.join("key")).unwrap().unwrap(), b"secret");
        assert_eq!(read(&inside.join("none")).unwrap(), None);
    }

    /// S80: what was loosened is refused, with the command that mends it.
    #[test]
    fn what_others_may_read_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("key");
        write(&path, b"secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("key");
        write(&path, b"first, and longer").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), b"second");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }
}
