//! All transcripts: found by session, opened when they are first needed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::SessionId;
use tokio::sync::watch;

use crate::append::{AppendFile, WriteError};
use crate::disk::Disk;
use crate::error::{Corruption, FullOf, JournalError, OpenError};
use crate::frame::{self, BadHeader, FILE_HEADER_BYTES, FORMAT, Kind};
use crate::limits::{Limits, OPEN_TRANSCRIPTS, RESERVE_BYTES};
use crate::recover::{self, ScanError};
use crate::transcript::{CONSEQUENCE, Index, Room, Transcript};

const EXTENSION: &str = "transcript";

/// All transcripts of a journal.
#[derive(Debug)]
pub(crate) struct Transcripts {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    limits: Limits,
    /// Of all files together.
    bytes: AtomicU64,
    slots: Mutex<HashMap<SessionId, Arc<Slot>>>,
}

/// The place of one transcript, whether there is one or not.
#[derive(Debug)]
pub(crate) struct Slot {
    /// The number of the last record that can be read.
    pub(crate) last: watch::Sender<u64>,
    content: Mutex<Content>,
}

#[derive(Debug, Clone)]
enum Content {
    /// Nobody has looked.
    Unknown,
    /// There is no file.
    Absent,
    Open(Arc<Transcript>),
    Broken(JournalError),
}

impl Transcripts {
    /// Counts what is there.
    pub(crate) fn find(
        disk: Arc<dyn Disk>,
        directory: PathBuf,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        let files = disk.files(&directory).map_err(OpenError::io("list", &directory))?;
        let bytes = files.iter().map(|(_, bytes)| bytes).sum::<u64>().into();
        Ok(Self { disk, directory, limits, bytes, slots: Mutex::default() })
    }

    /// The sessions that have a transcript, with its size in bytes.
    pub(crate) fn list(&self) -> Result<Vec<(SessionId, u64)>, JournalError> {
        let files = self.disk.files(&self.directory).map_err(|error| JournalError::Read {
            path: self.directory.clone(),
            reason: error.to_string().into(),
        })?;
        Ok(files.iter().filter_map(|(path, bytes)| Some((session_of(path)?, *bytes))).collect())
    }

