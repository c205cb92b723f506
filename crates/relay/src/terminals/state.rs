//! What all viewers of a terminal share, while it is locked. No waiting and no sending happens
//! here: what is to be sent is left in [`Orders`].

mod machine;

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use model::{Tick, UserId, ViewerId};
use terminal::keyboard::{Event, IDLE_AFTER, Part, Refused, Seat};
use terminal::typing::{Keystrokes, TYPED_AHEAD_BYTES};
use terminal::viewer::{Gap, Next, WINDOW_BYTES};
use terminal::{Keyboard, Ring, Size, Typing, Upstream, Viewer};
use wire::stream::Screen;

use crate::acquaintance::Acquaintance;

use super::view::{Attach, Holder, Keyboard as KeyboardNews, TerminalEvent, Typed};

/// Output kept on the server for viewers that are a little behind.
const RING_BYTES: usize = 1024 * 1024;

/// How far the machine may send ahead of the fastest viewer.
const UPSTREAM_WINDOW_BYTES: u64 = 768 * 1024;

/// Output in one message to a viewer.
const MESSAGE_BYTES: usize = 64 * 1024;

/// How much may have come after a screen for it to be of use to the next viewer.
const SCREEN_STAYS_FRESH_BYTES: u64 = 128 * 1024;

/// How long the seat of a viewer whose connection was lost is kept.
const SEAT_KEPT: Duration = Duration::from_secs(15);

/// Pieces of input that are sent again at once; each acknowledgement brings the next ones.
const AGAIN_AT_ONCE: usize = 64;

/// An offset that no terminal has: asked for output from there, a machine sends a screen.
const NOWHERE: u64 = u64::MAX;

pub(super) struct State {
    /// `None` until the machine has said where the output stands.
    ring: Option<Ring>,
    /// The newest screen that came, as long as the ring still holds what came after it.
    screen: Option<Screen>,
    keyboard: Keyboard,
    typing: Typing,
    /// Number of the last input under the lease in force.
    typed: u64,
    /// The last input that reached the program, with its lease.
    acknowledged: (u64, u64),
    seats: HashMap<ViewerId, Seated>,
    /// How often somebody sat down.
    sittings: u64,
    /// Number of the first input that the link could not take; it and what follows is to be sent
    /// again.
    lost_input: Option<u64>,
    stream: Stream,
    /// Where the first viewer wants to go on.
    resume_from: u64,
    link_up: bool,
    acquaintance: Acquaintance,
    /// Whether the program had ended when the first viewer came.
    had_ended: bool,
    ended: Option<String>,
    orders: Orders,
}

/// One viewer.
struct Seated {
    viewer: Viewer,
    /// Which view sits here; an earlier one of the same viewer has lost the seat to it.
    sitting: u64,
    person: UserId,
    name: String,
    /// Since when its connection is lost.
    gone_at: Option<Tick>,
    wants_screen: bool,
    /// What it was told.
    told: Told,
}

#[derive(Default)]
struct Told {
    link_up: Option<bool>,
    lease: Option<(u64, Option<ViewerId>)>,
    size: Option<Size>,
    acknowledged: (u64, u64),
    ended: bool,
    screen_after_gap: Option<Screen>,
}

enum Stream {
    Closed,
    Opening(Upstream),
    Open { id: u64, upstream: Upstream },
}

/// What is to be sent to the machine.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) open: Option<(u64, u64)>,
    pub(super) credit: Option<(u64, u64)>,
    pub(super) close: Option<u64>,
    pub(super) resize: Option<(u64, Size)>,
    pub(super) grant: Option<u64>,
    pub(super) input: Vec<Keystrokes>,
}

/// What a viewer is to do next.
pub(super) enum Step {
    Tell(TerminalEvent),
    FetchScreen,
    Wait,
}

