//! A file that arrives part by part and appears whole, or not at all.

use std::ffi::CString;
use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::fs::{
    AtFlags, Mode, OFlags, RawMode, fchmod, fstat, fsync, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use crate::facts::{Facts, Kind};
use crate::listing::facts_of;
use crate::{FilesError, RelativePath, Root};

/// What becomes of a file that has the name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing arrives.
    Keep,
    /// The new one takes its place, in one step and with its permissions.
    Replace,
}

/// A file on its way. It lies beside where it is to be, under a name of its own, and is removed when
/// this is dropped before it has arrived.
#[derive(Debug)]
pub struct Upload {
    directory: Root,
    name: CString,
    draft: Option<CString>,
    file: File,
    existing: Existing,
    /// Whether it may be run; as the one that it replaces if nobody says.
    executable: Option<bool>,
    size_bytes: u64,
    written_bytes: u64,
}

/// How names of files begin that are on their way.
const DRAFT: &str = ".gantline-upload-";

impl Upload {
    /// Begins one of so many bytes. `token` must be another one for each upload.
    pub fn begin(
        root: &Root,
        path: &RelativePath,
        size_bytes: u64,
        existing: Existing,
        token: u64,
    ) -> Result<Self, FilesError> {
        let (directory, name) = path.to_be_made()?;
        let directory = root.beneath(&directory)?;
        let name = c_string(name)?;
        match (facts_of(&directory, &name), existing) {
            (Err(FilesError::Missing), _) => {}
            (Err(error), _) => return Err(error),
            (Ok(Facts { kind: Kind::Directory, .. }), _) => return Err(FilesError::NotAFile),
            (Ok(_), Existing::Keep) => return Err(FilesError::Exists),
            (Ok(_), Existing::Replace) => {}
        }
        let draft = c_string(&format!("{DRAFT}{token:016x}"))?;
        // Only ever a new file: nothing that stands there is followed or written to.
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&directory, &draft, flags, Mode::from_raw_mode(0o666))?.into();
        Ok(Self {
            directory,
            name,
            draft: Some(draft),
            file,
            existing,
            executable: None,
            size_bytes,
            written_bytes: 0,
        })
    }

    /// Writes a part behind the ones before it; answers how many bytes are there by now. A part that
    /// is there already is not written again.
    pub fn write(&mut self, offset: u64, data: &[u8]) -> Result<u64, FilesError> {
        let end = offset + data.len() as u64;
        if offset < self.written_bytes && end == self.written_bytes {
            return Ok(end);
        }
        if offset != self.written_bytes {
            return Err(FilesError::OutOfOrder);
        }
        if end > self.size_bytes {
            return Err(FilesError::TooLarge { limit: self.size_bytes, unit: "bytes" });
        }
        self.file.write_all_at(data, offset)?;
        self.written_bytes = end;
        Ok(end)
    }

    /// Says whether it may be run by whoever may read it.
    pub const fn set_executable(&mut self, is_executable: bool) {
        self.executable = Some(is_executable);
    }

    /// Puts it where it is to be, durably; answers what is there. It must have arrived as a whole.
    pub fn finish(mut self) -> Result<Facts, FilesError> {
        if self.written_bytes != self.size_bytes {
            return Err(FilesError::OutOfOrder);
        }
        if let Some(mode) = self.mode_of_existing()? {
            fchmod(&self.file, mode)?;
        }
        if let Some(is_executable) = self.executable {
            fchmod(&self.file, with_executable(fstat(&self.file)?.st_mode, is_executable))?;
        }
        self.file.sync_all()?;
        let Some(draft) = &self.draft else { return Err(FilesError::Missing) };
        match self.existing {
            Existing::Replace => renameat(&self.directory, draft, &self.directory, &self.name)?,
            Existing::Keep => self.rename_to_nothing(draft)?,
        }
        self.draft = None;
        fsync(&self.directory)?;
        facts_of(&self.directory, &self.name)
    }

    /// The permissions of the file that is replaced. Only those: whose it is, and that it runs as
    /// somebody else, are not taken over.
    fn mode_of_existing(&self) -> Result<Option<Mode>, FilesError> {
        match statat(&self.directory, &self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if Facts::of(&stat).kind == Kind::File => {
                Ok(Some(Mode::from_raw_mode(stat.st_mode) & Mode::from_raw_mode(0o777)))
            }
            Ok(_) | Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    fn rename_to_nothing(&self, draft: &CString) -> Result<(), FilesError> {
        use rustix::fs::{RenameFlags, renameat_with};
        let flags = RenameFlags::NOREPLACE;
        match renameat_with(&self.directory, draft, &self.directory, &self.name, flags) {
            // File systems that do not know how.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.link_to_nothing(draft),
            renamed => Ok(renamed?),
        }
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    fn rename_to_nothing(&self, draft: &CString) -> Result<(), FilesError> {
        self.link_to_nothing(draft)
    }

    /// The same in two steps: a second name is only ever given where there is none.
    fn link_to_nothing(&self, draft: &CString) -> Result<(), FilesError> {
        let directory = &self.directory;
        rustix::fs::linkat(directory, draft, directory, &self.name, AtFlags::empty())?;
        Ok(unlinkat(directory, draft, AtFlags::empty())?)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            // Somebody may have removed it, and there is nobody to tell anything else.
            let _ = unlinkat(&self.directory, draft, AtFlags::empty());
        }
    }
}

/// Permissions with which everybody who may read a file may run it, or nobody.
fn with_executable(mode: RawMode, is_executable: bool) -> Mode {
    let mode = Mode::from_raw_mode(mode) & Mode::from_raw_mode(0o777);
    let readers = mode & Mode::from_raw_mode(0o444);
    let runners = Mode::from_raw_mode(readers.as_raw_mode() >> 2);
    if is_executable { mode | runners } else { mode - Mode::from_raw_mode(0o111) }
}

fn c_string(name: &str) -> Result<CString, FilesError> {
    CString::new(name).map_err(|_| FilesError::Malformed("it has a NUL in it"))
}
