//! Who may read a journal, and who may open it.

use crate::error::OpenError;
use crate::limits::Limits;
use crate::open;

/// Two daemons cannot write one journal.
#[test]
fn a_journal_that_is_open_is_not_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let opened = open(&path, Limits::default()).unwrap();
    assert!(matches!(open(&path, Limits::default()), Err(OpenError::InUse { .. })));
    drop(opened);
    open(&path, Limits::default()).unwrap();
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::tests::scenario::{report, runtime, session_id};
    use crate::tests::transcripts::record;
    use crate::transcript::Room;

    fn journal(directory: &Path) {
        let opened = open(directory, Limits::default()).unwrap();
        runtime().block_on(async {
            opened.journal.commit(vec![report("r")]).await.unwrap();
            let records = vec![record("{}")];
            opened.journal.append(session_id(1), records, Room::Ordinary).await.unwrap();
            opened.writer.close().await.unwrap();
        });
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn everything(directory: &Path) -> Vec<PathBuf> {
        let mut found = vec![directory.to_owned()];
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(everything(&path));
            } else {
                found.push(path);
            }
        }
        found
    }

    /// S80: directories are 0700 and files 0600.
    #[test]
    fn nobody_else_can_read_a_journal() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deeper").join("journal");
        journal(&path);
        let found = everything(&path);
        assert!(found.len() >= 5, "{found:?}");
        for path in found {
            assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{path:?}");
        }
        assert_eq!(mode(&directory.path().join("deeper")), 0o700);
    }

    /// S80: a journal that somebody has loosened is refused, with what to do.
    #[test]
    fn a_journal_that_others_can_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        journal(&path);
        let transcript = path.join("transcripts").join(format!("{}.transcript", session_id(1)));
        for (loosened, mode) in [
            (path.clone(), 0o750),
            (path.join("transcripts"), 0o755),
            (path.join("log"), 0o640),
            (path.join("lock"), 0o604),
        ] {
            let before = fs::metadata(&loosened).unwrap().permissions();
            fs::set_permissions(&loosened, Permissions::from_mode(mode)).unwrap();
            let error = open(&path, Limits::default()).unwrap_err();
            assert!(matches!(error, OpenError::TooOpen { .. }), "{loosened:?}: {error}");
            assert!(error.to_string().contains("run: chmod"), "{error}");
            fs::set_permissions(&loosened, before).unwrap();
        }

        fs::set_permissions(&transcript, Permissions::from_mode(0o644)).unwrap();
        let opened = open(&path, Limits::default()).unwrap();
        let error = opened.journal.read(session_id(1), 0, 100).unwrap_err();
        assert!(error.to_string().contains("run: chmod 600"), "{error}");
    }

    /// S80: a symbolic link in the place of a file is not followed.
    #[test]
    fn a_link_in_the_place_of_the_log_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        journal(&path);
        fs::rename(path.join("log"), directory.path().join("elsewhere")).unwrap();
        symlink(directory.path().join("elsewhere"), path.join("log")).unwrap();
        assert!(open(&path, Limits::default()).is_err());
    }

    #[test]
    fn a_link_in_the_place_of_the_directory_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        journal(&directory.path().join("elsewhere"));
        symlink(directory.path().join("elsewhere"), &path).unwrap();
        assert!(matches!(open(&path, Limits::default()), Err(OpenError::NotOurs { .. })));
    }

    /// The classification that decides between "full" and "broken" is the operating system's own.
    #[test]
    fn a_full_device_is_full_and_not_broken() {
        use crate::disk::is_full;
        use std::os::unix::fs::FileExt;
        if !Path::new("/dev/full").exists() {
            return;
        }
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert!(is_full(&full.write_at(b"x", 0).unwrap_err()));
        assert!(!is_full(&std::io::Error::other("the disk does not answer")));
    }
}
