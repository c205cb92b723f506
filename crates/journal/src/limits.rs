//! How large things may be.

/// How large a journal may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What is alive in the log: open commands, unacknowledged reports, sessions. Commands are
    /// accepted up to half of it, so that there is always room to say how they ended.
    pub log_bytes: u64,
    /// One transcript.
    pub transcript_bytes: u64,
    /// All transcripts together.
    pub all_transcripts_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            log_bytes: 512 * MIB,
            transcript_bytes: 256 * MIB,
            all_transcripts_bytes: 8 * 1024 * MIB,
        }
    }
}

const MIB: u64 = 1024 * 1024;

/// What is kept back of a full transcript for the note that says so; see
/// [`Room::Reserve`](crate::Room).
pub const RESERVE_BYTES: u64 = 64 * 1024;

/// Largest sum of what is written in one call of [`Journal::commit`](crate::Journal::commit).
pub const MAX_COMMIT_BYTES: usize = 32 * 1024 * 1024;

/// Largest description of a session.
pub const MAX_SPEC_BYTES: usize = 1024 * 1024;

/// Largest raw message kept beside a record.
pub const MAX_RAW_BYTES: usize = 4 * 1024 * 1024;

/// Commands that may be accepted and not finished.
pub const MAX_OPEN_COMMANDS: usize = 4096;

/// Calls that may wait for the writer; the next one waits until there is room.
pub(crate) const QUEUE_JOBS: usize = 1024;

/// Bytes that may wait for the writer, in KiB; a larger call waits until it is alone.
pub(crate) const QUEUE_KIB: u32 = 64 * 1024;

/// Transcripts that are kept open although nobody uses them.
pub(crate) const OPEN_TRANSCRIPTS: usize = 256;

/// How many finished commands are remembered by id, beside their numbers.
pub(crate) const REMEMBERED_COMMANDS: usize = 4096;

/// How much of a transcript may be written and not flushed.
pub(crate) const UNFLUSHED_BYTES: u64 = 256 * 1024;

/// Below this, a log is not worth compacting.
pub(crate) const COMPACT_FROM_BYTES: u64 = 4 * MIB;
