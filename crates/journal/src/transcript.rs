//! One session's records: appended by the writer, read by position beside it.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use bytes::{Bytes, BytesMut};
use model::Timestamp;
use wire::stream::Record;

use crate::append::{AppendFile, WriteError};
use crate::error::{Corruption, JournalError};
use crate::frame::{FILE_HEADER_BYTES, HEADER_BYTES};
use crate::record::{self, Stored};
use crate::recover::{FrameReader, Next};

/// A record to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// Wall time on this machine.
    pub at: Timestamp,
    /// The typed view, as JSON; at most [`wire::limits::MAX_RECORD_BYTES`].
    pub update_json: Bytes,
    /// The agent's own message, kept beside it; at most
    /// [`MAX_RAW_BYTES`](crate::limits::MAX_RAW_BYTES).
    pub raw: Option<Bytes>,
}

/// Which room may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Up to the limits.
    Ordinary,
    /// Also what is kept back for the note that says that the transcript is full.
    Reserve,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// In order, without holes.
    pub records: Vec<Record>,
    /// The highest number that there is.
    pub last: u64,
}

/// Frames that hold more than one record are no larger than this.
const FRAME_BYTES: usize = 256 * 1024;

/// There is a mark in the index for about every so many bytes.
const MARK_EVERY_BYTES: u64 = 64 * 1024;

/// What is said of a transcript that is damaged.
pub(crate) const CONSEQUENCE: &str = "only this session's transcript is lost";

/// An open transcript.
#[derive(Debug)]
pub(crate) struct Transcript {
    pub(crate) path: PathBuf,
    index: RwLock<Index>,
}

/// Where the records are. Only what is written is in it.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) file: AppendFile,
    /// The highest number.
    pub(crate) last: u64,
    marks: Vec<Mark>,
}

/// A frame that begins there with that record.
#[derive(Debug, Clone, Copy)]
struct Mark {
    first: u64,
    offset: u64,
}

impl Index {
    pub(crate) fn new(file: AppendFile) -> Self {
        Self { file, last: 0, marks: Vec::new() }
    }

    /// Takes a frame that is in the file. The error says what is wrong with it.
    pub(crate) fn note(&mut self, offset: u64, mut payload: Bytes) -> Result<(), &'static str> {
        let first = self.last + 1;
        while !payload.is_empty() {
            let stored = record::take(&mut payload)?;
            if stored.record.seq != self.last + 1 {
                return Err("a record is missing");
            }
            self.last = stored.record.seq;
        }
        self.mark(first, offset);
        Ok(())
    }

    fn mark(&mut self, first: u64, offset: u64) {
        let last = self.marks.last().map_or(0, |mark| mark.offset);
        if self.marks.is_empty() || offset >= last + MARK_EVERY_BYTES {
            self.marks.push(Mark { first, offset });
        }
    }

    /// A place at or before the record with this number.
    fn before(&self, seq: u64) -> u64 {
        let behind = self.marks.partition_point(|mark| mark.first <= seq);
        behind.checked_sub(1).map_or(FILE_HEADER_BYTES, |at| self.marks[at].offset)
    }
}

impl Transcript {
    pub(crate) fn new(path: PathBuf, index: Index) -> Self {
        Self { path, index: RwLock::new(index) }
    }

    /// The highest number.
    pub(crate) fn last(&self) -> u64 {
        self.with_index(|index| index.last)
    }

    /// How long the file is.
    pub(crate) fn bytes(&self) -> u64 {
        self.with_index(|index| index.file.end)
    }

    /// How much of it would be lost in a power cut.
    pub(crate) fn unflushed_bytes(&self) -> u64 {
        self.with_index(|index| index.file.end - index.file.flushed)
    }

    /// Appends records; for the writer alone. Readers see each frame when it is written. Gives
    /// how many bytes were written, also where it then failed.
    pub(crate) fn append(&self, records: &[NewRecord]) -> (u64, Result<(), WriteError>) {
        let (mut file, mut last) = self.with_index(|index| (index.file.clone(), index.last));
        let before = file.end;
        for frame_records in frames(records) {
            let offset = match file.append(&payload(last, frame_records)) {
                Ok(offset) => offset,
                Err(error) => return (file.end - before, Err(error)),
            };
            self.with_index_mut(|index| {
                index.mark(last + 1, offset);
                last += frame_records.len() as u64;
                index.last = last;
                index.file = file.clone();
            });
        }
        (file.end - before, Ok(()))
    }

