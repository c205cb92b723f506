//! A file that only grows, by whole frames.

use std::io;
use std::sync::Arc;

use crate::disk::{self, DiskFile};
use crate::frame::{self, FILE_HEADER_BYTES, Kind};

/// A file, and how far it is written and flushed.
#[derive(Debug, Clone)]
pub(crate) struct AppendFile {
    pub(crate) file: Arc<dyn DiskFile>,
    /// Where the next frame goes.
    pub(crate) end: u64,
    /// Up to where it survives a power cut.
    pub(crate) flushed: u64,
}

/// Why something was not written.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// There is no room. The file is as it was.
    Full,
    /// Nobody knows what is in the file now.
    Broken(io::Error),
}

impl AppendFile {
    /// Writes the header of a new file.
    pub(crate) fn begin(file: Arc<dyn DiskFile>, kind: Kind) -> Result<Self, WriteError> {
        file.write_at(&frame::file_header(kind), 0)?;
        Ok(Self { file, end: FILE_HEADER_BYTES, flushed: 0 })
    }

    /// Appends a frame. Gives where it begins.
    pub(crate) fn append(&mut self, payload: &[u8]) -> Result<u64, WriteError> {
        let offset = self.end;
        let frame = frame::frame(payload, offset, self.flushed);
        if let Err(error) = self.file.write_at(&frame, offset) {
            let error = WriteError::from(error);
            if let WriteError::Full = error {
                // It has left a piece of a frame, which must go.
                self.file.truncate(offset).map_err(WriteError::Broken)?;
            }
            return Err(error);
        }
        self.end += frame.len() as u64;
        Ok(offset)
    }

    /// Makes everything so far survive a power cut.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.flushed < self.end {
            self.file.flush()?;
            self.flushed = self.end;
        }
        Ok(())
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        if disk::is_full(&error) { Self::Full } else { Self::Broken(error) }
    }
}