impl State {
    /// `last_lease` is one that the machine may have seen; no lower one means anything to it.
    pub(super) fn new(first: &Attach, epoch: u64, last_lease: u64) -> Self {
        Self {
            ring: None,
            screen: None,
            keyboard: Keyboard::new(last_lease, first.size, IDLE_AFTER),
            typing: Typing::new(last_lease, TYPED_AHEAD_BYTES),
            typed: 0,
            acknowledged: (0, 0),
            seats: HashMap::new(),
            sittings: 0,
            lost_input: None,
            stream: Stream::Closed,
            resume_from: first.resume_from.unwrap_or(NOWHERE),
            link_up: epoch != 0,
            acquaintance: Acquaintance::default(),
            had_ended: first.has_ended,
            ended: None,
            orders: Orders::default(),
        }
    }

    /// The lease in force.
    pub(super) fn lease(&self) -> u64 {
        self.keyboard.lease()
    }

    // -- viewers ---------------------------------------------------------------------------

    /// Seats a viewer; answers the number of the sitting. Whoever sat there has lost the seat.
    pub(super) fn join(&mut self, now: Tick, viewer: ViewerId, attach: &Attach) -> u64 {
        let part = if attach.may_write { Part::Writer } else { Part::Watcher };
        let seat = Seat { viewer, person: attach.person, part, window: Some(attach.size) };
        self.keyboard.join(now, seat);
        let place = match attach.resume_from {
            Some(offset) => Viewer::resuming(offset, WINDOW_BYTES),
            None => Viewer::new(WINDOW_BYTES),
        };
        self.sittings += 1;
        self.seats.insert(
            viewer,
            Seated {
                viewer: place,
                sitting: self.sittings,
                person: attach.person,
                name: attach.name.clone(),
                gone_at: None,
                wants_screen: false,
                told: Told::default(),
            },
        );
        self.keep_stream_open();
        self.sittings
    }

    /// Whether a view still has its seat: one that has come back over another connection has it
    /// there.
    pub(super) fn sits(&self, viewer: ViewerId, sitting: u64) -> bool {
        self.seats.get(&viewer).is_some_and(|seated| seated.sitting == sitting)
    }

    /// Whether a viewer that comes back may have its seat again.
    pub(super) fn is_seat_of(&self, viewer: ViewerId, person: UserId) -> bool {
        self.seats.get(&viewer).is_some_and(|seated| seated.person == person)
    }

    pub(super) fn gone(&mut self, now: Tick, viewer: ViewerId) {
        if let Some(seated) = self.seats.get_mut(&viewer) {
            seated.gone_at = Some(now);
        }
    }

    pub(super) fn leave(&mut self, now: Tick, viewer: ViewerId) {
        self.seats.remove(&viewer);
        self.keyboard.leave(now, viewer);
    }

    pub(super) fn tidy(&mut self, now: Tick) -> bool {
        let over =
            |seated: &Seated| seated.gone_at.is_some_and(|gone_at| now.since(gone_at) >= SEAT_KEPT);
        let leaving: Vec<_> =
            self.seats.iter().filter(|(_, seated)| over(seated)).map(|(id, _)| *id).collect();
        for viewer in leaving {
            self.leave(now, viewer);
        }
        !self.seats.is_empty()
    }

    /// What a viewer is to do next.
    pub(super) fn next(&mut self, now: Tick, viewer: ViewerId) -> Step {
        if let Some(event) = self.news(viewer) {
            return Step::Tell(event);
        }
        let Some(seated) = self.seats.get_mut(&viewer) else { return Step::Wait };
        let Some(ring) = &self.ring else { return self.before_output(viewer) };
        if !seated.wants_screen {
            match seated.viewer.next(now, ring, MESSAGE_BYTES) {
                Next::Send(chunk) => {
                    let (offset, data) = (chunk.offset, chunk.data);
                    return Step::Tell(TerminalEvent::Output { offset, data });
                }
                Next::NeedScreen => seated.wants_screen = true,
                Next::Wait(_) => return self.end_of(viewer),
            }
        }
        self.screen_for(viewer)
    }

