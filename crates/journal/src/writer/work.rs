//! What the writer's thread does with what it takes from the queue.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, PoisonError};

use bytes::BytesMut;
use model::SessionId;

use super::{Answer, Job, Order, Published, Shared};
use crate::append::{AppendFile, WriteError};
use crate::change::{Change, Committed};
use crate::compaction;
use crate::disk::Disk;
use crate::entry::{self, Entry, Place};
use crate::error::{FullOf, JournalError};
use crate::frame::{HEADER_BYTES, MAX_PAYLOAD_BYTES};
use crate::limits::{Limits, UNFLUSHED_BYTES};
use crate::state::{self, State};
use crate::transcript::{NewRecord, Room, Transcript, file_bytes};

/// The writer's own state.
pub(crate) struct Work {
    disk: Arc<dyn Disk>,
    limits: Limits,
    log: AppendFile,
    /// Ahead of what is published by what is not flushed yet.
    state: State,
    shared: Arc<Shared>,
    /// Transcripts with something that would be lost in a power cut.
    unflushed: BTreeSet<SessionId>,
    /// Before the log has this size, compaction is not tried again: there was no room for it.
    compact_from: u64,
}

/// A commit that waits for its answer.
struct Commit {
    changes: Vec<Change>,
    answer: Answer<Committed>,
}

/// A commit that is in the log, or will be with the next frame.
struct Staged {
    commit: Commit,
    committed: Committed,
}

/// What goes into one frame of the log.
#[derive(Default)]
struct Group {
    payload: BytesMut,
    entries: Vec<(Entry, Place)>,
    staged: Vec<Staged>,
}

impl Work {
    pub(crate) fn new(
        disk: Arc<dyn Disk>,
        limits: Limits,
        log: AppendFile,
        state: State,
        shared: Arc<Shared>,
    ) -> Self {
        Self { disk, limits, log, state, shared, unflushed: BTreeSet::new(), compact_from: 0 }
    }

    /// Does all jobs of a batch. Each caller has at most one job in it, so that their order among
    /// each other does not matter: transcripts first, because their callers wait for no flush.
    pub(crate) fn do_batch(&mut self, batch: &mut Vec<Job>) {
        let (mut commits, mut later) = (Vec::new(), Vec::new());
        // Their room in the queue is theirs until all of them are done.
        let mut rooms = Vec::with_capacity(batch.len());
        for Job { order, room } in batch.drain(..) {
            rooms.push(room);
            match order {
                Order::Commit { changes, answer } => commits.push(Commit { changes, answer }),
                Order::Append { session, records, room, answer } => {
                    let appended = self.append(session, &records, room);
                    respond(answer, appended);
                }
                order @ (Order::Flush { .. } | Order::Remove { .. }) => later.push(order),
            }
        }
        self.commit(commits);
        for order in later {
            match order {
                Order::Flush { session, answer } => respond(answer, self.flush(session)),
                Order::Remove { session, answer } => respond(answer, self.remove(session)),
                Order::Commit { .. } | Order::Append { .. } => {}
            }
        }
    }

    /// Flushes what is left, when nobody can write any more.
    pub(crate) fn finish(mut self) {
        // The error is kept as the poison, where closing finds it.
        let _ = self.flush(None);
    }

    fn commit(&mut self, commits: Vec<Commit>) {
        let mut group = Group::default();
        for commit in commits {
            if let Err(error) = self.check() {
                respond(commit.answer, Err(error));
                continue;
            }
            match state::plan(&self.state, &self.limits, &commit.changes) {
                Err(error) => respond(commit.answer, Err(error)),
                Ok(planned) => {
                    if group.payload.len() + planned.bytes > MAX_PAYLOAD_BYTES {
                        self.write(std::mem::take(&mut group));
                    }
                    self.stage(&mut group, commit, planned);
                }
            }
        }
        self.write(group);
        self.compact_if_due();
    }

    fn stage(&mut self, group: &mut Group, commit: Commit, planned: state::Planned) {
        for entry in planned.entries {
            let offset = self.log.end + (HEADER_BYTES + group.payload.len()) as u64;
            let place = entry::place(&entry, offset);
            entry::put(&entry, &mut group.payload);
            if let Err(what) = self.state.apply(&entry, place) {
                // The plan was made from this state, so that it follows from it.
                self.poison(&format!("the plan of a commit does not fit: {what}"));
            }
            group.entries.push((entry, place));
        }
        group.staged.push(Staged { commit, committed: planned.committed });
    }

    /// Writes and flushes a group, and only then answers.
    fn write(&mut self, group: Group) {
        if group.staged.is_empty() {
            return;
        }
        let Group { payload, entries, staged } = group;
        if cfg!(feature = "mutant-ack-before-sync") {
            self.write_after_answering(&payload, &entries, staged);
            return;
        }
        match self.write_durably(&payload) {
            Ok(()) => {
                self.publish(&entries);
                for Staged { commit, committed } in staged {
                    respond(commit.answer, Ok(committed));
                }
            }
            Err(error) => self.give_up(staged, &error),
        }
    }

    /// The promise broken on purpose: the power may go between the answer and the flush.
    fn write_after_answering(
        &mut self,
        payload: &[u8],
        entries: &[(Entry, Place)],
        staged: Vec<Staged>,
    ) {
        for Staged { commit, committed } in staged {
            respond(commit.answer, Ok(committed));
        }
        if self.write_durably(payload).is_ok() {
            self.publish(entries);
        }
    }

    fn write_durably(&mut self, payload: &[u8]) -> Result<(), JournalError> {
        self.check()?;
        if payload.is_empty() {
            return Ok(());
        }
        match self.log.append(payload) {
            Ok(_) => {}
            Err(WriteError::Full) => return Err(disk_full()),
            Err(WriteError::Broken(error)) => return Err(self.broken("write the log", &error)),
        }
        self.log.flush().map_err(|error| self.broken("flush the log", &error))
    }

