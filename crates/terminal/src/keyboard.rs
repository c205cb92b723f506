//! Who may type, and whose window gives the size.
//!
//! Exactly one viewer holds the keyboard, or nobody does. It is free for the first writer who
//! comes; viewers of one person pass it between them by typing; another person asks, and gets it
//! if the holder has left or has been idle, and otherwise takes it openly. Watchers never get it.
//! Every change of hands has a number, the lease, and everybody is told of it.

use std::time::Duration;

use model::{Tick, UserId, ViewerId};

use crate::Size;

/// After how long without typing the keyboard may be asked for.
pub const IDLE_AFTER: Duration = Duration::from_secs(30);

/// The keyboard of one terminal, in the relay.
#[derive(Debug, Clone)]
pub struct Keyboard {
    /// In the order in which they came.
    seats: Vec<Seat>,
    lease: u64,
    holder: Option<Holder>,
    /// The viewer that has asked for the terminal to fit its window. Always seated, never a
    /// watcher.
    fitted: Option<ViewerId>,
    size: Size,
    idle_after: Duration,
    news: News,
}

/// One viewer, as far as the keyboard is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The viewer.
    pub viewer: ViewerId,
    /// Whose it is.
    pub person: UserId,
    /// What it may do.
    pub part: Part,
    /// The size of its window, if it has one.
    pub window: Option<Size>,
}

/// What a viewer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Hold the keyboard.
    Writer,
    /// Look.
    Watcher,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Holder {
    viewer: ViewerId,
    /// When it last typed, or got the keyboard.
    active_at: Tick,
}

/// Something that everybody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The keyboard has changed hands. The machine must be told the lease before any input of it.
    LeaseChanged {
        /// The lease in force; a higher number than ever before where there is a holder.
        lease: u64,
        /// Who holds the keyboard; `None` if it has become free.
        holder: Option<ViewerId>,
    },
    /// The terminal is to have this size.
    SizeChanged(Size),
}

/// The keyboard was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The viewer may only look.
    #[error("this viewer may watch, not type")]
    Watcher,
    /// Another person's viewer holds it and is not idle.
    #[error("the keyboard is held by another person's viewer")]
    Held {
        /// Who holds it.
        by: ViewerId,
        /// When it may be asked for again with success, if nothing is typed until then.
        idle_at: Tick,
    },
    /// There is no such viewer.
    #[error("this viewer has not joined or has left")]
    Unknown,
}

/// Changes nobody has been told of yet. A later one takes the place of an earlier one of its kind,
/// so they cannot pile up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct News {
    lease: bool,
    size: bool,
}

impl Keyboard {
    /// Makes a keyboard that nobody holds.
    ///
    /// Leases begin above `last_lease`, which must be at least as high as every lease the machine
    /// has seen for this terminal: for a terminal that this server finds running, the epoch of the
    /// link shifted left by 32 bits is.
    pub fn new(last_lease: u64, size: Size, idle_after: Duration) -> Self {
        Self {
            seats: Vec::new(),
            lease: last_lease,
            holder: None,
            fitted: None,
            size,
            idle_after,
            news: News::default(),
        }
    }

    /// Seats a viewer, or changes its seat. A writer gets the keyboard if it is free.
    pub fn join(&mut self, now: Tick, seat: Seat) {
        match self.seats.iter().position(|other| other.viewer == seat.viewer) {
            Some(index) if seat.part == Part::Writer => self.seats[index] = seat,
            _ => {
                self.leave(now, seat.viewer);
                self.seats.push(seat);
            }
        }
        if self.holder.is_none() && seat.part == Part::Writer {
            self.hand_to(now, seat.viewer);
        }
        self.fit();
    }

    /// Takes a viewer's seat away. If it held the keyboard, another viewer of the same person gets
    /// it; if there is none, it is free.
    pub fn leave(&mut self, now: Tick, viewer: ViewerId) {
        let Ok(left) = self.seat(viewer) else { return };
        self.seats.retain(|seat| seat.viewer != viewer);
        self.fitted = self.fitted.filter(|fitted| *fitted != viewer);
        if self.holder() == Some(viewer) {
            let heir = self
                .seats
                .iter()
                .find(|seat| seat.person == left.person && seat.part == Part::Writer);
            match heir.map(|heir| heir.viewer) {
                Some(heir) => self.hand_to(now, heir),
                None => {
                    self.holder = None;
                    self.news.lease = true;
                }
            }
        }
        self.fit();
    }

