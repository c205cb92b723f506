//! Files and directories that only their owner may read: keys, credentials, journals.
//!
//! They are created with their final mode (on Windows: with an access list for this user, the system
//! and the administrators, which takes nothing from the directory above), so that there is no moment
//! in which others could open them, and refused at start when somebody has loosened them since.

#[cfg(any(windows, test))]
pub(crate) mod access;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

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
    /// Others may read or change it, by an access list of Windows.
    #[error("{} can be read or changed by others ({who}); run: {mended_by}", path.display())]
    OpenToOthers {
        /// Which.
        path: PathBuf,
        /// Their security identifiers.
        who: String,
        /// The command after which they cannot.
        mended_by: String,
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

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Directory,
    File,
}

/// Makes the directory, with mode 0700, if it is not there; checks it if it is.
pub fn directory(path: &Path) -> Result<(), PrivateError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(PrivateError::io("create", parent))?;
    }
    match system::create_directory(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_directory(path),
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
        system::rename(&staged, path)
    };
    write().map_err(|error| {
        // Half of it is of no use to anybody.
        let _ = fs::remove_file(&staged);
        PrivateError::io("write", path)(error)
    })
}

/// Has the file take the place of another one, in one step that survives a power cut.
pub fn replace(path: &Path, by: &Path) -> Result<(), PrivateError> {
    system::rename(by, path).map_err(PrivateError::io("replace", path))
}

/// Gives a file or a directory the name, in place of the file that had it, in one step that survives
/// a power cut.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    system::rename(from, to)
}

/// Makes a file, with mode 0600, where there is none.
pub fn create_file(path: &Path) -> io::Result<File> {
    system::create_file(path)
}

/// Refuses a file that others may read or change.
pub fn check_file(path: &Path) -> Result<(), PrivateError> {
    system::check(path, Sort::File)
}

/// Refuses a directory that others may look into or change.
pub fn check_directory(path: &Path) -> Result<(), PrivateError> {
    system::check(path, Sort::Directory)
}

/// Reads the file; refuses one that others may read. `None` if there is none.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, PrivateError> {
    match fs::read(path) {
        Ok(contents) => check_file(path).map(|()| Some(contents)),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// S80: private from the first moment, whatever the umask or the directory above allows.
    #[test]
    fn what_is_made_is_private() {
        let root = tempfile::tempdir().unwrap();
        let inside = root.path().join("a/b");
        directory(&inside).unwrap();
        write(&inside.join("key"), b"secret").unwrap();
        directory(&inside).unwrap();
        #[cfg(unix)]
        assert_eq!((mode(&inside), mode(&inside.join("key"))), (0o700, 0o600));
        assert_eq!(read(&inside.join("key")).unwrap().unwrap(), b"secret");
        assert_eq!(read(&inside.join("none")).unwrap(), None);
    }

    /// S80: what was loosened is refused, with the command that mends it.
    #[cfg(unix)]
    #[test]
    fn what_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("key");
        write(&path, b"secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    /// S80: the same, by an access list; what is private for everybody is made here with one.
    #[cfg(windows)]
    #[test]
    fn what_others_may_read_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let own = crate::win32::own_sid().unwrap();
        let open = format!("{}(A;;FR;;;WD)", access::rules_for(&own, false));
        let (file, directory) = (root.path().join("key"), root.path().join("keys"));
        drop(crate::win32::create_file(&file, &open).unwrap());
        crate::win32::create_directory(&directory, &open).unwrap();
        for error in [read(&file).unwrap_err(), super::directory(&directory).unwrap_err()] {
            let text = error.to_string();
            assert!(text.contains("icacls") && text.contains("/remove *S-1-1-0"), "{text}");
        }
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("key");
        write(&path, b"first, and longer").unwrap();
        // Somebody who reads it meanwhile hinders nobody, but for Wine, where no file gets the name
        // of one that is open.
        let is_wine = Path::new(r"C:\windows\system32\winecfg.exe").exists();
        let _reading = (!is_wine).then(|| File::open(&path).unwrap());
        write(&path, b"second").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), b"second");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }

    #[test]
    fn a_directory_is_renamed() {
        let root = tempfile::tempdir().unwrap();
        directory(&root.path().join("before")).unwrap();
        rename(&root.path().join("before"), &root.path().join("after")).unwrap();
        check_directory(&root.path().join("after")).unwrap();
    }

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }
}
