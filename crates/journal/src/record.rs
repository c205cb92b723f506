//! What a frame of a transcript holds: records, one behind the other.
//!
//! A record is its number and time, 8 bytes each, the lengths of the update and of the raw message,
//! 4 bytes each, and the two of them. A length of all ones means that there is no raw message.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use wire::stream::Record;

use crate::transcript::NewRecord;

/// What stands before a record's update.
pub(crate) const PREFIX_BYTES: usize = 24;

const NO_RAW: u32 = u32::MAX;

/// A record as it is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) record: Record,
    pub(crate) raw: Option<Bytes>,
}

/// How many bytes a record takes.
pub(crate) fn size(record: &NewRecord) -> usize {
    PREFIX_BYTES + record.update_json.len() + record.raw.as_ref().map_or(0, Bytes::len)
}

/// Appends a record to a payload.
pub(crate) fn put(seq: u64, record: &NewRecord, payload: &mut BytesMut) {
    // Both lengths are bounded by limits that fit.
    let length = |bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(NO_RAW - 1);
    payload.put_u64_le(seq);
    payload.put_i64_le(record.at.as_millis());
    payload.put_u32_le(length(&record.update_json));
    payload.put_u32_le(record.raw.as_ref().map_or(NO_RAW, length));
    payload.put_slice(&record.update_json);
    payload.put_slice(record.raw.as_deref().unwrap_or_default());
}

/// Takes the next record off a payload. The error says what does not fit.
pub(crate) fn take(payload: &mut Bytes) -> Result<Stored, &'static str> {
    if payload.len() < PREFIX_BYTES {
        return Err(CUT_OFF);
    }
    let (seq, at_ms) = (payload.get_u64_le(), payload.get_i64_le());
    let (update_bytes, raw_bytes) = (payload.get_u32_le(), payload.get_u32_le());
    let update_json = split(payload, update_bytes)?;
    let raw = match raw_bytes {
        NO_RAW => None,
        size => Some(split(payload, size)?),
    };
    Ok(Stored { record: Record { seq, at_ms, update_json }, raw })
}

const CUT_OFF: &str = "a record is cut off";

fn split(payload: &mut Bytes, size: u32) -> Result<Bytes, &'static str> {
    let size = size as usize;
    if size > payload.len() {
        return Err(CUT_OFF);
    }
    Ok(payload.split_to(size))
}