    /// A viewer types. Answers the lease to type under.
    ///
    /// Typing takes the keyboard if it is free or held by a viewer of the same person.
    pub fn typed(&mut self, now: Tick, viewer: ViewerId) -> Result<u64, Refused> {
        let seat = self.writer(viewer)?;
        match self.holder {
            Some(holder) if holder.viewer == viewer => {
                self.holder = Some(Holder { active_at: now, ..holder });
            }
            Some(holder) if !self.is_of(holder.viewer, seat.person) => {
                return Err(self.held(holder));
            }
            _ => self.hand_to(now, viewer),
        }
        self.fit();
        Ok(self.lease)
    }

    /// A viewer asks for the keyboard, and gets it unless another person's viewer uses it.
    pub fn ask(&mut self, now: Tick, viewer: ViewerId) -> Result<u64, Refused> {
        match self.holder {
            Some(holder) if now.since(holder.active_at) >= self.idle_after => {
                self.take(now, viewer)
            }
            _ => self.typed(now, viewer),
        }
    }

    /// A viewer takes the keyboard, from whomever. Only for somebody who says so.
    pub fn take(&mut self, now: Tick, viewer: ViewerId) -> Result<u64, Refused> {
        self.writer(viewer)?;
        if self.holder() != Some(viewer) {
            self.hand_to(now, viewer);
        }
        self.fit();
        Ok(self.lease)
    }

    /// A viewer's window has this size.
    pub fn window(&mut self, viewer: ViewerId, size: Size) {
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.viewer == viewer) {
            seat.window = Some(size);
        }
        self.fit();
    }

    /// The terminal is to fit this viewer's window, whoever types.
    pub fn fit_to(&mut self, viewer: ViewerId) -> Result<(), Refused> {
        self.writer(viewer)?;
        self.fitted = Some(viewer);
        self.fit();
        Ok(())
    }

    /// The terminal is to fit the window of whoever types.
    pub fn fit_to_holder(&mut self, viewer: ViewerId) -> Result<(), Refused> {
        self.writer(viewer)?;
        self.fitted = None;
        self.fit();
        Ok(())
    }

    /// Something that everybody must be told, if there is.
    pub fn poll_event(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.news.lease) {
            return Some(Event::LeaseChanged { lease: self.lease, holder: self.holder() });
        }
        std::mem::take(&mut self.news.size).then_some(Event::SizeChanged(self.size))
    }

    /// The lease in force.
    pub fn lease(&self) -> u64 {
        self.lease
    }

    /// Who holds the keyboard.
    pub fn holder(&self) -> Option<ViewerId> {
        self.holder.map(|holder| holder.viewer)
    }

    /// Whose window gives the size, if it is somebody's.
    pub fn size_owner(&self) -> Option<ViewerId> {
        self.fitted.or(self.holder())
    }

    /// The size the terminal is to have.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Who is there, in the order in which they came.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    fn hand_to(&mut self, now: Tick, viewer: ViewerId) {
        self.lease += 1;
        self.holder = Some(Holder { viewer, active_at: now });
        self.news.lease = true;
    }

    /// Takes on the size owner's size. Without an owner, or one without a window, it stays.
    fn fit(&mut self) {
        let owner = self.size_owner().and_then(|owner| self.seat(owner).ok());
        if let Some(size) = owner.and_then(|seat| seat.window).filter(|size| *size != self.size) {
            self.size = size;
            self.news.size = true;
        }
    }

    fn seat(&self, viewer: ViewerId) -> Result<Seat, Refused> {
        self.seats.iter().find(|seat| seat.viewer == viewer).copied().ok_or(Refused::Unknown)
    }

    fn writer(&self, viewer: ViewerId) -> Result<Seat, Refused> {
        let seat = self.seat(viewer)?;
        match seat.part {
            Part::Writer => Ok(seat),
            Part::Watcher => Err(Refused::Watcher),
        }
    }

    fn is_of(&self, viewer: ViewerId, person: UserId) -> bool {
        self.seat(viewer).is_ok_and(|seat| seat.person == person)
    }

    fn held(&self, holder: Holder) -> Refused {
        Refused::Held { by: holder.viewer, idle_at: holder.active_at + self.idle_after }
    }
}

#[cfg(test)]
mod tests;
