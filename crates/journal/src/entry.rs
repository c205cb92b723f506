//! What a frame of the log holds: entries, one behind the other, all or none of them written.
//!
//! An entry is a byte that says which, four bytes of length, and its body; ids are 16 bytes,
//! numbers 8 bytes little-endian, commands and reports in their wire form.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use model::{CommandId, SessionId};

/// Where a body lies in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) size: u32,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A command was accepted; its wire form.
    Accepted {
        seq: u64,
        id: CommandId,
        command: Bytes,
    },
    /// A command was accepted whose id had been accepted before under another number: it counts,
    /// but is never executed.
    Repeated {
        seq: u64,
    },
    Begun {
        id: CommandId,
    },
    Finished {
        id: CommandId,
    },
    /// Something is to be reported; its wire form.
    Reported {
        seq: u64,
        report: Bytes,
    },
    /// The server has every report up to here.
    Acknowledged {
        up_to: u64,
    },
    SessionPut {
        session: SessionId,
        spec: Bytes,
    },
    SessionRemoved {
        session: SessionId,
    },
    /// After compaction: the highest number of a command.
    CommandsUpTo {
        seq: u64,
    },
    /// After compaction: the highest number of a report that was acknowledged.
    ReportsUpTo {
        seq: u64,
    },
    /// After compaction: ids of finished commands.
    Remembered {
        ids: Vec<CommandId>,
    },
}

/// What stands before a body.
const PREFIX_BYTES: usize = 5;

/// Appends an entry to a payload.
pub(crate) fn put(entry: &Entry, payload: &mut BytesMut) {
    let begin = payload.len();
    payload.put_u8(kind(entry));
    payload.put_u32_le(0);
    match entry {
        Entry::Accepted { seq, id, command } => {
            payload.put_u64_le(*seq);
            payload.put_slice(id.as_bytes());
            payload.put_slice(command);
        }
        Entry::Reported { seq, report } => {
            payload.put_u64_le(*seq);
            payload.put_slice(report);
        }
        Entry::Begun { id } | Entry::Finished { id } => payload.put_slice(id.as_bytes()),
        Entry::Repeated { seq }
        | Entry::Acknowledged { up_to: seq }
        | Entry::CommandsUpTo { seq }
        | Entry::ReportsUpTo { seq } => payload.put_u64_le(*seq),
        Entry::SessionPut { session, spec } => {
            payload.put_slice(session.as_bytes());
            payload.put_slice(spec);
        }
        Entry::SessionRemoved { session } => payload.put_slice(session.as_bytes()),
        Entry::Remembered { ids } => ids.iter().for_each(|id| payload.put_slice(id.as_bytes())),
    }
    // A commit is bounded by MAX_COMMIT_BYTES, so that the length of a body fits.
    let size = u32::try_from(payload.len() - begin - PREFIX_BYTES).unwrap_or(u32::MAX);
    payload[begin + 1..begin + PREFIX_BYTES].copy_from_slice(&size.to_le_bytes());
}

/// How many bytes an entry takes.
pub(crate) fn size(entry: &Entry) -> usize {
    let body = match entry {
        Entry::Accepted { command, .. } => 24 + command.len(),
        Entry::Reported { report, .. } => 8 + report.len(),
        Entry::Begun { .. } | Entry::Finished { .. } | Entry::SessionRemoved { .. } => 16,
        Entry::Repeated { .. }
        | Entry::Acknowledged { .. }
        | Entry::CommandsUpTo { .. }
        | Entry::ReportsUpTo { .. } => 8,
        Entry::SessionPut { spec, .. } => 16 + spec.len(),
        Entry::Remembered { ids } => 16 * ids.len(),
    };
    PREFIX_BYTES + body
}

/// Where the wire form of a command or a report lies, if the entry is one and begins here.
pub(crate) fn place(entry: &Entry, offset: u64) -> Place {
    let (before, size) = match entry {
        Entry::Accepted { command, .. } => (24, command.len()),
        Entry::Reported { report, .. } => (8, report.len()),
        _ => (0, 0),
    };
    let offset = offset + (PREFIX_BYTES + before) as u64;
    Place { offset, size: u32::try_from(size).unwrap_or(u32::MAX) }
}

/// Takes the next entry off a payload. The error says what does not fit.
pub(crate) fn take(payload: &mut Bytes) -> Result<Entry, &'static str> {
    let kind = payload.try_get_u8().map_err(|_| CUT_OFF)?;
    let size = payload.try_get_u32_le().map_err(|_| CUT_OFF)? as usize;
    if size > payload.len() {
        return Err(CUT_OFF);
    }
    let mut body = payload.split_to(size);
    Ok(match kind {
        1 => {
            let (seq, id) = (number(&mut body)?, command_id(&mut body)?);
            Entry::Accepted { seq, id, command: body }
        }
        2 => Entry::Repeated { seq: number(&mut body)? },
        3 => Entry::Begun { id: command_id(&mut body)? },
        4 => Entry::Finished { id: command_id(&mut body)? },
        5 => Entry::Reported { seq: number(&mut body)?, report: body },
        6 => Entry::Acknowledged { up_to: number(&mut body)? },
        7 => Entry::SessionPut { session: session_id(&mut body)?, spec: body },
        8 => Entry::SessionRemoved { session: session_id(&mut body)? },
        9 => Entry::CommandsUpTo { seq: number(&mut body)? },
        10 => Entry::ReportsUpTo { seq: number(&mut body)? },
        11 => {
            let mut ids = Vec::with_capacity(body.len() / ID_BYTES);
            while !body.is_empty() {
                ids.push(command_id(&mut body)?);
            }
            Entry::Remembered { ids }
        }
        _ => return Err("an entry is of a kind that this release does not know"),
    })
}

const CUT_OFF: &str = "an entry is cut off";
const ID_BYTES: usize = 16;

fn number(body: &mut Bytes) -> Result<u64, &'static str> {
    body.try_get_u64_le().map_err(|_| CUT_OFF)
}

fn command_id(body: &mut Bytes) -> Result<CommandId, &'static str> {
    CommandId::from_slice(&id(body)?).map_err(|_| CUT_OFF)
}

fn session_id(body: &mut Bytes) -> Result<SessionId, &'static str> {
    SessionId::from_slice(&id(body)?).map_err(|_| CUT_OFF)
}

fn id(body: &mut Bytes) -> Result<Bytes, &'static str> {
    if body.len() < ID_BYTES {
        return Err(CUT_OFF);
    }
    Ok(body.split_to(ID_BYTES))
}

fn kind(entry: &Entry) -> u8 {
    match entry {
        Entry::Accepted { .. } => 1,
        Entry::Repeated { .. } => 2,
        Entry::Begun { .. } => 3,
        Entry::Finished { .. } => 4,
        Entry::Reported { .. } => 5,
        Entry::Acknowledged { .. } => 6,
        Entry::SessionPut { .. } => 7,
        Entry::SessionRemoved { .. } => 8,
        Entry::CommandsUpTo { .. } => 9,
        Entry::ReportsUpTo { .. } => 10,
        Entry::Remembered { .. } => 11,
    }
}
