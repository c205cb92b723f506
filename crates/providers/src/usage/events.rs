//! The events of a stream, of which only those that tell usage are parsed.

use super::{FieldReader, Found, Tally};
use crate::json::Skimmer;
use crate::sse::Lines;

/// Reads the events of a stream one after the other.
#[derive(Debug)]
pub(super) struct EventReader {
    skimmer: Skimmer,
    found: Found,
    event: Event,
}

/// What is known of the event that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// None of its data has come.
    Fresh,
    /// It is being parsed.
    Parsed,
    /// It tells nothing, or it is not JSON.
    Ignored,
}

/// Hears the lines of a stream for an [`EventReader`].
pub(super) struct Listener<'a> {
    reader: FieldReader,
    events: &'a mut EventReader,
    tally: &'a mut Tally,
}

impl EventReader {
    pub(super) fn new() -> Self {
        Self { skimmer: Skimmer::new(), found: Found::default(), event: Event::Fresh }
    }

    pub(super) const fn listen<'a>(
        &'a mut self,
        reader: FieldReader,
        tally: &'a mut Tally,
    ) -> Listener<'a> {
        Listener { reader, events: self, tally }
    }
}

impl Listener<'_> {
    fn parse(&mut self, piece: &[u8]) {
        let events = &mut *self.events;
        if events.event == Event::Fresh {
            events.skimmer.restart();
            events.found = Found::default();
            events.event = Event::Parsed;
        }
        if events.event != Event::Parsed {
            return;
        }
        let mut fields = self.reader.visit(&mut events.found);
        if events.skimmer.push(piece, &mut fields).is_err() {
            events.event = Event::Ignored;
        }
    }
}

impl Lines for Listener<'_> {
    fn data(&mut self, value: &[u8]) {
        if value == b"[DONE]" {
            self.tally.finished = true;
            return;
        }
        self.tally.estimate.line(self.reader, value.len());
        // A line that is a whole object and says nothing of usage needs no parsing. An event
        // may also be spread over lines; then each of them is part of one document.
        let whole = value.starts_with(b"{") && value.ends_with(b"}");
        if self.events.event == Event::Fresh && whole && !self.reader.may_tell_usage(value) {
            self.events.event = Event::Ignored;
            return;
        }
        self.parse(value);
        self.parse(b"\n");
    }

    fn long_data(&mut self, piece: &[u8]) {
        self.tally.estimate.piece(piece.len());
        self.parse(piece);
    }

    fn long_data_ended(&mut self) {
        self.tally.estimate.long_line(self.reader);
        self.parse(b"\n");
    }

    fn name(&mut self, value: &[u8]) {
        self.tally.finished |= self.reader.ends_stream(value);
    }

    fn event_ended(&mut self) {
        let parsed = std::mem::replace(&mut self.events.event, Event::Fresh) == Event::Parsed;
        let found = std::mem::take(&mut self.events.found);
        let mut ignored = Found::default();
        let mut fields = self.reader.visit(&mut ignored);
        if parsed && self.events.skimmer.finish(&mut fields).is_ok() {
            self.tally.commit(found);
        }
    }
}
