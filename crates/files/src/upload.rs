//! A file that arrives part by part and appears whole, or not at all.

use std::fs::File;

use crate::facts::{Facts, Kind};
use crate::{FilesError, RelativePath, Root, system};

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
    name: String,
    draft: Option<String>,
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
        let name = name.to_owned();
        match (system::look_at(directory.opened(), &name), existing) {
            (Err(FilesError::Missing), _) => {}
            (Err(error), _) => return Err(error),
            (Ok(Facts { kind: Kind::Directory, .. }), _) => return Err(FilesError::NotAFile),
            (Ok(_), Existing::Keep) => return Err(FilesError::Exists),
            (Ok(_), Existing::Replace) => {}
        }
        let draft = format!("{DRAFT}{token:016x}");
        let file = system::make_draft(directory.opened(), &draft)?;
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
        system::write_all_at(&self.file, data, offset)?;
        self.written_bytes = end;
        Ok(end)
    }

    /// Says whether it may be run by whoever may read it. On Windows that is not said of a file: its
    /// name tells whether it is a program.
    pub const fn set_executable(&mut self, is_executable: bool) {
        self.executable = Some(is_executable);
    }

    /// Puts it where it is to be, durably; answers what is there. It must have arrived as a whole.
    pub fn finish(mut self) -> Result<Facts, FilesError> {
        if self.written_bytes != self.size_bytes {
            return Err(FilesError::OutOfOrder);
        }
        let directory = self.directory.opened();
        if self.existing == Existing::Replace {
            system::take_over_permissions(directory, &self.name, &self.file)?;
        }
        if let Some(is_executable) = self.executable {
            system::set_executable(&self.file, is_executable)?;
        }
        self.file.sync_all()?;
        let Some(draft) = &self.draft else { return Err(FilesError::Missing) };
        system::put_in_place(directory, draft, &self.file, &self.name, self.existing)?;
        self.draft = None;
        let directory = self.directory.opened();
        system::flush_names(directory, &self.file)?;
        system::look_at(directory, &self.name)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            system::discard_draft(self.directory.opened(), draft, &self.file);
        }
    }
}
