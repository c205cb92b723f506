//! The machine's half of a terminal: its bytes and its screen.

use bytes::Bytes;

use crate::ring::{Read, Ring};
use crate::{Screen, Size};

/// Looking ahead does not pay for less than this.
const WORTH_LOOKING_BYTES: u64 = 64 * 1024;

/// How far ahead is looked at once.
const LOOK_BYTES: u64 = 1024 * 1024;

/// How much is drawn between two looks at the time or the output ahead.
const STEP_BYTES: u64 = 4096;

/// How much a terminal remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Bytes of output.
    pub ring_bytes: usize,
    /// Rows above the screen.
    pub history_rows: usize,
}

impl Default for Memory {
    /// What a machine keeps of each terminal.
    fn default() -> Self {
        Self { ring_bytes: 8 * 1024 * 1024, history_rows: 500 }
    }
}

/// How a terminal's program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It returned this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
    /// It is gone, and nobody saw how.
    Unseen,
}

/// A screen, written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Output goes on from here.
    pub offset: u64,
    /// The size it is written for.
    pub size: Size,
    /// Bytes that lead a fresh terminal of that size to the screen.
    pub data: Bytes,
}

/// A terminal as its machine keeps it.
///
/// Output is only stored when it comes. It is drawn when somebody asks for the screen, when the
/// size changes, and just before it falls out of the ring; [`Terminal::draw`] does some of it
/// ahead, where there is time.
#[derive(Debug)]
pub struct Terminal {
    ring: Ring,
    screen: Screen,
    /// Offset up to which the screen is drawn; never below the oldest byte of the ring.
    drawn: u64,
    /// Offset up to which output has been looked at ahead of drawing. Beyond it none is left out.
    looked_to: u64,
    exit: Option<Exit>,
}

impl Terminal {
    /// Makes a terminal that has said nothing.
    pub fn new(size: Size, memory: Memory) -> Self {
        Self {
            ring: Ring::new(memory.ring_bytes),
            screen: Screen::new(size, memory.history_rows),
            drawn: 0,
            looked_to: 0,
            exit: None,
        }
    }

    /// A terminal that somebody else has kept until now: the output that is still there, and the
    /// screen at its end, written down.
    pub fn restored(size: Size, memory: Memory, ring: Ring, screen: &[u8]) -> Self {
        let mut drawn = Screen::new(size, memory.history_rows);
        drawn.feed(screen);
        let end = ring.end();
        Self { ring, screen: drawn, drawn: end, looked_to: end, exit: None }
    }

    /// Takes on output and answers the offset after it.
    ///
    /// Draws what would fall out of the ring undrawn. A caller that must not be kept long asks for
    /// [`Self::room_bytes`] before and draws in small steps.
    pub fn append(&mut self, bytes: &[u8]) -> u64 {
        let overflow = (bytes.len() as u64).saturating_sub(self.room_bytes());
        let undrawn = self.ring.end() - self.drawn;
        self.draw_to(self.drawn + overflow.min(undrawn));
        // Output that is larger than the ring does not pass through it whole.
        let unkept = usize::try_from(overflow.saturating_sub(undrawn)).unwrap_or(usize::MAX);
        self.screen.feed(&bytes[..unkept]);
        self.drawn += unkept as u64;
        self.ring.append(bytes)
    }

    /// How many bytes may be appended before some must be drawn.
    pub fn room_bytes(&self) -> u64 {
        self.ring.capacity() as u64 - (self.ring.end() - self.drawn)
    }

    /// Reads at most `max` bytes from `offset` on.
    pub fn read_from(&self, offset: u64, max: usize) -> Read {
        self.ring.read(offset, max)
    }

    /// The bytes.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// Does about as much work as drawing `max_bytes` takes, and answers how many bytes are still
    /// undrawn. Text that scrolls away unseen costs next to nothing.
    pub fn draw(&mut self, max_bytes: u64) -> u64 {
        let mut left = max_bytes;
        while left > 0 && self.drawn < self.ring.end() {
            let before = self.drawn;
            let step = if self.screen.leaves_out() { STEP_BYTES } else { STEP_BYTES.min(left) };
            self.draw_to((before + step).min(self.ring.end()));
            let cost = if self.screen.leaves_out() { 1 } else { self.drawn - before };
            left = left.saturating_sub(cost);
        }
        self.ring.end() - self.drawn
    }

    /// The screen after all output so far.
    pub fn screen(&mut self) -> &Screen {
        self.draw_to(self.ring.end());
        &self.screen
    }

    /// Writes down the screen after all output so far, with up to `history_rows` rows above it.
    pub fn snapshot(&mut self, history_rows: usize) -> Snapshot {
        let data = self.screen().snapshot(history_rows);
        Snapshot { offset: self.drawn, size: self.size(), data }
    }

    /// The size.
    pub fn size(&self) -> Size {
        self.screen.size()
    }

    /// Changes the size, after all output so far.
    pub fn resize(&mut self, size: Size) {
        if size != self.size() {
            self.draw_to(self.ring.end());
            self.screen.resize(size);
        }
    }

    /// Notes how the program ended; the first time counts. Its output must have been appended.
    pub fn exit(&mut self, exit: Exit) {
        self.exit.get_or_insert(exit);
    }

    /// How the program ended, if it has.
    pub fn exited(&self) -> Option<Exit> {
        self.exit
    }

    fn draw_to(&mut self, offset: u64) {
        while self.drawn < offset {
            self.look_ahead();
            let to = offset.min(self.looked_to.max(self.drawn + STEP_BYTES));
            self.feed_to(to);
        }
    }

    /// Where much is undrawn, finds out how much of it need not be.
    fn look_ahead(&mut self) {
        let undrawn = self.ring.end() - self.drawn;
        if self.drawn < self.looked_to || undrawn < WORTH_LOOKING_BYTES {
            return;
        }
        self.looked_to = self.drawn + undrawn.min(LOOK_BYTES);
        self.screen.look_ahead(slices(&self.ring, self.drawn, self.looked_to));
    }

    fn feed_to(&mut self, offset: u64) {
        slices(&self.ring, self.drawn, offset).for_each(|bytes| self.screen.feed(bytes));
        self.drawn = offset;
    }
}

/// The bytes from `from` to `to`, which are in the ring.
fn slices(ring: &Ring, from: u64, to: u64) -> impl Iterator<Item = &[u8]> {
    let mut left = usize::try_from(to - from).unwrap_or(usize::MAX);
    ring.slices(from).map_while(move |bytes| {
        let now = left.min(bytes.len());
        left -= now;
        (now > 0).then_some(&bytes[..now])
    })
}

#[cfg(test)]
mod tests;
