//! What comes from the machine: its link, its stream, its output and screens.

use bytes::Bytes;
use model::Tick;
use terminal::viewer::Gap;
use terminal::{Ring, Upstream};
use wire::stream::Screen;

use super::{Orders, RING_BYTES, State, Stream, UPSTREAM_WINDOW_BYTES};
use crate::acquaintance::Unknown;

impl State {
    pub(in crate::terminals) fn link_up(&mut self) {
        self.link_up = true;
        self.stream = Stream::Closed;
        self.open_stream();
        // The machine drops what it has had.
        self.orders.input.extend(self.typing.unacknowledged());
        self.orders.resize = Some((self.keyboard.lease(), self.keyboard.size()));
    }

    pub(in crate::terminals) fn link_down(&mut self) {
        self.link_up = false;
        self.stream = Stream::Closed;
    }

    /// Keeps a stream open, unless the machine does not know the session yet: then it is asked
    /// again as soon as it may.
    pub(super) fn keep_stream_open(&mut self) {
        if !self.acquaintance.is_to_be_made() {
            self.open_stream();
        }
    }

    fn open_stream(&mut self) {
        if !self.link_up || self.ended.is_some() || !matches!(self.stream, Stream::Closed) {
            return;
        }
        let from = self.ring.as_ref().map_or(self.resume_from, Ring::end);
        let upstream = Upstream::new(from.min(u64::MAX / 2), UPSTREAM_WINDOW_BYTES);
        self.orders.open = Some((from, upstream.credit()));
        self.stream = Stream::Opening(upstream);
    }

    pub(in crate::terminals) fn not_opened(&mut self) {
        self.stream = Stream::Closed;
    }

    pub(in crate::terminals) fn opened(&mut self, id: u64, _epoch: u64) {
        match std::mem::replace(&mut self.stream, Stream::Closed) {
            Stream::Opening(upstream) => self.stream = Stream::Open { id, upstream },
            other => self.stream = other,
        }
    }

    pub(in crate::terminals) fn closed(&mut self, now: Tick, code: &str, message: &str) {
        self.stream = Stream::Closed;
        match code {
            "unknown_session"
                if !self.had_ended && self.acquaintance.unknown(now) == Unknown::Yet => {}
            "ended" | "unknown_session" => {
                self.ended = Some(message.to_owned());
                // Nothing will come any more, so what there is, is all.
                self.ring.get_or_insert_with(|| Ring::new(1));
            }
            _ => self.link_up = false,
        }
    }

    /// Whether the machine may know by now what it did not know before.
    pub(in crate::terminals) fn is_to_be_asked_again(&self) -> bool {
        let is_closed = matches!(self.stream, Stream::Closed);
        self.link_up && is_closed && self.acquaintance.is_to_be_made()
    }

    /// Asks the machine again; what it was sent meanwhile it has dropped, so it is sent again.
    pub(in crate::terminals) fn ask_again(&mut self) {
        if self.is_to_be_asked_again() {
            self.link_up();
        }
    }

    pub(in crate::terminals) fn output(&mut self, offset: u64, data: &Bytes) {
        self.acquaintance.known();
        let ring = self.ring.get_or_insert_with(|| Ring::starting_at(offset, RING_BYTES));
        if ring.append_at(offset, data).is_err() {
            // A machine that skips bytes without a screen: go on behind them, viewers see a gap.
            ring.restart_at(offset);
            self.screen = None;
            let _ = ring.append_at(offset, data);
        }
    }

    /// The machine has left out what it no longer holds, and sends the screen.
    pub(in crate::terminals) fn screen_came(&mut self, screen: Screen) {
        self.acquaintance.known();
        let from = self.ring.as_ref().map_or(screen.offset, Ring::end);
        let upstream = match &mut self.stream {
            Stream::Opening(upstream) | Stream::Open { upstream, .. } => Some(upstream),
            Stream::Closed => None,
        };
        match (&mut self.ring, upstream) {
            (Some(ring), upstream) => {
                ring.restart_at(screen.offset);
                if let Some(upstream) = upstream {
                    upstream.jumped(Gap { from, to: screen.offset });
                }
            }
            (None, upstream) => {
                self.ring = Some(Ring::starting_at(screen.offset, RING_BYTES));
                if let Some(upstream) = upstream {
                    *upstream = Upstream::new(screen.offset, UPSTREAM_WINDOW_BYTES);
                }
            }
        }
        self.screen = Some(screen);
    }

    /// A screen that was asked for.
    pub(in crate::terminals) fn fetched(&mut self, screen: Screen) {
        // It says how far the terminal is. Where that is not as far as the first viewer was, the
        // machine sends a screen by itself.
        if self.ring.is_none() && self.resume_from <= screen.offset {
            self.ring = Some(Ring::starting_at(self.resume_from, RING_BYTES));
        }
        if self.screen.as_ref().is_none_or(|known| known.offset <= screen.offset) {
            self.screen = Some(screen);
        }
    }

    pub(in crate::terminals) fn close_stream(&mut self) -> Orders {
        match std::mem::replace(&mut self.stream, Stream::Closed) {
            Stream::Open { id, .. } => Orders { close: Some(id), ..Orders::default() },
            _ => Orders::default(),
        }
    }

    /// The link could not take some input. What comes after it is of no use without it: the
    /// machine refuses it because of the hole.
    pub(in crate::terminals) fn input_lost(&mut self, lease: u64, seq: u64) {
        if lease == self.keyboard.lease() {
            self.lost_input = Some(self.lost_input.map_or(seq, |lost| lost.min(seq)));
        }
    }
}