    /// A machine that is asked to go on from where its terminal stands says nothing until the program
    /// does. Whoever has not drawn exactly that much needs the screen meanwhile.
    fn before_output(&self, viewer: ViewerId) -> Step {
        let goes_on = matches!(self.stream, Stream::Open { .. }) && self.resume_from != NOWHERE;
        let needs_screen = |seated: &Seated| !seated.viewer.is_at(self.resume_from);
        if goes_on && self.screen.is_none() && self.seats.get(&viewer).is_some_and(needs_screen) {
            Step::FetchScreen
        } else {
            Step::Wait
        }
    }

    /// Gives a viewer the newest screen, if it is fresh and everything after it is there.
    fn screen_for(&mut self, viewer: ViewerId) -> Step {
        let (Some(ring), Some(seated)) = (&self.ring, self.seats.get_mut(&viewer)) else {
            return Step::Wait;
        };
        let fresh = |screen: &&Screen| {
            screen.offset >= ring.oldest()
                && ring.end().saturating_sub(screen.offset) <= SCREEN_STAYS_FRESH_BYTES
        };
        let Some(screen) = self.screen.as_ref().filter(fresh) else {
            return match self.ended {
                // A program that has ended has no screen any more.
                Some(_) => self.end_of(viewer),
                None if self.link_up => Step::FetchScreen,
                None => Step::Wait,
            };
        };
        if screen.offset > ring.end() {
            // Drawn ahead of output that is still on its way.
            return Step::Wait;
        }
        seated.wants_screen = false;
        let gap = seated.viewer.screen(screen.offset);
        match gap {
            Some(Gap { from, to }) => {
                seated.told.screen_after_gap = Some(screen.clone());
                Step::Tell(TerminalEvent::Gap { from, to })
            }
            None => Step::Tell(screen_event(screen.clone())),
        }
    }

    /// What a viewer has not been told yet, beside output.
    fn news(&mut self, viewer: ViewerId) -> Option<TerminalEvent> {
        let holder = self.keyboard.holder();
        let holder_seat = holder.and_then(|holder| {
            let seated = self.seats.get(&holder)?;
            Some(Holder { person: seated.person, name: seated.name.clone() })
        });
        let lease = self.keyboard.lease();
        let size = self.keyboard.size();
        let seated = self.seats.get_mut(&viewer)?;
        if let Some(screen) = seated.told.screen_after_gap.take() {
            return Some(screen_event(screen));
        }
        if seated.told.link_up != Some(self.link_up) {
            seated.told.link_up = Some(self.link_up);
            return Some(TerminalEvent::Link { up: self.link_up });
        }
        if seated.told.lease != Some((lease, holder)) {
            seated.told.lease = Some((lease, holder));
            seated.told.acknowledged = (lease, self.typed);
            let yours = holder == Some(viewer);
            let input_seq = self.typed;
            let news = KeyboardNews { yours, holder: holder_seat, lease, input_seq };
            return Some(TerminalEvent::Keyboard(news));
        }
        if seated.told.size != Some(size) {
            seated.told.size = Some(size);
            return Some(TerminalEvent::Size(size));
        }
        let acknowledged = self.acknowledged;
        if holder == Some(viewer)
            && acknowledged.0 == lease
            && seated.told.acknowledged != acknowledged
        {
            seated.told.acknowledged = acknowledged;
            return Some(TerminalEvent::InputAck { lease, seq: acknowledged.1 });
        }
        None
    }

    /// After all output: that the program has ended.
    fn end_of(&mut self, viewer: ViewerId) -> Step {
        let (Some(detail), Some(seated)) = (&self.ended, self.seats.get_mut(&viewer)) else {
            return Step::Wait;
        };
        if std::mem::replace(&mut seated.told.ended, true) {
            return Step::Wait;
        }
        Step::Tell(TerminalEvent::Ended { detail: detail.clone() })
    }

