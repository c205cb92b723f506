//! What one viewer gets next.
//!
//! Fan-out is pulled: every viewer is a place in the one ring, and nothing waits in a queue for
//! it. A viewer that falls behind costs nothing; when its bytes are no longer held, it gets the
//! screen as it is and is told which bytes it has missed.

use std::time::Duration;

use model::Tick;

use crate::ring::{Chunk, Read, Ring};

/// How long a viewer may use up its window without acknowledging anything before the others stop
/// waiting for it.
pub const STALLED_AFTER: Duration = Duration::from_secs(2);

/// How much may be on its way to a viewer: enough for a fast line, not enough to fill the memory
/// of a browser that is busy drawing.
pub const WINDOW_BYTES: u64 = 512 * 1024;

/// One viewer's place in a terminal's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    place: Place,
    /// Everything before this offset has been drawn by the viewer, as it says.
    acknowledged: Option<u64>,
    /// Where the window begins: at what was acknowledged, or at a first screen. Never above the
    /// place.
    window_start: u64,
    window_bytes: u64,
    /// The offset of the last screen. It may be ahead of the ring: a screen can overtake output.
    screen_offset: Option<u64>,
    /// Since when the window has been used up without an acknowledgement.
    blocked_since: Option<Tick>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The next byte is at this offset.
    At(u64),
    /// Only a screen helps.
    Lost { from: Option<u64> },
    /// The screen has been asked for.
    Awaiting { from: Option<u64> },
}

/// What to do for a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send these bytes; the viewer's place is behind them already.
    Send(Chunk),
    /// Get a screen and give its offset to [`Viewer::screen`]. Said once for each screen needed.
    NeedScreen,
    /// Nothing, until this happens.
    Wait(Until),
}

/// What a viewer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// More output.
    Output,
    /// An acknowledgement.
    Acknowledged,
    /// The screen it needs.
    Screen,
}

/// Bytes that a viewer will never get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub from: u64,
    /// The one after the last.
    pub to: u64,
}

impl Viewer {
    /// A viewer that has seen nothing: it needs a screen first.
    pub fn new(window_bytes: u64) -> Self {
        Self {
            place: Place::Lost { from: None },
            acknowledged: None,
            window_start: 0,
            window_bytes: window_bytes.max(1),
            screen_offset: None,
            blocked_since: None,
        }
    }

    /// A viewer that has drawn everything before `offset`.
    pub fn resuming(offset: u64, window_bytes: u64) -> Self {
        Self {
            place: Place::At(offset),
            acknowledged: Some(offset),
            window_start: offset,
            ..Self::new(window_bytes)
        }
    }

    /// Whether the next byte for it is the one at `offset`.
    pub fn is_at(&self, offset: u64) -> bool {
        self.place == Place::At(offset)
    }

    /// Says what to do, at most `max` bytes at a time.
    pub fn next(&mut self, now: Tick, ring: &Ring, max: usize) -> Next {
        let offset = match self.place {
            Place::At(offset) => offset,
            Place::Lost { from } => return self.ask(from),
            Place::Awaiting { .. } => return Next::Wait(Until::Screen),
        };
        let credit = self.window_bytes.saturating_sub(offset - self.window_start);
        if credit == 0 {
            self.blocked_since.get_or_insert(now);
            return Next::Wait(Until::Acknowledged);
        }
        let max = usize::try_from(credit).unwrap_or(usize::MAX).min(max);
        match ring.read(offset, max) {
            Read::Chunk(chunk) => {
                self.place = Place::At(chunk.end());
                Next::Send(chunk)
            }
            Read::CaughtUp => Next::Wait(Until::Output),
            Read::Unknown { .. } if self.screen_offset == Some(offset) => Next::Wait(Until::Output),
            Read::TooOld { .. } => self.ask(Some(offset)),
            // The viewer comes from another life of the terminal; its offsets mean nothing here.
            Read::Unknown { .. } => self.ask(None),
        }
    }

    /// Puts the viewer behind a screen that has just been sent to it, and answers what it has
    /// missed.
    pub fn screen(&mut self, offset: u64) -> Option<Gap> {
        let from = match self.place {
            Place::At(from) => Some(from),
            Place::Lost { from } | Place::Awaiting { from } => from,
        };
        self.place = Place::At(offset);
        self.screen_offset = Some(offset);
        // A viewer that has missed something may still have to draw what came before it.
        if from.is_none_or(|from| from > offset) {
            self.acknowledged = None;
            self.window_start = offset;
        }
        from.filter(|from| *from < offset).map(|from| Gap { from, to: offset })
    }

    /// Notes that the viewer has drawn everything before `offset`. What it cannot have drawn is
    /// not believed.
    pub fn acknowledge(&mut self, offset: u64) {
        let sent = match self.place {
            Place::At(offset) => offset,
            Place::Lost { from } | Place::Awaiting { from } => from.unwrap_or(0),
        };
        let is_news = self.acknowledged.is_none_or(|before| offset > before);
        if is_news && (self.window_start..=sent).contains(&offset) {
            self.acknowledged = Some(offset);
            self.window_start = offset;
            self.blocked_since = None;
        }
    }

    /// Whether nobody waits for this viewer any more: its window has been used up for
    /// [`STALLED_AFTER`] without a sign of life.
    pub fn is_stalled(&self, now: Tick) -> bool {
        let blocked = self.blocked_since.map(|since| now.since(since));
        blocked.is_some_and(|time| time >= STALLED_AFTER) && !cfg!(feature = "mutant-sleeper-holds")
    }

    /// How far it has drawn, if it draws: `None` until it has drawn its first screen, and while it
    /// is stalled or waits for a screen.
    pub fn drawn(&self, now: Tick) -> Option<u64> {
        let draws = matches!(self.place, Place::At(_)) && !self.is_stalled(now);
        self.acknowledged.filter(|_| draws)
    }

    fn ask(&mut self, from: Option<u64>) -> Next {
        self.place = Place::Awaiting { from };
        Next::NeedScreen
    }
}

#[cfg(test)]
mod tests;
