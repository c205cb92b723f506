//! Contents under their hashes, in the directory of one machine.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use model::Timestamp;

use crate::MirrorError;
use crate::copy::{HASH_BYTES, Hash};

/// Contents under their hashes.
#[derive(Debug)]
pub(crate) struct Contents {
    directory: PathBuf,
}

/// A content that is being written.
pub(crate) struct Draft {
    /// What its hash is to be.
    pub(crate) sha256: Hash,
    size_bytes: u64,
    path: PathBuf,
    file: File,
    written: u64,
    hashed: Context,
}

impl Contents {
    pub(crate) const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// How large a content is that is there.
    pub(crate) fn size(&self, sha256: &Hash) -> io::Result<Option<u64>> {
        match fs::metadata(self.path(sha256)) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn open(&self, sha256: &Hash) -> io::Result<File> {
        File::open(self.path(sha256))
    }

    /// Puts what was written in its place, if it is what its hash says.
    pub(crate) fn keep(&self, draft: Draft) -> Result<(), MirrorError> {
        let is_so = draft.hashed.finish().as_ref() == draft.sha256;
        if !is_so && !cfg!(feature = "mutant-contents-are-believed") {
            fs::remove_file(&draft.path)?;
            return Err(MirrorError::Malformed("a content is not what its hash says"));
        }
        draft.file.sync_all()?;
        let path = self.path(&draft.sha256);
        fs::create_dir_all(self.shelf(&draft.sha256))?;
        fs::rename(&draft.path, path)?;
        if cfg!(windows) {
            // With its new name: directories are not flushed there.
            draft.file.sync_all()?;
        }
        Ok(())
    }

    /// Makes the names of these contents survive a power cut.
    pub(crate) fn sync(&self, written: &HashSet<Hash>) -> io::Result<()> {
        let shelves: BTreeSet<_> = written.iter().map(|sha256| self.shelf(sha256)).collect();
        for shelf in &shelves {
            sync_directory(shelf)?;
        }
        if shelves.is_empty() { Ok(()) } else { sync_directory(&self.directory) }
    }

    /// How large all of them are together.
    pub(crate) fn size_of_all(&self) -> io::Result<u64> {
        let mut size = 0_u64;
        self.each(|path, _| {
            size = size.saturating_add(fs::metadata(path)?.len());
            Ok(())
        })?;
        Ok(size)
    }

    /// Removes what nothing names.
    pub(crate) fn retain(&self, named: &HashSet<Hash>) -> io::Result<()> {
        self.each(|path, sha256| match sha256 {
            Some(sha256) if named.contains(&sha256) => Ok(()),
            _ => fs::remove_file(path),
        })
    }

    /// The same for what has lain there for a while: what was sent of a copy that broke off waits for
    /// the machine to come back.
    pub(crate) fn retain_and_young(
        &self,
        named: &HashSet<Hash>,
        now: Timestamp,
        young: Duration,
    ) -> io::Result<()> {
        self.each(|path, sha256| {
            let is_named = sha256.is_some_and(|sha256| named.contains(&sha256));
            if is_named || now.since(changed_at(path)?) < young {
                return Ok(());
            }
            fs::remove_file(path)
        })
    }

    fn each(&self, mut take: impl FnMut(&Path, Option<Hash>) -> io::Result<()>) -> io::Result<()> {
        for shelf in entries(&self.directory)? {
            for path in entries(&shelf)? {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let mut sha256 = [0; HASH_BYTES];
                let is_hash = hex::decode_to_slice(name, &mut sha256).is_ok();
                take(&path, is_hash.then_some(sha256))?;
            }
        }
        Ok(())
    }

    fn path(&self, sha256: &Hash) -> PathBuf {
        self.shelf(sha256).join(hex::encode(sha256))
    }

    fn shelf(&self, sha256: &Hash) -> PathBuf {
        self.directory.join(hex::encode(&sha256[..1]))
    }
}

impl Draft {
    pub(crate) fn begin(path: PathBuf, sha256: Hash, size_bytes: u64) -> io::Result<Self> {
        let file = File::create(&path)?;
        Ok(Self { sha256, size_bytes, path, file, written: 0, hashed: Context::new(&SHA256) })
    }

    /// Writes a part behind the last one; answers whether it was the last.
    pub(crate) fn write(&mut self, offset: u64, data: &[u8]) -> Result<bool, MirrorError> {
        let end = offset.saturating_add(data.len() as u64);
        if offset != self.written || end > self.size_bytes {
            return Err(MirrorError::Malformed("the parts of a content follow each other"));
        }
        self.file.write_all(data)?;
        self.hashed.update(data);
        self.written = end;
        Ok(end == self.size_bytes)
    }
}

/// What is in a directory; nothing if it is not there.
pub(crate) fn entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let read = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    read.map(|entry| entry.map(|entry| entry.path())).collect()
}

pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    // Windows flushes no directory; each content was flushed with its name.
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

fn changed_at(path: &Path) -> io::Result<Timestamp> {
    let changed = fs::metadata(path)?.modified()?;
    let since = changed.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
}
