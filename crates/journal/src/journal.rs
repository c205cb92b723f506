//! The handle that the rest of the daemon holds.

use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use model::SessionId;
use prost::Message;
use tokio::sync::{mpsc, oneshot, watch};
use wire::Report;
use wire::limits::MAX_RECORD_BYTES;
use wire::stream::Record;

use crate::change::{Change, Committed};
use crate::compaction::log_path;
use crate::entry::Place;
use crate::error::{Corruption, JournalError, Refused};
use crate::limits::{MAX_COMMIT_BYTES, MAX_RAW_BYTES, QUEUE_KIB};
use crate::recover::read_exact;
use crate::transcript::{NewRecord, Page, Room};
use crate::writer::{Answer, Job, Order, Shared};

/// Writes and reads a journal. Cheap to clone.
///
/// The async functions wait for the writer. Who drops one before it is done does not undo it: what
/// has reached the writer is written. The others read from disk, for as long as that takes, and
/// belong on a thread that may block.
#[derive(Debug, Clone)]
pub struct Journal {
    jobs: mpsc::WeakSender<Job>,
    shared: Arc<Shared>,
}

impl Journal {
    pub(crate) fn new(jobs: mpsc::WeakSender<Job>, shared: Arc<Shared>) -> Self {
        Self { jobs, shared }
    }

    /// Writes all changes or none. When it has answered, they survive a power cut.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<Committed, JournalError> {
        let size = changes.iter().map(change_bytes).sum();
        if size > MAX_COMMIT_BYTES {
            return Err(Refused::TooLarge { size, limit: MAX_COMMIT_BYTES }.into());
        }
        self.ask(size, |answer| Order::Commit { changes, answer }).await
    }

    /// The reports from this number on that are not acknowledged, up to so many and about so many
    /// bytes, one at least if there is one.
    pub fn reports(
        &self,
        from: u64,
        max_reports: usize,
        max_bytes: usize,
    ) -> Result<Vec<Report>, JournalError> {
        let mut left = max_bytes;
        let (log, places) = {
            let published = self.shared.published.read().unwrap_or_else(PoisonError::into_inner);
            let places = published.state.reports_from(from).take(max_reports);
            let fits = |(at, (_, place)): &(usize, (u64, Place))| {
                let first = *at == 0;
                let fits = place.size as usize <= left;
                left = left.saturating_sub(place.size as usize);
                first || fits
            };
            let places: Vec<Place> =
                places.enumerate().take_while(fits).map(|(_, (_, place))| place).collect();
            (Arc::clone(&published.log), places)
        };
        let path = log_path(&self.shared.directory);
        let read = |place: Place| {
            let bytes = read_exact(&*log, &path, place.offset, place.size as usize)?;
            Report::decode(bytes).map_err(|_| JournalError::from(unreadable_report(&path, place)))
        };
        places.into_iter().map(read).collect()
    }

    /// The number of the first report that is not acknowledged; of the next one if all are.
    pub fn first_report(&self) -> u64 {
        let published = self.shared.published.read().unwrap_or_else(PoisonError::into_inner);
        published.state.first_report()
    }

    /// The number of the last report, now and whenever it changes.
    pub fn watch_reports(&self) -> watch::Receiver<u64> {
        self.shared.last_report.subscribe()
    }

    /// Appends records to a session's transcript, which begins with the first. Gives the number of
    /// the last. Readers see them, and they survive the end of this process; a power cut only
    /// after a flush.
    pub async fn append(
        &self,
        session: SessionId,
        records: Vec<NewRecord>,
        room: Room,
    ) -> Result<u64, JournalError> {
        let size = records.iter().map(record_bytes).sum::<Result<usize, _>>()?;
        if size > MAX_COMMIT_BYTES {
            return Err(Refused::TooLarge { size, limit: MAX_COMMIT_BYTES }.into());
        }
        self.ask(size, |answer| Order::Append { session, records, room, answer }).await
    }

    /// Makes a session's transcript survive a power cut; for the end of a turn.
    pub async fn flush(&self, session: SessionId) -> Result<(), JournalError> {
        self.ask(0, |answer| Order::Flush { session: Some(session), answer }).await
    }

    /// Makes all transcripts survive a power cut. To be called about every second in which
    /// something was appended; what grows fast is flushed without it.
    pub async fn flush_all(&self) -> Result<(), JournalError> {
        self.ask(0, |answer| Order::Flush { session: None, answer }).await
    }

    /// The records behind a number, up to about so many bytes, one at least if there is one.
    pub fn read(
        &self,
        session: SessionId,
        after: u64,
        max_bytes: usize,
    ) -> Result<Page, JournalError> {
        match self.shared.transcripts.open(session)? {
            Some(transcript) => transcript.read(after, max_bytes),
            None => Ok(Page::default()),
        }
    }

    /// Shows the records of a transcript in order, one at a time, until the visitor has had enough.
    /// Answers whether all were shown.
    pub fn visit(
        &self,
        session: SessionId,
        visit: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<bool, JournalError> {
        match self.shared.transcripts.open(session)? {
            Some(transcript) => transcript.visit_all(visit),
            None => Ok(true),
        }
    }

    /// The raw message that was kept beside a record.
    pub fn read_raw(&self, session: SessionId, seq: u64) -> Result<Option<Bytes>, JournalError> {
        match self.shared.transcripts.open(session)? {
            Some(transcript) => transcript.read_raw(seq),
            None => Ok(None),
        }
    }

    /// The number of a transcript's last record, now and whenever it changes; 0 while there is
    /// none.
    pub fn watch_transcript(
        &self,
        session: SessionId,
    ) -> Result<watch::Receiver<u64>, JournalError> {
        // Whoever subscribes first keeps the place from being forgotten.
        let receiver = self.shared.transcripts.slot(session).last.subscribe();
        self.shared.transcripts.open(session)?;
        Ok(receiver)
    }

    /// The sessions that have a transcript, with its size in bytes.
    pub fn transcripts(&self) -> Result<Vec<(SessionId, u64)>, JournalError> {
        self.shared.transcripts.list()
    }

    /// Removes a transcript, also a damaged one.
    pub async fn remove_transcript(&self, session: SessionId) -> Result<(), JournalError> {
        self.ask(0, |answer| Order::Remove { session, answer }).await
    }

    /// Whether the writer works; the error says why not.
    pub fn health(&self) -> Result<(), JournalError> {
        match self.shared.poison.get() {
            None => Ok(()),
            Some(reason) => Err(JournalError::Poisoned { reason: Arc::clone(reason) }),
        }
    }

    async fn ask<T>(
        &self,
        bytes: usize,
        order: impl FnOnce(Answer<T>) -> Order,
    ) -> Result<T, JournalError> {
        self.health()?;
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(QUEUE_KIB).min(QUEUE_KIB);
        let room = Arc::clone(&self.shared.queue_room).acquire_many_owned(kib).await;
        let room = room.map_err(|_| JournalError::Closed)?;
        let (answer, answered) = oneshot::channel();
        let job = Job { order: order(answer), room };
        // The writer ends when nobody holds a sender, so this one goes before the answer comes.
        let jobs = self.jobs.upgrade().ok_or(JournalError::Closed)?;
        jobs.send(job).await.map_err(|_| JournalError::Closed)?;
        drop(jobs);
        answered.await.map_err(|_| self.health().err().unwrap_or(JournalError::Closed))?
    }
}