    /// Nothing of the group was written. Where there was no room for all, there may be for one.
    fn give_up(&mut self, staged: Vec<Staged>, error: &JournalError) {
        self.state = read(&self.shared).state.clone();
        let alone = staged.len() == 1;
        for Staged { commit, .. } in staged {
            if alone || !error.is_full() {
                respond(commit.answer, Err(error.clone()));
            } else {
                self.commit_alone(commit);
            }
        }
    }

    fn commit_alone(&mut self, commit: Commit) {
        match state::plan(&self.state, &self.limits, &commit.changes) {
            Err(error) => respond(commit.answer, Err(error)),
            Ok(planned) => {
                let mut group = Group::default();
                self.stage(&mut group, commit, planned);
                self.write(group);
            }
        }
    }

    fn publish(&self, entries: &[(Entry, Place)]) {
        let mut published = write(&self.shared);
        for (entry, place) in entries {
            if let Err(what) = published.state.apply(entry, *place) {
                // The writer's own state has taken the same entries in the same order.
                self.poison(&format!("what is published does not fit: {what}"));
            }
        }
        let last_report = published.state.last_report;
        drop(published);
        self.announce(last_report);
    }

    fn announce(&self, last_report: u64) {
        self.shared.last_report.send_if_modified(|last| {
            let newer = *last != last_report;
            *last = last_report;
            newer
        });
    }

    fn compact_if_due(&mut self) {
        let due =
            self.log.end >= self.compact_from && compaction::is_due(self.log.end, &self.state);
        if !due || self.check().is_err() {
            return;
        }
        let (disk, directory) = (&*self.disk, &self.shared.directory);
        match compaction::compact(disk, directory, Some(&*self.log.file), &self.state) {
            Ok((log, state)) => {
                let published = Published { state: state.clone(), log: Arc::clone(&log.file) };
                *write(&self.shared) = published;
                self.log = log;
                self.state = state;
                self.compact_from = 0;
            }
            Err(WriteError::Full) => self.compact_from = self.log.end + self.log.end / 4,
            Err(WriteError::Broken(error)) => {
                self.broken("compact the log", &error);
            }
        }
    }

    fn append(
        &mut self,
        session: SessionId,
        records: &[NewRecord],
        room: Room,
    ) -> Result<u64, JournalError> {
        self.check()?;
        let transcripts = &self.shared.transcripts;
        let transcript = transcripts.open(session)?;
        let bytes = transcript.as_ref().map_or(0, |transcript| transcript.bytes());
        transcripts.check_room(bytes, file_bytes(records), room)?;
        let transcript = match transcript {
            Some(transcript) => transcript,
            None => transcripts.create(session).map_err(|error| self.failed(error))?,
        };
        let (written, result) = transcript.append(records);
        transcripts.count(written);
        self.unflushed.insert(session);
        let last = transcript.last();
        transcripts.slot(session).last.send_replace(last);
        result.map_err(|error| self.failed(error))?;
        if transcript.unflushed_bytes() >= UNFLUSHED_BYTES {
            self.flush_one(session, &transcript)?;
        }
        Ok(last)
    }

    fn flush(&mut self, session: Option<SessionId>) -> Result<(), JournalError> {
        self.check()?;
        let wanted = |id: &&SessionId| session.is_none_or(|session| session == **id);
        let sessions: Vec<SessionId> = self.unflushed.iter().filter(wanted).copied().collect();
        for session in sessions {
            if let Some(transcript) = self.shared.transcripts.open(session)? {
                self.flush_one(session, &transcript)?;
            }
        }
        Ok(())
    }

    fn flush_one(
        &mut self,
        session: SessionId,
        transcript: &Transcript,
    ) -> Result<(), JournalError> {
        transcript.flush().map_err(|error| self.broken("flush a transcript", &error))?;
        self.unflushed.remove(&session);
        Ok(())
    }

    fn remove(&mut self, session: SessionId) -> Result<(), JournalError> {
        self.check()?;
        self.unflushed.remove(&session);
        let removed = self.shared.transcripts.remove(session);
        removed.map_err(|error| self.broken("remove a transcript", &error))
    }

    fn check(&self) -> Result<(), JournalError> {
        match self.shared.poison.get() {
            None => Ok(()),
            Some(reason) => Err(JournalError::Poisoned { reason: Arc::clone(reason) }),
        }
    }

    fn failed(&self, error: WriteError) -> JournalError {
        match error {
            WriteError::Full => disk_full(),
            WriteError::Broken(error) => self.broken("write a transcript", &error),
        }
    }

    fn broken(&self, doing: &str, error: &io::Error) -> JournalError {
        self.poison(&format!("{doing}: {error}"))
    }

    /// After this nothing is written any more: nobody knows what is on disk.
    fn poison(&self, reason: &str) -> JournalError {
        let reason = self.shared.poison.get_or_init(|| {
            tracing::error!(reason, "the journal stops writing");
            Arc::from(reason)
        });
        JournalError::Poisoned { reason: Arc::clone(reason) }
    }
}

fn disk_full() -> JournalError {
    JournalError::Full { of: FullOf::Disk, limit_bytes: 0 }
}

/// A caller that has gone does not want its answer.
fn respond<T>(answer: Answer<T>, result: Result<T, JournalError>) {
    let _ = answer.send(result);
}

fn read(shared: &Shared) -> std::sync::RwLockReadGuard<'_, Published> {
    shared.published.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(shared: &Shared) -> std::sync::RwLockWriteGuard<'_, Published> {
    shared.published.write().unwrap_or_else(PoisonError::into_inner)
}
