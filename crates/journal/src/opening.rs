//! Opening a journal: what it finds of the life before, and the writer's start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use model::SessionId;
use prost::Message;
use wire::Command;

use crate::append::{AppendFile, WriteError};
use crate::compaction::{self, log_path, new_log_path};
use crate::disk::{self, Disk, DiskFile, LocalDisk};
use crate::entry;
use crate::error::{Corruption, OpenError};
use crate::frame::{
    self, BadHeader, FILE_HEADER_BYTES, FILE_HEADER_LEN, FORMAT, HEADER_BYTES, Kind,
};
use crate::journal::{Journal, Writer};
use crate::limits::Limits;
use crate::recover::{self, Frame, ScanError};
use crate::state::{OpenCommand, State};
use crate::transcripts::Transcripts;
use crate::writer;

/// A journal that has been opened.
#[derive(Debug)]
pub struct Opened {
    /// For everybody who writes or reads.
    pub journal: Journal,
    /// For the one who closes it.
    pub writer: Writer,
    /// What was found.
    pub recovered: Recovered,
}

/// What the life before has left.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recovered {
    /// The highest number of a command, for the link's hello.
    pub received_commands: u64,
    /// Commands that were accepted and not begun, in order: safe to execute.
    pub accepted: Vec<Command>,
    /// Commands that were begun and not finished, in order: whether they had an effect is unknown,
    /// and they are never executed again. Report them as unknown and finish them.
    pub begun: Vec<Command>,
    /// The highest number of a report.
    pub last_report: u64,
    /// The sessions, with what the daemon wrote of them.
    pub sessions: Vec<(SessionId, Bytes)>,
    /// What was cut off because a crash had torn it. Nobody had been told that it was written.
    pub cut: Option<Cut>,
}

/// The torn end of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Which file.
    pub path: PathBuf,
    /// How much was cut off.
    pub bytes: u64,
}

const CONSEQUENCE: &str = "the server then shows the commands that were open as unknown, and \
                           sessions that run have to be started again";

/// Opens the journal in this directory, which is made if it is not there. Blocks while the log is
/// read and written anew.
pub fn open(directory: &Path, limits: Limits) -> Result<Opened, OpenError> {
    let disk = LocalDisk::claim(directory)?;
    disk::private_directory(&transcripts_path(directory))?;
    open_on(Arc::new(disk), directory, limits)
}

pub(crate) fn open_on(
    disk: Arc<dyn Disk>,
    directory: &Path,
    limits: Limits,
) -> Result<Opened, OpenError> {
    let new_path = new_log_path(directory);
    disk.remove(&new_path).map_err(OpenError::io("remove", &new_path))?;
    let (old, mut state, cut) = match disk.open(&log_path(directory))? {
        Some(file) => read_log(file, directory)?,
        None => (None, State::default(), None),
    };
    let (log, recovered) = match rewrite(&*disk, directory, old.as_ref(), &mut state)? {
        Some(log) => (log, recovered(&state, cut)),
        None => return Err(no_room(directory)),
    };
    let recovered = with_commands(recovered, &state, &*log.file, &log_path(directory))?;
    let transcripts = Transcripts::find(Arc::clone(&disk), transcripts_path(directory), limits)?;
    let (journal, writer) = writer::start(writer::Parts {
        disk,
        directory: directory.to_owned(),
        limits,
        log,
        state,
        transcripts,
    })
    .map_err(OpenError::io("start the writer of", directory))?;
    Ok(Opened { journal, writer, recovered })
}

fn transcripts_path(directory: &Path) -> PathBuf {
    directory.join("transcripts")
}

type ReadLog = (Option<AppendFile>, State, Option<Cut>);

