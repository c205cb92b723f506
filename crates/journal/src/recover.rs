//! Reading a file from its start: every sound frame in order, and what is at the end.
//!
//! A frame that is not sound is a torn end if nothing behind it was written when it was durable
//! already; it is cut off. Otherwise the disk has lost what it had confirmed, and that is said.

use std::io;
use std::path::Path;

use bytes::{Bytes, BytesMut};

use crate::disk::DiskFile;
use crate::frame::{self, FILE_HEADER_BYTES, HEADER_BYTES, Header, MAX_PAYLOAD_BYTES};

/// How much is read at once, at least.
const READ_BYTES: usize = 64 * 1024;

/// Frames of a part of a file, in order.
pub(crate) struct FrameReader<'a> {
    file: &'a dyn DiskFile,
    /// Where the next frame begins.
    offset: u64,
    /// Where the part ends.
    end: u64,
    /// Bytes of the file from `offset` on.
    ahead: BytesMut,
}

/// A sound frame.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Where its header begins.
    pub(crate) offset: u64,
    pub(crate) payload: Bytes,
}

/// What comes next in a file.
pub(crate) enum Next {
    Frame(Frame),
    /// Not a sound frame.
    Unsound {
        offset: u64,
        what: &'static str,
    },
    End,
}

impl<'a> FrameReader<'a> {
    pub(crate) fn new(file: &'a dyn DiskFile, offset: u64, end: u64) -> Self {
        Self { file, offset, end, ahead: BytesMut::new() }
    }

    pub(crate) fn next(&mut self) -> io::Result<Next> {
        let offset = self.offset;
        if offset >= self.end {
            return Ok(Next::End);
        }
        let unsound = |what| Ok(Next::Unsound { offset, what });
        if !self.look_ahead(HEADER_BYTES)? {
            return unsound("the header of a record is cut off");
        }
        let Some(header) = frame::header(&self.ahead, offset) else {
            return unsound("there is no record");
        };
        let size = HEADER_BYTES + header.payload_bytes;
        if !self.look_ahead(size)? {
            return unsound("a record is cut off");
        }
        let payload = self.ahead.split_to(size).split_off(HEADER_BYTES).freeze();
        if crc32fast::hash(&payload) != header.payload_crc {
            return unsound("the checksum of a record does not fit");
        }
        self.offset += size as u64;
        Ok(Next::Frame(Frame { offset, payload }))
    }

    /// Reads until so many bytes are there; whether the part has that many.
    fn look_ahead(&mut self, wanted: usize) -> io::Result<bool> {
        if self.ahead.len() >= wanted {
            return Ok(true);
        }
        let have = self.ahead.len();
        let left = usize::try_from(self.end - self.offset).unwrap_or(usize::MAX) - have;
        let more = (wanted - have).max(READ_BYTES).min(left);
        self.ahead.resize(have + more, 0);
        let read = self.file.read_at(&mut self.ahead[have..], self.offset + have as u64)?;
        self.ahead.truncate(have + read);
        Ok(self.ahead.len() >= wanted)
    }
}

/// What a file turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Where its last sound frame ends.
    pub(crate) end: u64,
    /// How many bytes behind it are torn.
    pub(crate) torn_bytes: u64,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub(crate) enum ScanError {
    Io(io::Error),
    Damaged { offset: u64, what: &'static str },
}

impl From<io::Error> for ScanError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads every frame behind the header of a file. The visitor says what is wrong with a frame that
/// it cannot use.
pub(crate) fn scan(
    file: &dyn DiskFile,
    mut visit: impl FnMut(&Frame) -> Result<(), &'static str>,
) -> Result<Scanned, ScanError> {
    let len = file.len()?;
    let mut reader = FrameReader::new(file, FILE_HEADER_BYTES, len);
    loop {
        match reader.next()? {
            Next::End => return Ok(Scanned { end: len.max(FILE_HEADER_BYTES), torn_bytes: 0 }),
            Next::Frame(frame) => {
                let offset = frame.offset;
                visit(&frame).map_err(|what| ScanError::Damaged { offset, what })?;
            }
            Next::Unsound { offset, what } => {
                if was_flushed(file, offset, len)? {
                    return Err(ScanError::Damaged { offset, what });
                }
                return Ok(Scanned { end: offset, torn_bytes: len - offset });
            }
        }
    }
}

/// Whether any frame behind this offset says that the file was durable beyond it.
pub(crate) fn was_flushed(file: &dyn DiskFile, offset: u64, len: u64) -> io::Result<bool> {
    let mut from = offset + 1;
    let mut window = vec![0; READ_BYTES];
    while from + HEADER_BYTES as u64 <= len {
        let read = file.read_at(&mut window, from)?;
        if headers(&window[..read], from).any(|header| header.flushed > offset) {
            return Ok(true);
        }
        if read < window.len() {
            return Ok(false);
        }
        // A header may lie across the end of the window.
        from += (read - (HEADER_BYTES - 1)) as u64;
    }
    Ok(false)
}

fn headers(window: &[u8], from: u64) -> impl Iterator<Item = Header> {
    let places = window.windows(HEADER_BYTES).enumerate();
    let marked = places.filter(|(_, bytes)| bytes.starts_with(&frame::MARKER));
    marked.filter_map(move |(at, bytes)| frame::header(bytes, from + at as u64))
}

/// Reads one part of a file that is known to be there.
pub(crate) fn read_exact(
    file: &dyn DiskFile,
    path: &Path,
    offset: u64,
    size: usize,
) -> Result<Bytes, crate::JournalError> {
    debug_assert!(size <= MAX_PAYLOAD_BYTES);
    let mut bytes = BytesMut::zeroed(size);
    let whole = |read| match read {
        read if read == size => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    };
    let read = file.read_at(&mut bytes, offset).and_then(whole);
    let failed = |error: io::Error| crate::JournalError::Read {
        path: path.to_owned(),
        reason: error.to_string().into(),
    };
    read.map_err(failed)?;
    Ok(bytes.freeze())
}
