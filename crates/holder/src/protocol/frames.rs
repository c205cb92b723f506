//! Messages cut out of a stream of bytes.

use std::io;

use bytes::{Buf, Bytes, BytesMut};

use super::{MAX_FRAME_BYTES, Malformed};
use crate::local::Stream;

/// What is made room for where nothing is known of what comes.
const FIRST_BYTES: usize = 4 * 1024;

const HEAD: usize = size_of::<u32>();

/// Bytes that have come and are not read yet.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: BytesMut,
}

/// What reading has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// There may be messages.
    Some,
    /// There is nothing at the moment.
    Nothing,
    /// The other side is gone.
    End,
}

impl Frames {
    /// Reads what has come, without waiting.
    pub(crate) fn fill(&mut self, stream: &Stream) -> io::Result<Filled> {
        self.make_room();
        match stream.try_read_buf(&mut self.bytes) {
            Ok(0) => Ok(Filled::End),
            Ok(_) => Ok(Filled::Some),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Filled::Nothing),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(Filled::End),
            Err(error) => Err(error),
        }
    }

    /// The next whole message: its kind and its fields.
    pub fn take(&mut self) -> Result<Option<(u8, Bytes)>, Malformed> {
        let Some(length) = self.length()? else { return Ok(None) };
        if self.bytes.len() < HEAD + length {
            return Ok(None);
        }
        self.bytes.advance(HEAD);
        let kind = self.bytes[0];
        self.bytes.advance(1);
        Ok(Some((kind, self.bytes.split_to(length - 1).freeze())))
    }

    /// How long the next message is with its kind, once that is known.
    fn length(&self) -> Result<Option<usize>, Malformed> {
        let Some(head) = self.bytes.first_chunk::<HEAD>() else { return Ok(None) };
        match u32::from_le_bytes(*head) as usize {
            0 => Err(Malformed::Short),
            length if length > MAX_FRAME_BYTES => Err(Malformed::TooLong(length)),
            length => Ok(Some(length)),
        }
    }

    /// Room for the rest of the message that has begun to come, so that it is read at once.
    fn make_room(&mut self) {
        let whole = match self.length() {
            Ok(Some(length)) => HEAD + length,
            _ => 0,
        };
        let missing = whole.saturating_sub(self.bytes.len());
        self.bytes.reserve(missing.max(FIRST_BYTES));
    }

    /// Takes on bytes as if they had come.
    #[cfg(test)]
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
}
