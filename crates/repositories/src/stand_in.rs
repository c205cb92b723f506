//! The directory that git gets instead of the repository's own.
//!
//! In it are: `HEAD` and the index as copies; the branches, the limit of a shallow clone and the list
//! of ignored files as links (on Windows junctions and second names); settings of ours; and a place for objects that reads those of the
//! repository as well, so that whatever git writes is written there. Not in it are the repository's
//! settings, its attributes and its hooks. It lies in a directory of the daemon's and lives as long
//! as one look.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::place::Place;
use crate::settings::{References, Settings};
use crate::{RepositoryError, system};

/// An index that is larger is not copied: that is some millions of files.
const MAX_INDEX_BYTES: u64 = 512 * 1024 * 1024;

/// Longer than the name of any branch.
const MAX_HEAD_BYTES: u64 = 4 * 1024;

/// What is shared by all worktrees and only read.
const SHARED: &[&str] = &["refs", "packed-refs", "shallow", "info/exclude"];

/// A directory that stands in for a repository's own.
#[derive(Debug)]
pub(crate) struct StandIn {
    directory: TempDir,
}

impl StandIn {
    /// Makes one for a repository, below `scratch`. Its settings are those of a repository without
    /// any, until [`StandIn::set`].
    pub(crate) fn make(scratch: &Path, place: &Place) -> Result<Self, RepositoryError> {
        fs::create_dir_all(scratch)?;
        let made = Self { directory: TempDir::with_prefix_in("look-", scratch)? };
        fs::create_dir(made.path().join("info"))?;
        made.head(place)?;
        made.index(place)?;
        for name in SHARED {
            link(&place.common.join(name), &made.path().join(name))?;
        }
        made.objects(place)?;
        made.write(&Settings::read(b"")?)?;
        Ok(made)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Takes over what the repository's settings say of how files are compared.
    pub(crate) fn set(&self, settings: &Settings, place: &Place) -> Result<(), RepositoryError> {
        if settings.references == References::Reftable {
            if place.git != place.common {
                let problem = "a worktree of a repository with reftable";
                return Err(RepositoryError::Unsupported(problem));
            }
            link(&place.common.join("reftable"), &self.path().join("reftable"))?;
        }
        self.write(settings)
    }

    fn write(&self, settings: &Settings) -> Result<(), RepositoryError> {
        Ok(fs::write(self.path().join("config"), settings.to_text())?)
    }

    fn head(&self, place: &Place) -> Result<(), RepositoryError> {
        let mut head = String::new();
        let read = regular(&place.git.join("HEAD"))?.ok_or(RepositoryError::Unreadable)?;
        let read = read.take(MAX_HEAD_BYTES).read_to_string(&mut head);
        read.map_err(|_| RepositoryError::Unreadable)?;
        Ok(fs::write(self.path().join("HEAD"), head)?)
    }

    /// Those of the repository are named by a link, whose name git cannot misread.
    fn objects(&self, place: &Place) -> Result<(), RepositoryError> {
        fs::create_dir_all(self.path().join("objects/info"))?;
        link(&place.common.join("objects"), &self.path().join("theirs"))?;
        Ok(fs::write(self.path().join("objects/info/alternates"), "../theirs\n")?)
    }

    /// Copies the index with its time: git looks more closely at files that are as new as that.
    fn index(&self, place: &Place) -> Result<(), RepositoryError> {
        let Some(mut index) = regular(&place.git.join("index"))? else { return Ok(()) };
        let about = index.metadata()?;
        if about.len() > MAX_INDEX_BYTES {
            return Err(RepositoryError::Unsupported("its index is too large"));
        }
        let mut copy = File::create(self.path().join("index"))?;
        std::io::copy(&mut index, &mut copy)?;
        copy.set_modified(about.modified()?)?;
        // An index in two parts names the other one (gitformat-index(5)).
        for entry in fs::read_dir(&place.git)?.flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(b"sharedindex.") {
                link(&entry.path(), &self.path().join(entry.file_name()))?;
            }
        }
        Ok(())
    }

    /// What git needs to know of it.
    pub(crate) fn variables(&self, place: &Place) -> [(&'static str, PathBuf); 2] {
        let git = if cfg!(feature = "mutant-settings-are-believed") {
            &place.git
        } else {
            self.directory.path()
        };
        [("GIT_DIR", system::for_git(git)), ("GIT_WORK_TREE", system::for_git(&place.tree))]
    }
}

/// A link to what is there.
fn link(there: &Path, here: &Path) -> Result<(), RepositoryError> {
    if there.exists() { Ok(system::link(there, here)?) } else { Ok(()) }
}

/// Opens a file, and nothing that is none: a pipe would never end.
fn regular(path: &Path) -> Result<Option<File>, RepositoryError> {
    match path.metadata() {
        Ok(about) if about.is_file() => Ok(Some(File::open(path)?)),
        Ok(_) => Err(RepositoryError::Unreadable),
        Err(_) => Ok(None),
    }
}

/// Removes what an earlier daemon left behind that was killed while it looked; answers what that
/// was.
pub(crate) fn sweep(scratch: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(scratch).into_iter().flatten().flatten();
    let is_ours = |name: &OsStr| name.as_encoded_bytes().starts_with(b"look-");
    let ours = entries.filter(|entry| is_ours(&entry.file_name())).map(|entry| entry.path());
    let left = ours.collect::<Vec<_>>();
    for path in &left {
        // Links are removed, not followed. What stays is tried again at the next start.
        let _ = fs::remove_dir_all(path);
    }
    left
}
