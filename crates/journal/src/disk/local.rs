//! The disk of this computer.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(unix)]
use super::unix as system;
#[cfg(windows)]
use super::windows as system;
use super::{Disk, DiskFile};
use crate::error::OpenError;

/// A directory of this computer that this process alone has open.
#[derive(Debug)]
pub(crate) struct LocalDisk {
    /// Locked as long as it is open.
    _lock: File,
}

impl LocalDisk {
    /// Makes the directory if it is not there, checks that it is private, and locks it against
    /// other processes.
    pub(crate) fn claim(directory: &Path) -> Result<Self, OpenError> {
        private_directory(directory)?;
        let path = directory.join("lock");
        let lock = match system::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(&path)?,
            created => Some(created.map_err(OpenError::io("create", &path))?),
        };
        let lock = lock.ok_or_else(|| OpenError::NotOurs { path: path.clone() })?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: directory.to_owned() }),
            Err(TryLockError::Error(error)) => Err(OpenError::io("lock", &path)(error)),
        }
    }
}

/// Makes a directory that only this user may read, or checks the one that is there.
pub(crate) fn private_directory(directory: &Path) -> Result<(), OpenError> {
    system::make_directory(directory).map_err(OpenError::io("create", directory))?;
    system::check_directory(directory)
}

impl Disk for LocalDisk {
    fn open(&self, path: &Path) -> Result<Option<Arc<dyn DiskFile>>, OpenError> {
        Ok(open(path)?.map(|file| Arc::new(LocalFile(file)) as Arc<dyn DiskFile>))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        self.remove(path)?;
        Ok(Arc::new(LocalFile(system::create_new(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        system::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn flush_directory(&self, path: &Path) -> io::Result<()> {
        system::flush_directory(path)
    }

    fn files(&self, path: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                files.push((entry.path(), metadata.len()));
            }
        }
        Ok(files)
    }
}

/// Opens a file that is ours and private; `None` if there is none.
fn open(path: &Path) -> Result<Option<File>, OpenError> {
    match system::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => {
            let file = opened.map_err(OpenError::io("open", path))?;
            system::check_file(&file, path)?;
            Ok(Some(file))
        }
    }
}

#[derive(Debug)]
struct LocalFile(File);

impl DiskFile for LocalFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut read = 0;
        while read < buffer.len() {
            match system::read_at(&self.0, &mut buffer[read..], offset + read as u64) {
                Ok(0) => break,
                Ok(some) => read += some,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut written = 0;
        while written < bytes.len() {
            match system::write_at(&self.0, &bytes[written..], offset + written as u64) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(some) => written += some,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn flush(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}
