//! Which streams are open on a link. The server chooses their numbers, each higher than the ones
//! before, so that a number is never used twice.

use std::collections::BTreeSet;

use wire::limits::MAX_STREAMS;

/// Which streams are open.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    last: u64,
    /// At most [`MAX_STREAMS`].
    open: BTreeSet<u64>,
}

/// Why a stream cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotOpened {
    /// Its number is not higher than the one before.
    Number,
    /// As many are open as may be.
    TooMany,
}

/// Where a stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It may carry something.
    Open,
    /// It has ended; what still arrives for it was on its way.
    Over,
    /// There has been no such stream.
    Never,
}

impl Streams {
    /// The number for the next stream.
    pub(crate) fn next_id(&self) -> u64 {
        self.last.saturating_add(1)
    }

    /// Opens a stream.
    pub(crate) fn open(&mut self, id: u64) -> Result<(), NotOpened> {
        self.may_open(id)?;
        self.note_open(id);
        Ok(())
    }

    /// Whether a stream with this number could be opened.
    pub(crate) fn may_open(&self, id: u64) -> Result<(), NotOpened> {
        if id <= self.last {
            return Err(NotOpened::Number);
        }
        if self.open.len() >= MAX_STREAMS {
            return Err(NotOpened::TooMany);
        }
        Ok(())
    }

    /// Notes that a stream that [may be opened](Self::may_open) was.
    pub(crate) fn note_open(&mut self, id: u64) {
        self.last = id;
        self.open.insert(id);
    }

    /// Ends a stream.
    pub(crate) fn end(&mut self, id: u64) {
        self.open.remove(&id);
    }

    /// Where a stream stands.
    pub(crate) fn standing(&self, id: u64) -> Standing {
        if self.open.contains(&id) {
            return Standing::Open;
        }
        if id <= self.last { Standing::Over } else { Standing::Never }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_never_used_twice() {
        let mut streams = Streams::default();
        streams.open(3).unwrap();
        streams.end(3);
        assert_eq!(streams.open(3), Err(NotOpened::Number));
        assert_eq!(streams.open(2), Err(NotOpened::Number));
        assert_eq!(streams.next_id(), 4);
    }

    #[test]
    fn what_ended_is_not_what_never_was() {
        let mut streams = Streams::default();
        streams.open(1).unwrap();
        assert_eq!(streams.standing(1), Standing::Open);
        streams.end(1);
        assert_eq!(streams.standing(1), Standing::Over);
        assert_eq!(streams.standing(2), Standing::Never);
    }

    /// S122: a link has so many streams and no more.
    #[test]
    fn streams_are_bounded() {
        let mut streams = Streams::default();
        for id in 1..=MAX_STREAMS as u64 {
            streams.open(id).unwrap();
        }
        assert_eq!(streams.open(streams.next_id()), Err(NotOpened::TooMany));
        streams.end(1);
        assert_eq!(streams.open(streams.next_id()), Ok(()));
    }
}
