//! The shape of every file: a header, then frames, each with its length and its checksums.
//!
//! ```text
//! file header, 40 bytes            frame header, 24 bytes
//!  0  8  "GANTLJNL"                 0  4  marker
//!  8  2  format version             4  4  length of the payload
//! 10  1  kind of file               8  8  flushed: the file was durable up to here when the
//! 11  5  zero                              frame was written
//! 16 16  session id, or zero       16  4  CRC-32 of the payload
//! 32  4  CRC-32 of the above       20  4  CRC-32 of the above and of the frame's own offset
//! 36  4  zero
//! ```
//!
//! All numbers are little-endian. The offset in the checksum keeps a piece of a file that was
//! copied into another one, or into a payload, from passing for a frame. `flushed` tells a torn
//! end from damage: what a frame says was durable must still be there.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Length of a file's header.
pub(crate) const FILE_HEADER_LEN: usize = 40;

/// The same, as an offset: where the first frame begins.
pub(crate) const FILE_HEADER_BYTES: u64 = FILE_HEADER_LEN as u64;

/// Length of a frame's header.
pub(crate) const HEADER_BYTES: usize = 24;

/// Largest payload; leaves room for the entries' own headers around the largest commit.
pub(crate) const MAX_PAYLOAD_BYTES: usize = crate::limits::MAX_COMMIT_BYTES + 64 * 1024;

/// The newest format of files, and the only one so far.
pub(crate) const FORMAT: u16 = 1;

/// The first bytes of a frame; none of them can be in JSON text.
pub(crate) const MARKER: [u8; 4] = [0x00, 0xf7, 0x1f, 0xa3];

const MAGIC: &[u8; 8] = b"GANTLJNL";

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Commands, reports and sessions.
    Log,
    /// The transcript of the session with this id.
    Transcript([u8; 16]),
}

/// Why a file's header does not do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadHeader {
    /// It is not one, or not of this file.
    Damaged,
    /// It is of a later release.
    Version(u16),
}

/// The header of a file.
pub(crate) fn file_header(kind: Kind) -> Bytes {
    let (kind, id) = match kind {
        Kind::Log => (1, [0; 16]),
        Kind::Transcript(id) => (2, id),
    };
    let mut header = BytesMut::with_capacity(FILE_HEADER_LEN);
    header.put_slice(MAGIC);
    header.put_u16_le(FORMAT);
    header.put_u8(kind);
    header.put_bytes(0, 5);
    header.put_slice(&id);
    header.put_u32_le(crc32fast::hash(&header));
    header.put_bytes(0, 4);
    header.freeze()
}

/// Checks the header of a file. A later format is told from damage by its checksum.
pub(crate) fn check_file_header(bytes: &[u8], kind: Kind) -> Result<(), BadHeader> {
    if bytes == file_header(kind) {
        return Ok(());
    }
    let Some((covered, mut checksum)) = bytes.split_at_checked(32) else {
        return Err(BadHeader::Damaged);
    };
    if !covered.starts_with(MAGIC) || checksum.try_get_u32_le() != Ok(crc32fast::hash(covered)) {
        return Err(BadHeader::Damaged);
    }
    match u16::from_le_bytes([covered[8], covered[9]]) {
        FORMAT => Err(BadHeader::Damaged),
        later => Err(BadHeader::Version(later)),
    }
}

/// The header of a frame that is sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) payload_bytes: usize,
    /// Up to where the file was durable when the frame was written.
    pub(crate) flushed: u64,
    pub(crate) payload_crc: u32,
}

/// A frame with its header, for this place in the file.
pub(crate) fn frame(payload: &[u8], offset: u64, flushed: u64) -> BytesMut {
    let mut frame = BytesMut::with_capacity(HEADER_BYTES + payload.len());
    frame.put_slice(&MARKER);
    // A payload is bounded by MAX_PAYLOAD_BYTES, which fits.
    frame.put_u32_le(u32::try_from(payload.len()).unwrap_or(u32::MAX));
    frame.put_u64_le(flushed);
    frame.put_u32_le(crc32fast::hash(payload));
    frame.put_u32_le(header_crc(&frame, offset));
    frame.put_slice(payload);
    frame
}

/// Reads the header of a frame at this place; `None` if it is not one.
pub(crate) fn header(bytes: &[u8], offset: u64) -> Option<Header> {
    let (covered, mut checksum) = bytes.get(..HEADER_BYTES)?.split_at(HEADER_BYTES - 4);
    if !covered.starts_with(&MARKER) || checksum.get_u32_le() != header_crc(covered, offset) {
        return None;
    }
    let mut fields = &covered[MARKER.len()..];
    let payload_bytes = fields.get_u32_le() as usize;
    let (flushed, payload_crc) = (fields.get_u64_le(), fields.get_u32_le());
    let sane = (1..=MAX_PAYLOAD_BYTES).contains(&payload_bytes) && flushed <= offset;
    sane.then_some(Header { payload_bytes, flushed, payload_crc })
}

fn header_crc(covered: &[u8], offset: u64) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(covered);
    hasher.update(&offset.to_le_bytes());
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_only_one_where_it_was_written() {
        let written = frame(b"payload", 4096, 40);
        let expect =
            Header { payload_bytes: 7, flushed: 40, payload_crc: crc32fast::hash(b"payload") };
        assert_eq!(header(&written, 4096), Some(expect));
        assert_eq!(header(&written, 4097), None);
        assert_eq!(header(&written[..HEADER_BYTES - 1], 4096), None);
    }

    #[test]
    fn every_bit_of_a_header_counts() {
        let written = frame(b"payload", 40, 40);
        for bit in 0..HEADER_BYTES * 8 {
            let mut flipped = written.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(header(&flipped, 40), None, "bit {bit}");
        }
    }

    /// What a file system may leave after a power cut.
    #[test]
    fn zeros_are_no_frame() {
        assert_eq!(header(&[0; 64], 0), None);
        assert_eq!(check_file_header(&[0; 40], Kind::Log), Err(BadHeader::Damaged));
    }

    #[test]
    fn the_file_header_keeps_its_bytes() {
        assert_eq!(check_file_header(&file_header(Kind::Log), Kind::Log), Ok(()));
        let expect = [b"GANTLJNL\x01\x00\x02\x00\x00\x00\x00\x00".as_slice(), &[7; 16]].concat();
        assert_eq!(file_header(Kind::Transcript([7; 16]))[..32], expect);
        assert_eq!(file_header(Kind::Log).len() as u64, FILE_HEADER_BYTES);
    }

    /// R20: after a downgrade the file says that it is of a later release, not that it is damaged.
    #[test]
    fn a_later_format_is_not_damage() {
        let mut later = file_header(Kind::Log).to_vec();
        later[8] = 9;
        let crc = crc32fast::hash(&later[..32]);
        later[32..36].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(check_file_header(&later, Kind::Log), Err(BadHeader::Version(9)));
        later[20] = 1;
        assert_eq!(check_file_header(&later, Kind::Log), Err(BadHeader::Damaged));
    }

    #[test]
    fn a_transcript_of_another_session_is_not_taken() {
        let header = file_header(Kind::Transcript([7; 16]));
        let other = check_file_header(&header, Kind::Transcript([8; 16]));
        assert_eq!(other, Err(BadHeader::Damaged));
    }
}
