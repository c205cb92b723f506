//! The log without what is dead: a new file, flushed, put in the place of the old one.

use std::io;
use std::path::{Path, PathBuf};

use bytes::BytesMut;

use crate::append::{AppendFile, WriteError};
use crate::disk::{Disk, DiskFile};
use crate::entry::{self, Entry, Place};
use crate::frame::{HEADER_BYTES, Kind};
use crate::limits::COMPACT_FROM_BYTES;
use crate::recover::read_exact;
use crate::state::State;

/// Entries of a new log are gathered into frames of about this size.
const FRAME_BYTES: usize = 1024 * 1024;

/// The log of a journal.
pub(crate) fn log_path(directory: &Path) -> PathBuf {
    directory.join("log")
}

/// A log that is not in its place yet; what is found there after a crash is worth nothing.
pub(crate) fn new_log_path(directory: &Path) -> PathBuf {
    directory.join("log.new")
}

/// Whether more than half of a log is dead, and it is worth the while.
pub(crate) fn is_due(end: u64, state: &State) -> bool {
    end > COMPACT_FROM_BYTES && state.live_bytes < end / 2
}

/// Writes what is alive, whose bodies are in the old log, into a new log, and puts it in the place of the old one. After a crash
/// there is the old one or the new one, whole.
pub(crate) fn compact(
    disk: &dyn Disk,
    directory: &Path,
    old: Option<&dyn DiskFile>,
    state: &State,
) -> Result<(AppendFile, State), WriteError> {
    let (path, new_path) = (log_path(directory), new_log_path(directory));
    let written = write(disk, &new_path, &path, old, state);
    let (mut log, state) = match written {
        Err(WriteError::Full) => {
            disk.remove(&new_path).map_err(WriteError::Broken)?;
            return Err(WriteError::Full);
        }
        written => written?,
    };
    let mut put_in_place = || -> io::Result<()> {
        if cfg!(feature = "mutant-rename-before-sync") {
            disk.rename(&new_path, &path)?;
            disk.flush_directory(directory)?;
            return log.flush();
        }
        log.flush()?;
        disk.rename(&new_path, &path)?;
        disk.flush_directory(directory)
    };
    put_in_place().map_err(WriteError::Broken)?;
    Ok((log, state))
}

fn write(
    disk: &dyn Disk,
    new_path: &Path,
    old_path: &Path,
    old: Option<&dyn DiskFile>,
    state: &State,
) -> Result<(AppendFile, State), WriteError> {
    let file = disk.create(new_path)?;
    let mut new = NewLog {
        log: AppendFile::begin(file, Kind::Log)?,
        state: State::default(),
        payload: BytesMut::new(),
    };
    let body = |place: Place| {
        // A state that has bodies was read from a log, so that there is one.
        let old = old.ok_or_else(|| WriteError::Broken(io::ErrorKind::NotFound.into()))?;
        read_exact(old, old_path, place.offset, place.size as usize)
            .map_err(|error| WriteError::Broken(io::Error::other(error)))
    };
    for (seq, command) in &state.open {
        let entry = Entry::Accepted { seq: *seq, id: command.id, command: body(command.place)? };
        new.add(&entry)?;
        if command.begun {
            new.add(&Entry::Begun { id: command.id })?;
        }
    }
    new.add(&Entry::CommandsUpTo { seq: state.received_commands })?;
    new.add(&Entry::Remembered { ids: state.remembered() })?;
    new.add(&Entry::ReportsUpTo { seq: state.first_report() - 1 })?;
    for (seq, place) in state.reports_from(0) {
        new.add(&Entry::Reported { seq, report: body(place)? })?;
    }
    for (session, spec) in &state.sessions {
        new.add(&Entry::SessionPut { session: *session, spec: spec.clone() })?;
    }
    new.finish(state.received_commands)
}

/// A log that is being written, and what it says so far.
struct NewLog {
    log: AppendFile,
    state: State,
    payload: BytesMut,
}

impl NewLog {
    fn add(&mut self, entry: &Entry) -> Result<(), WriteError> {
        let offset = self.log.end + (HEADER_BYTES + self.payload.len()) as u64;
        entry::put(entry, &mut self.payload);
        let applied = self.state.apply(entry, entry::place(entry, offset));
        applied.map_err(|what| WriteError::Broken(io::Error::other(what)))?;
        if self.payload.len() >= FRAME_BYTES {
            self.write_frame()?;
        }
        Ok(())
    }

    /// The last frame is written when all others are durable, and says so: from then on none of
    /// them can be taken for a torn end.
    fn finish(mut self, received_commands: u64) -> Result<(AppendFile, State), WriteError> {
        self.write_frame()?;
        if !cfg!(feature = "mutant-rename-before-sync") {
            self.log.flush().map_err(WriteError::Broken)?;
        }
        self.add(&Entry::CommandsUpTo { seq: received_commands })?;
        self.write_frame()?;
        Ok((self.log, self.state))
    }

    fn write_frame(&mut self) -> Result<(), WriteError> {
        if !self.payload.is_empty() {
            self.log.append(&self.payload)?;
            self.payload.clear();
        }
        Ok(())
    }
}