    pub(super) fn acknowledge(&mut self, viewer: ViewerId, offset: u64) {
        if let Some(seated) = self.seats.get_mut(&viewer) {
            seated.viewer.acknowledge(offset);
        }
    }

    // -- typing ----------------------------------------------------------------------------

    /// Takes input of a viewer. `seq` is the number that the viewer gave it under the lease that
    /// it knows.
    pub(super) fn input(&mut self, now: Tick, viewer: ViewerId, seq: u64, data: Bytes) -> Typed {
        let held = self.keyboard.holder() == Some(viewer);
        if held && seq <= self.typed {
            // Sent again after a cut; it is on its way or was typed already.
            return Typed::Taken;
        }
        match self.keyboard.typed(now, viewer) {
            Ok(_) => {}
            Err(Refused::Watcher) => return Typed::MayNotType,
            Err(Refused::Held { .. } | Refused::Unknown) => return Typed::HeldByAnother,
        }
        self.follow_keyboard();
        let expected = self.typed + 1;
        // Under a new lease numbers begin again, whatever the viewer counted until now.
        if held && seq != expected {
            return Typed::OutOfOrder;
        }
        match self.typing.push(data) {
            Ok(keys) => {
                self.typed = keys.seq;
                self.orders.input.push(keys);
                Typed::Taken
            }
            Err(_) => Typed::TooFarAhead,
        }
    }

    pub(super) fn input_acknowledged(&mut self, lease: u64, seq: u64) {
        self.typing.acknowledge(lease, seq);
        if lease == self.keyboard.lease() {
            self.acknowledged = (lease, seq.min(self.typed));
        }
    }

    pub(super) fn take_keyboard(&mut self, now: Tick, viewer: ViewerId) -> Result<(), Refused> {
        self.keyboard.take(now, viewer).map(drop)
    }

    pub(super) fn resize(&mut self, viewer: ViewerId, size: Size) {
        self.keyboard.window(viewer, size);
    }

    pub(super) fn fit_to(&mut self, viewer: ViewerId) -> Result<(), Refused> {
        self.keyboard.fit_to(viewer)
    }

    /// Makes orders of what the keyboard has to say.
    fn follow_keyboard(&mut self) {
        while let Some(event) = self.keyboard.poll_event() {
            match event {
                Event::LeaseChanged { lease, holder } => {
                    self.typing.change_lease(lease);
                    self.typed = 0;
                    self.acknowledged = (lease, 0);
                    self.lost_input = None;
                    self.orders.input.clear();
                    self.orders.grant = holder.map(|_| lease);
                }
                Event::SizeChanged(size) => {
                    self.orders.resize = Some((self.keyboard.lease(), size));
                }
            }
        }
    }

    /// Everything that is to be sent.
    pub(super) fn take_orders(&mut self, now: Tick) -> Orders {
        self.follow_keyboard();
        self.keep_stream_open();
        if let Some(lost) = self.lost_input {
            // What arrives twice is typed once.
            let again = self.typing.unacknowledged().filter(|keys| keys.seq >= lost);
            self.orders.input = again.take(AGAIN_AT_ONCE).collect();
            let last = self.orders.input.last().map_or(self.typed, |keys| keys.seq);
            self.lost_input = Some(last + 1).filter(|next| *next <= self.typed);
        }
        if let (Stream::Open { id, upstream }, Some(ring)) = (&mut self.stream, &self.ring) {
            let viewers = self.seats.values().filter(|seated| seated.gone_at.is_none());
            let viewers = viewers.map(|seated| &seated.viewer);
            let credit = upstream.grant(now, ring.end(), viewers);
            self.orders.credit = credit.map(|credit| (*id, credit)).or(self.orders.credit);
        }
        std::mem::take(&mut self.orders)
    }
}

fn screen_event(screen: Screen) -> TerminalEvent {
    let size = screen.size.and_then(|size| Size::new(size.columns, size.rows).ok());
    TerminalEvent::Screen {
        offset: screen.offset,
        size: size.unwrap_or_default(),
        data: screen.data,
    }
}