    /// Makes it survive a power cut; for the writer alone.
    pub(crate) fn flush(&self) -> std::io::Result<()> {
        let mut file = self.with_index(|index| index.file.clone());
        file.flush()?;
        self.with_index_mut(|index| index.file.flushed = file.flushed);
        Ok(())
    }

    /// The records behind a number, up to about so many bytes; one at least, if there is one.
    pub(crate) fn read(&self, after: u64, max_bytes: usize) -> Result<Page, JournalError> {
        let mut page = Page { records: Vec::new(), last: self.last() };
        let mut bytes = 0;
        self.visit(after, |stored| {
            bytes += stored.record.update_json.len();
            if bytes > max_bytes && !page.records.is_empty() {
                return Visit::Enough;
            }
            page.records.push(stored.record);
            Visit::More
        })?;
        // Records may have come while it was read.
        page.last = page.last.max(page.records.last().map_or(0, |record| record.seq));
        Ok(page)
    }

    /// The raw message beside a record.
    pub(crate) fn read_raw(&self, seq: u64) -> Result<Option<Bytes>, JournalError> {
        let mut raw = None;
        self.visit(seq.saturating_sub(1), |stored| {
            if stored.record.seq == seq {
                raw = stored.raw;
            }
            Visit::Enough
        })?;
        Ok(raw)
    }

    /// Shows every record; answers whether the visitor has seen them all.
    pub(crate) fn visit_all(
        &self,
        mut visit: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<bool, JournalError> {
        let mut is_whole = true;
        self.visit(0, |stored| {
            is_whole = visit(stored.record).is_continue();
            if is_whole { Visit::More } else { Visit::Enough }
        })?;
        Ok(is_whole)
    }

    fn visit(
        &self,
        after: u64,
        mut visit: impl FnMut(Stored) -> Visit,
    ) -> Result<(), JournalError> {
        let from = after.saturating_add(1);
        let (file, offset, last) =
            self.with_index(|index| (index.file.clone(), index.before(from), index.last));
        if from > last {
            return Ok(());
        }
        let mut reader = FrameReader::new(&*file.file, offset, file.end);
        loop {
            let frame = match reader.next().map_err(|error| self.read_error(&error))? {
                Next::End => return Ok(()),
                Next::Unsound { offset, what } => return Err(self.corruption(offset, what)),
                Next::Frame(frame) => frame,
            };
            let mut payload = frame.payload;
            while !payload.is_empty() {
                let stored = record::take(&mut payload);
                let stored = stored.map_err(|what| self.corruption(frame.offset, what))?;
                if stored.record.seq >= from && visit(stored) == Visit::Enough {
                    return Ok(());
                }
            }
        }
    }

    fn corruption(&self, offset: u64, what: &'static str) -> JournalError {
        let path = self.path.clone();
        Corruption { path, offset, what, consequence: CONSEQUENCE }.into()
    }

    fn read_error(&self, error: &std::io::Error) -> JournalError {
        JournalError::Read { path: self.path.clone(), reason: error.to_string().into() }
    }

    fn with_index<T>(&self, look: impl FnOnce(&Index) -> T) -> T {
        look(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn with_index_mut<T>(&self, change: impl FnOnce(&mut Index) -> T) -> T {
        change(&mut self.index.write().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(PartialEq, Eq)]
enum Visit {
    More,
    Enough,
}

/// How many bytes records will take in the file.
pub(crate) fn file_bytes(records: &[NewRecord]) -> u64 {
    let sizes = |records: &[NewRecord]| records.iter().map(record::size).sum::<usize>();
    frames(records).map(|records| (HEADER_BYTES + sizes(records)) as u64).sum()
}

fn payload(last: u64, records: &[NewRecord]) -> BytesMut {
    let mut payload = BytesMut::with_capacity(records.iter().map(record::size).sum());
    for (seq, record) in (last + 1..).zip(records) {
        record::put(seq, record, &mut payload);
    }
    payload
}

/// Cuts records into groups, one for each frame.
fn frames(records: &[NewRecord]) -> impl Iterator<Item = &[NewRecord]> {
    let mut rest = records;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|record| {
            bytes += record::size(record);
            bytes <= FRAME_BYTES
        });
        let count = fits.count().max(1).min(rest.len());
        let (frame, behind) = rest.split_at(count);
        rest = behind;
        (!frame.is_empty()).then_some(frame)
    })
}
