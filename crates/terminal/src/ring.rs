//! The last bytes of a terminal, each at its offset since the terminal began.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Bytes live in blocks of this size; a full block is handed out without copying.
const BLOCK_BYTES: usize = 64 * 1024;

/// The first allocation of a terminal that has said something.
const FIRST_BYTES: usize = 1024;

/// A bounded memory of one byte stream. What falls out is the oldest.
///
/// An idle ring holds no memory; a busy one grows block by block up to its capacity and then
/// reuses the block that falls out, unless a reader still holds it.
#[derive(Debug)]
pub struct Ring {
    capacity: usize,
    block_bytes: usize,
    /// Offset of the first byte of the first block.
    base: u64,
    /// Each exactly `block_bytes` long.
    sealed: VecDeque<Bytes>,
    /// Shorter than `block_bytes`.
    tail: BytesMut,
    spare: Option<BytesMut>,
    /// Lowest offset ever held; higher than `base` is possible, lower is not.
    start: u64,
}

/// Some bytes and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Offset of the first byte since the terminal began.
    pub offset: u64,
    /// The bytes, never empty.
    pub data: Bytes,
}

impl Chunk {
    /// Offset after the last byte.
    pub fn end(&self) -> u64 {
        self.offset + self.data.len() as u64
    }
}

/// What is there at an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// Bytes from exactly there.
    Chunk(Chunk),
    /// Nothing yet; the next byte will come here.
    CaughtUp,
    /// The bytes are no longer held.
    TooOld {
        /// The lowest offset that is.
        oldest: u64,
    },
    /// No byte with this offset has ever been here: it belongs to another stream.
    Unknown {
        /// Where this stream ends.
        end: u64,
    },
}

/// Bytes came that do not follow the last ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bytes {expected} to {got} of the terminal are missing")]
pub struct Hole {
    /// The offset that should have come.
    pub expected: u64,
    /// The offset that came.
    pub got: u64,
}

impl Ring {
    /// Makes an empty ring for the last `capacity` bytes (at least 1) of a stream that begins.
    pub fn new(capacity: usize) -> Self {
        Self::starting_at(0, capacity)
    }

    /// Makes an empty ring for a stream of which the bytes before `offset` are elsewhere.
    pub fn starting_at(offset: u64, capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self {
            capacity,
            block_bytes: (capacity / 8).clamp(1, BLOCK_BYTES),
            base: offset,
            sealed: VecDeque::new(),
            tail: BytesMut::new(),
            spare: None,
            start: offset,
        }
    }

    /// Offset after the last byte.
    pub fn end(&self) -> u64 {
        self.base + (self.sealed.len() * self.block_bytes + self.tail.len()) as u64
    }

    /// Lowest offset that is held; equal to [`Self::end`] if nothing is.
    pub fn oldest(&self) -> u64 {
        self.start.max(self.end().saturating_sub(self.capacity as u64))
    }

    /// How many bytes are held at most.
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Takes on the next bytes and answers the offset after them.
    pub fn append(&mut self, data: &[u8]) -> u64 {
        let dropped = data.len().saturating_sub(self.capacity);
        if dropped > 0 {
            self.restart_at(self.end() + dropped as u64);
        }
        let mut rest = &data[dropped..];
        while !rest.is_empty() {
            let room = self.block_bytes - self.tail.len();
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.extend_tail(now);
            rest = later;
        }
        self.release_blocks();
        self.end()
    }

    /// Takes on bytes that carry their offset. What is held already is skipped; a hole is refused
    /// and changes nothing.
    pub fn append_at(&mut self, offset: u64, data: &[u8]) -> Result<u64, Hole> {
        let expected = self.end();
        let Some(overlap) = expected.checked_sub(offset) else {
            return Err(Hole { expected, got: offset });
        };
        let overlap = usize::try_from(overlap).unwrap_or(usize::MAX).min(data.len());
        Ok(self.append(&data[overlap..]))
    }

    /// Forgets everything and goes on from `offset`: after a gap.
    pub fn restart_at(&mut self, offset: u64) {
        self.sealed.clear();
        self.tail.clear();
        self.base = offset;
        self.start = offset;
    }

    /// Reads at most `max` bytes from `offset` on; fewer where a block ends.
    pub fn read(&self, offset: u64, max: usize) -> Read {
        let (oldest, end) = (self.oldest(), self.end());
        if offset < oldest {
            return Read::TooOld { oldest };
        }
        if offset > end {
            return Read::Unknown { end };
        }
        if offset == end || max == 0 {
            return Read::CaughtUp;
        }
        Read::Chunk(Chunk { offset, data: self.slice(offset, max) })
    }

    /// Every byte that is held from `offset` on, block by block, without copying.
    pub(crate) fn slices(&self, offset: u64) -> impl Iterator<Item = &[u8]> {
        let from = offset.clamp(self.oldest(), self.end()) - self.base;
        // Blocks in memory are counted by `usize`, so an offset into them fits.
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let (block, within) = (from / self.block_bytes, from % self.block_bytes);
        let blocks = self.sealed.iter().map(|sealed| &sealed[..]).chain([&self.tail[..]]);
        blocks.skip(block).enumerate().map(move |(index, bytes)| match index {
            0 => &bytes[within..],
            _ => bytes,
        })
    }

    fn slice(&self, offset: u64, max: usize) -> Bytes {
        let from = usize::try_from(offset - self.base).unwrap_or(usize::MAX);
        let (block, within) = (from / self.block_bytes, from % self.block_bytes);
        match self.sealed.get(block) {
            Some(sealed) => sealed.slice(within..within.saturating_add(max).min(sealed.len())),
            // The tail still grows, so what is read of it is the one copy of the read path.
            None => {
                let to = within.saturating_add(max).min(self.tail.len());
                Bytes::copy_from_slice(&self.tail[within..to])
            }
        }
    }

    fn extend_tail(&mut self, data: &[u8]) {
        let wanted = self.tail.len() + data.len();
        if wanted > self.tail.capacity() {
            self.grow_tail(wanted);
        }
        self.tail.extend_from_slice(data);
        if self.tail.len() == self.block_bytes {
            self.sealed.push_back(std::mem::take(&mut self.tail).freeze());
        }
    }

    /// A stream that has filled a block will fill the next one: it gets a whole one at once.
    fn grow_tail(&mut self, wanted: usize) {
        let bytes = if self.sealed.is_empty() {
            wanted.next_power_of_two().clamp(FIRST_BYTES.min(self.block_bytes), self.block_bytes)
        } else {
            self.block_bytes
        };
        let spare = self.spare.take().filter(|spare| spare.capacity() >= bytes);
        let mut grown = spare.unwrap_or_else(|| BytesMut::with_capacity(bytes));
        grown.extend_from_slice(&self.tail);
        self.tail = grown;
    }

    fn release_blocks(&mut self) {
        let oldest = self.oldest();
        while !self.sealed.is_empty() && self.base + self.block_bytes as u64 <= oldest {
            self.base += self.block_bytes as u64;
            let block = self.sealed.pop_front().and_then(|block| block.try_into_mut().ok());
            if let Some(mut block) = block {
                block.clear();
                self.spare = Some(block);
            }
        }
    }
}

#[cfg(test)]
mod tests;