/// The one who closes a journal. Dropping it does the same, but blocks.
#[derive(Debug)]
pub struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl Writer {
    pub(crate) fn new(
        jobs: mpsc::Sender<Job>,
        thread: JoinHandle<()>,
        shared: Arc<Shared>,
    ) -> Self {
        Self { jobs: Some(jobs), thread: Some(thread), shared }
    }

    /// Writes what has queued up, flushes everything, and ends the writer. Gives the reason if it
    /// had to stop before. The directory stays locked until the last [`Journal`] is dropped, too.
    pub async fn close(mut self) -> Result<(), JournalError> {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                return Err(JournalError::Closed);
            }
        }
        match self.shared.poison.get() {
            None => Ok(()),
            Some(reason) => Err(JournalError::Poisoned { reason: Arc::clone(reason) }),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the journal's writer has panicked");
        }
    }
}

fn change_bytes(change: &Change) -> usize {
    match change {
        Change::Accept(command) => command.encoded_len(),
        Change::Report { fact, .. } => fact.encoded_len(),
        Change::PutSession { spec, .. } => spec.len(),
        Change::Begin(_)
        | Change::Finish(_)
        | Change::Acknowledged { .. }
        | Change::RemoveSession(_) => 16,
    }
}

fn record_bytes(record: &NewRecord) -> Result<usize, Refused> {
    let raw_bytes = record.raw.as_ref().map_or(0, Bytes::len);
    let limits = [(record.update_json.len(), MAX_RECORD_BYTES), (raw_bytes, MAX_RAW_BYTES)];
    match limits.into_iter().find(|(size, limit)| size > limit) {
        Some((size, limit)) => Err(Refused::TooLarge { size, limit }),
        None => Ok(record.update_json.len() + raw_bytes),
    }
}

fn unreadable_report(path: &std::path::Path, place: Place) -> Corruption {
    Corruption {
        path: path.to_owned(),
        offset: place.offset,
        what: "a report cannot be read",
        consequence: "the server does not hear of what was reported and not acknowledged",
    }
}