fn read_log(file: Arc<dyn DiskFile>, directory: &Path) -> Result<ReadLog, OpenError> {
    let path = log_path(directory);
    check_header(&*file, &path)?;
    let mut state = State::default();
    let scanned = recover::scan(&*file, |frame| replay(&mut state, frame));
    let scanned = scanned.map_err(|error| match error {
        ScanError::Io(error) => OpenError::io("read", &path)(error),
        ScanError::Damaged { offset, what } => damaged(&path, offset, what),
    })?;
    let mut cut = None;
    if scanned.torn_bytes > 0 {
        tracing::warn!(
            torn_bytes = scanned.torn_bytes,
            "the end of the journal was torn by a crash and is cut off"
        );
        file.truncate(scanned.end).map_err(OpenError::io("cut off", &path))?;
        cut = Some(Cut { path, bytes: scanned.torn_bytes });
    }
    Ok((Some(AppendFile { file, end: scanned.end, flushed: FILE_HEADER_BYTES }), state, cut))
}

fn check_header(file: &dyn DiskFile, path: &Path) -> Result<(), OpenError> {
    let mut header = [0; FILE_HEADER_LEN];
    let read = file.read_at(&mut header, 0).map_err(OpenError::io("read", path))?;
    match frame::check_file_header(&header[..read], Kind::Log) {
        Ok(()) => Ok(()),
        Err(BadHeader::Damaged) => Err(damaged(path, 0, "its header does not fit")),
        Err(BadHeader::Version(found)) => {
            Err(OpenError::Version { path: path.to_owned(), found, known: FORMAT })
        }
    }
}

fn replay(state: &mut State, frame: &Frame) -> Result<(), &'static str> {
    let mut payload = frame.payload.clone();
    let size = payload.len();
    while !payload.is_empty() {
        let offset = frame.offset + (HEADER_BYTES + size - payload.len()) as u64;
        let entry = entry::take(&mut payload)?;
        state.apply(&entry, entry::place(&entry, offset))?;
    }
    Ok(())
}

/// Writes the log anew, also where little of it is dead: what the last process could read may be
/// in memory only, if its last flush failed. A full disk leaves the old log in use.
fn rewrite(
    disk: &dyn Disk,
    directory: &Path,
    old: Option<&AppendFile>,
    state: &mut State,
) -> Result<Option<AppendFile>, OpenError> {
    let path = log_path(directory);
    match compaction::compact(disk, directory, old.map(|old| &*old.file), state) {
        Ok((log, rewritten)) => {
            *state = rewritten;
            Ok(Some(log))
        }
        Err(WriteError::Full) => {
            let Some(old) = old else { return Ok(None) };
            let mut old = old.clone();
            old.flush().map_err(OpenError::io("flush", &path))?;
            Ok(Some(old))
        }
        Err(WriteError::Broken(error)) => Err(OpenError::io("write", &path)(error)),
    }
}

fn recovered(state: &State, cut: Option<Cut>) -> Recovered {
    Recovered {
        received_commands: state.received_commands,
        last_report: state.last_report,
        sessions: state.sessions.iter().map(|(id, spec)| (*id, spec.clone())).collect(),
        cut,
        ..Recovered::default()
    }
}

fn with_commands(
    mut recovered: Recovered,
    state: &State,
    log: &dyn DiskFile,
    path: &Path,
) -> Result<Recovered, OpenError> {
    for command in state.open.values() {
        let list = if command.begun { &mut recovered.begun } else { &mut recovered.accepted };
        list.push(read_command(command, log, path)?);
    }
    Ok(recovered)
}

fn read_command(
    command: &OpenCommand,
    log: &dyn DiskFile,
    path: &Path,
) -> Result<Command, OpenError> {
    let place = command.place;
    let bytes = recover::read_exact(log, path, place.offset, place.size as usize)
        .map_err(|error| OpenError::io("read", path)(std::io::Error::other(error)))?;
    Command::decode(bytes).map_err(|_| damaged(path, place.offset, "a command cannot be read"))
}

fn damaged(path: &Path, offset: u64, what: &'static str) -> OpenError {
    let path = path.to_owned();
    Corruption { path, offset, what, consequence: CONSEQUENCE }.into()
}

fn no_room(directory: &Path) -> OpenError {
    OpenError::io("write", &log_path(directory))(std::io::ErrorKind::StorageFull.into())
}
