//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{CommandId, SessionId};

/// A file of the journal is damaged, not merely cut off at its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} is damaged at byte {offset} ({what}): keep a copy of it and move it out of the way; {consequence}",
    path.display()
)]
pub struct Corruption {
    /// Which file.
    pub path: PathBuf,
    /// Where.
    pub offset: u64,
    /// What does not fit.
    pub what: &'static str,
    /// What is lost when the file is moved away.
    pub consequence: &'static str,
}

/// A journal cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another daemon has it open.
    #[error("{} is in use by another daemon", path.display())]
    InUse {
        /// The journal's directory.
        path: PathBuf,
    },
    /// Others may read or change it (S80).
    #[error(
        "{} can be read or changed by others (mode {mode:03o}); run: chmod {wanted:03o} '{}'",
        path.display(),
        path.display()
    )]
    TooOpen {
        /// Which file or directory.
        path: PathBuf,
        /// The permission bits it has.
        mode: u32,
        /// The permission bits it should have.
        wanted: u32,
    },
    /// Others may read or change it, by an access list of Windows (S80).
    #[error("{} can be read or changed by others ({who}); run: {mended_by}", path.display())]
    OpenToOthers {
        /// Which file or directory.
        path: PathBuf,
        /// Their security identifiers.
        who: String,
        /// The command after which they cannot.
        mended_by: String,
    },
    /// It belongs to somebody else, or is not a plain file.
    #[error("{} is not a file or directory of this user", path.display())]
    NotOurs {
        /// Which.
        path: PathBuf,
    },
    /// It was written by a later release.
    #[error(
        "{} has format {found}, this release knows {known}: start the later release that wrote it",
        path.display()
    )]
    Version {
        /// Which file.
        path: PathBuf,
        /// The format it has.
        found: u16,
        /// The newest format that this release reads.
        known: u16,
    },
    /// It is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The operating system refused.
    #[error("{doing} {}", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// With which file or directory.
        path: PathBuf,
        /// Why it did not work.
        source: io::Error,
    },
}

impl OpenError {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}

/// Something could not be written or read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// There is no more room; nothing was written. Reading, finishing and removing still work.
    #[error("{of} full, {limit_bytes} bytes")]
    Full {
        /// What is full.
        of: FullOf,
        /// The limit that was reached; 0 where the disk is the limit.
        limit_bytes: u64,
    },
    /// It makes no sense in the state the journal is in; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The writer has stopped for good, because it no longer knows what is on disk (R14). Restart
    /// the daemon.
    #[error("the journal has stopped writing: {reason}")]
    Poisoned {
        /// What happened.
        reason: Arc<str>,
    },
    /// The writer was closed.
    #[error("the journal is closed")]
    Closed,
    /// A file is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// A transcript cannot be opened.
    #[error("open the transcript of session {session}: {reason}")]
    Transcript {
        /// Whose.
        session: SessionId,
        /// Why.
        reason: Arc<str>,
    },
    /// Reading failed.
    #[error("read {}: {reason}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: Arc<str>,
    },
}

impl JournalError {
    /// Whether there is no more room.
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full { .. })
    }

    /// Whether nothing will ever be written again by this process.
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Poisoned { .. } | Self::Closed)
    }
}

/// What can be full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FullOf {
    /// The disk, or what this user may use of it.
    #[error("the disk is")]
    Disk,
    /// The log of commands, reports and sessions.
    #[error("the journal's log is")]
    Log,
    /// The list of commands that are not finished.
    #[error("the list of open commands is")]
    Commands,
    /// One transcript.
    #[error("the transcript of the session is")]
    Transcript,
    /// The room for transcripts.
    #[error("the room for transcripts is")]
    Transcripts,
}

/// What makes no sense. Each of these is a mistake of the caller, or of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A command that is not the next one.
    #[error("command {seq} was to be accepted where {expected} is next")]
    Hole {
        /// Its number.
        seq: u64,
        /// The number that is next.
        expected: u64,
    },
    /// A command that is not open.
    #[error("command {id} is not open")]
    NotOpen {
        /// Which.
        id: CommandId,
    },
    /// A command that was begun before: to begin it again could do its work twice.
    #[error("command {id} was begun before")]
    BegunBefore {
        /// Which.
        id: CommandId,
    },
    /// A command whose id is not one.
    #[error("command {seq} has no id")]
    NoId {
        /// Its number.
        seq: u64,
    },
    /// More than may be written at once.
    #[error("{size} bytes are more than the {limit} that may be written at once")]
    TooLarge {
        /// Its size.
        size: usize,
        /// The limit.
        limit: usize,
    },
}
