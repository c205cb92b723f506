//! A file of a copy.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use crate::MirrorError;
use crate::copy::Entry;

/// A file of a copy that is being read. It stays whole, whatever becomes of the copy meanwhile.
#[derive(Debug)]
pub struct Reading {
    /// What is known of it.
    pub entry: Entry,
    file: File,
    _reader: Arc<()>,
}

impl Reading {
    pub(crate) const fn new(entry: Entry, file: File, reader: Arc<()>) -> Self {
        Self { entry, file, _reader: reader }
    }

    /// At most so many bytes from an offset; fewer only at the end.
    pub fn read(&mut self, offset: u64, most_bytes: usize) -> Result<Vec<u8>, MirrorError> {
        let rest = self.entry.size_bytes.saturating_sub(offset);
        let most = u64::try_from(most_bytes).unwrap_or(u64::MAX).min(rest);
        self.file.seek(SeekFrom::Start(offset))?;
        let mut data = Vec::new();
        (&mut self.file).take(most).read_to_end(&mut data)?;
        Ok(data)
    }
}