    /// The place of a session's transcript.
    pub(crate) fn slot(&self, session: SessionId) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        if slots.len() >= OPEN_TRANSCRIPTS && !slots.contains_key(&session) {
            slots.retain(|_, slot| slot.is_in_use());
        }
        Arc::clone(slots.entry(session).or_insert_with(|| {
            let content = Mutex::new(Content::Unknown);
            Arc::new(Slot { last: watch::Sender::new(0), content })
        }))
    }

    /// The transcript of a session, if there is one.
    pub(crate) fn open(&self, session: SessionId) -> Result<Option<Arc<Transcript>>, JournalError> {
        let slot = self.slot(session);
        let mut content = lock(&slot.content);
        if let Content::Unknown = *content {
            *content = self.look(session, &slot);
        }
        match &*content {
            Content::Unknown | Content::Absent => Ok(None),
            Content::Open(transcript) => Ok(Some(Arc::clone(transcript))),
            Content::Broken(error) => Err(error.clone()),
        }
    }

    /// Makes the file of a transcript that is not there; for the writer alone.
    pub(crate) fn create(&self, session: SessionId) -> Result<Arc<Transcript>, WriteError> {
        let path = self.path(session);
        let slot = self.slot(session);
        let file = self.disk.create(&path)?;
        let begun = AppendFile::begin(file, Kind::Transcript(*session.as_bytes()));
        let mut file = match begun {
            Ok(file) => file,
            Err(error) => {
                self.disk.remove(&path).map_err(WriteError::Broken)?;
                return Err(error);
            }
        };
        file.flush().map_err(WriteError::Broken)?;
        self.disk.flush_directory(&self.directory).map_err(WriteError::Broken)?;
        self.count(FILE_HEADER_BYTES);
        let transcript = Arc::new(Transcript::new(path, Index::new(file)));
        *lock(&slot.content) = Content::Open(Arc::clone(&transcript));
        Ok(transcript)
    }

    /// Removes a transcript; for the writer alone. Who still reads it reads it to its end.
    pub(crate) fn remove(&self, session: SessionId) -> std::io::Result<()> {
        let slot = self.slot(session);
        let mut content = lock(&slot.content);
        let path = self.path(session);
        let bytes = match self.disk.open(&path) {
            Ok(Some(file)) => file.len()?,
            Ok(None) | Err(_) => 0,
        };
        self.disk.remove(&path)?;
        self.disk.flush_directory(&self.directory)?;
        self.discount(bytes);
        *content = Content::Absent;
        slot.last.send_replace(0);
        Ok(())
    }

    /// Whether so many bytes more may be written.
    pub(crate) fn check_room(
        &self,
        transcript_bytes: u64,
        more: u64,
        room: Room,
    ) -> Result<(), JournalError> {
        let reserve = match room {
            Room::Ordinary => 0,
            Room::Reserve => RESERVE_BYTES,
        };
        let all_bytes = self.bytes.load(Ordering::Relaxed);
        for (bytes, limit_bytes, of) in [
            (transcript_bytes, self.limits.transcript_bytes, FullOf::Transcript),
            (all_bytes, self.limits.all_transcripts_bytes, FullOf::Transcripts),
        ] {
            if bytes + more > limit_bytes + reserve {
                return Err(JournalError::Full { of, limit_bytes });
            }
        }
        Ok(())
    }

    /// Notes that so many bytes more were written.
    pub(crate) fn count(&self, more: u64) {
        self.bytes.fetch_add(more, Ordering::Relaxed);
    }

    fn discount(&self, less: u64) {
        let left = |bytes: u64| Some(bytes.saturating_sub(less));
        // The closure always gives a value, so that this cannot fail.
        let _ = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
    }

    fn look(&self, session: SessionId, slot: &Slot) -> Content {
        match self.read(session) {
            Ok(None) => Content::Absent,
            Ok(Some(transcript)) => {
                slot.last.send_replace(transcript.last());
                Content::Open(Arc::new(transcript))
            }
            Err(OpenError::Corrupt(corruption)) => Content::Broken(corruption.into()),
            Err(error) => {
                let reason = with_source(&error).into();
                Content::Broken(JournalError::Transcript { session, reason })
            }
        }
    }

    /// Reads a transcript from its start to find out where its records are.
    fn read(&self, session: SessionId) -> Result<Option<Transcript>, OpenError> {
        let path = self.path(session);
        let Some(file) = self.disk.open(&path)? else {
            return Ok(None);
        };
        let len = file.len().map_err(OpenError::io("read", &path))?;
        let mut header = vec![0; usize::try_from(len.min(FILE_HEADER_BYTES)).unwrap_or(0)];
        file.read_at(&mut header, 0).map_err(OpenError::io("read", &path))?;
        let damaged = |offset, what| {
            let path = path.clone();
            OpenError::Corrupt(Corruption { path, offset, what, consequence: CONSEQUENCE })
        };
        match frame::check_file_header(&header, Kind::Transcript(*session.as_bytes())) {
            Ok(()) => {}
            Err(BadHeader::Version(found)) => {
                return Err(OpenError::Version { path, found, known: FORMAT });
            }
            // The power went before the file was begun; nobody was told that it was.
            Err(BadHeader::Damaged) if len <= FILE_HEADER_BYTES => {
                self.disk.remove(&path).map_err(OpenError::io("remove", &path))?;
                self.discount(len);
                return Ok(None);
            }
            Err(BadHeader::Damaged) => return Err(damaged(0, "its header does not fit")),
        }
        let append = AppendFile { file: Arc::clone(&file), end: FILE_HEADER_BYTES, flushed: 0 };
        let mut index = Index::new(append);
        let scanned =
            recover::scan(&*file, |frame| index.note(frame.offset, frame.payload.clone()));
        let scanned = scanned.map_err(|error| match error {
            ScanError::Io(error) => OpenError::io("read", &path)(error),
            ScanError::Damaged { offset, what } => damaged(offset, what),
        })?;
        if scanned.torn_bytes > 0 {
            tracing::warn!(
                session.id = %session,
                torn_bytes = scanned.torn_bytes,
                "the end of a transcript was torn by a crash and is cut off"
            );
            file.truncate(scanned.end).map_err(OpenError::io("cut off", &path))?;
            self.discount(scanned.torn_bytes);
        }
        // What the last process wrote may be in memory only: only a flush makes it certain.
        file.flush().map_err(OpenError::io("flush", &path))?;
        index.file.end = scanned.end;
        index.file.flushed = scanned.end;
        Ok(Some(Transcript::new(path, index)))
    }

    fn path(&self, session: SessionId) -> PathBuf {
        self.directory.join(session.to_string()).with_extension(EXTENSION)
    }
}

impl Slot {
    /// Whether forgetting it would lose something that is not in the file, or somebody who waits.
    /// What is only looked up again costs a reading of the file.
    fn is_in_use(self: &Arc<Self>) -> bool {
        let content = lock(&self.content);
        let written = match &*content {
            Content::Open(transcript) => {
                Arc::strong_count(transcript) > 1 || transcript.unflushed_bytes() > 0
            }
            Content::Unknown | Content::Absent | Content::Broken(_) => false,
        };
        written || self.last.receiver_count() > 0 || Arc::strong_count(self) > 1
    }
}

fn session_of(path: &Path) -> Option<SessionId> {
    let ours = path.extension()? == EXTENSION;
    ours.then(|| path.file_stem()?.to_str()?.parse().ok())?
}

fn with_source(error: &OpenError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
