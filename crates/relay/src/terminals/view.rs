//! One viewer of a terminal.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{MachineId, SessionId, Tick, UserId, ViewerId};
use terminal::Size;
use terminal::keyboard::Refused;
use tokio::sync::watch;

use super::hub::TerminalHub;
use super::state::{State, Step};

/// How long to wait before a screen that could not be had is asked for again.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Who attaches to what.
#[derive(Debug, Clone)]
pub struct Attach {
    /// Where the terminal runs.
    pub machine: MachineId,
    /// The terminal.
    pub session: SessionId,
    /// The view that it was, when a lost connection comes back and wants its seat again.
    pub was: Option<ViewerId>,
    /// Whose view it is.
    pub person: UserId,
    /// The name shown to others.
    pub name: String,
    /// Whether it may ever type.
    pub may_write: bool,
    /// The size of its window.
    pub size: Size,
    /// Everything before this offset is drawn already.
    pub resume_from: Option<u64>,
    /// Whether its program is known to have ended: a machine that does not know the terminal has
    /// forgotten it then, and is not about to hear of it.
    pub has_ended: bool,
}

/// Who types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub person: UserId,
    /// The name shown to others.
    pub name: String,
}

/// The keyboard as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyboard {
    /// Whether this viewer holds it.
    pub yours: bool,
    /// Who holds it.
    pub holder: Option<Holder>,
    /// Number of the lease.
    pub lease: u64,
    /// The last input under this lease that the relay has.
    pub input_seq: u64,
}

/// What happens on a terminal, for one viewer, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// Bytes.
    Output {
        /// Offset of the first.
        offset: u64,
        /// The bytes.
        data: Bytes,
    },
    /// The screen, whole; output goes on from its offset.
    Screen {
        /// Offset up to which it is drawn.
        offset: u64,
        /// The size it is drawn for.
        size: Size,
        /// Bytes that draw it.
        data: Bytes,
    },
    /// Bytes that this viewer will never get; a screen follows.
    Gap {
        /// The first.
        from: u64,
        /// The one after the last.
        to: u64,
    },
    /// The keyboard has changed hands.
    Keyboard(Keyboard),
    /// This viewer's input up to here has reached the program.
    InputAck {
        /// Number of the lease.
        lease: u64,
        /// Number of the input.
        seq: u64,
    },
    /// The terminal has this size.
    Size(Size),
    /// Whether the machine can be reached.
    Link {
        /// Whether it can.
        up: bool,
    },
    /// The program has ended; nothing follows.
    Ended {
        /// How, for people.
        detail: String,
    },
    /// The viewer has come back over another connection and has its seat there; nothing follows
    /// here.
    Replaced,
}

/// What became of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// It is on its way.
    Taken,
    /// This viewer may only look.
    MayNotType,
    /// Another person holds the keyboard.
    HeldByAnother,
    /// The program does not read; try again when something was acknowledged.
    TooFarAhead,
    /// Input before it is missing.
    OutOfOrder,
}

/// One viewer of a terminal. Dropping it keeps its seat for a while, so that a connection that
/// was lost can come back; [`TerminalView::leave`] gives the seat up.
pub struct TerminalView {
    hub: Arc<TerminalHub>,
    viewer: ViewerId,
    sitting: u64,
    changes: watch::Receiver<u64>,
}

impl TerminalView {
    pub(crate) fn attach(hub: Arc<TerminalHub>, attach: &Attach, fresh: ViewerId) -> Self {
        let changes = hub.changes();
        let (viewer, sitting) = hub.change(|state, now| {
            // Knowing the number of somebody else's seat is not enough to have it.
            let own = attach.was.filter(|was| state.is_seat_of(*was, attach.person));
            let viewer = own.unwrap_or(fresh);
            (viewer, state.join(now, viewer, attach))
        });
        Self { hub, viewer, sitting, changes }
    }

    /// Names this view.
    pub const fn viewer(&self) -> ViewerId {
        self.viewer
    }

    /// Waits for the next event. Safe to drop and call again.
    pub async fn next(&mut self) -> TerminalEvent {
        loop {
            self.changes.mark_unchanged();
            match self.hub.look(|state, now| self.step(state, now)) {
                Step::Tell(event) => return event,
                Step::Wait => {
                    // The hub lives as long as this view, and so does its sender.
                    let _ = self.changes.changed().await;
                }
                Step::FetchScreen => {
                    if self.hub.fetch_screen().await.is_err() {
                        let changed = self.changes.changed();
                        let _ = tokio::time::timeout(ASK_AGAIN_AFTER, changed).await;
                    }
                }
            }
        }
    }

    fn step(&self, state: &mut State, now: Tick) -> Step {
        if state.sits(self.viewer, self.sitting) {
            state.next(now, self.viewer)
        } else {
            Step::Tell(TerminalEvent::Replaced)
        }
    }

    /// Does something in the name of the viewer, or nothing where this view has lost its seat.
    fn act<T>(&self, otherwise: T, act: impl FnOnce(&mut State, Tick) -> T) -> T {
        self.hub.change(|state, now| {
            if state.sits(self.viewer, self.sitting) { act(state, now) } else { otherwise }
        })
    }

    /// Says that everything before `offset` was drawn.
    pub fn acknowledge(&self, offset: u64) {
        self.act((), |state, _| state.acknowledge(self.viewer, offset));
    }

    /// Types. `seq` is the number of the input under the lease in force, from 1.
    pub fn input(&self, seq: u64, data: Bytes) -> Typed {
        self.act(Typed::MayNotType, |state, now| state.input(now, self.viewer, seq, data))
    }

    /// Takes the keyboard, from whomever.
    pub fn take_keyboard(&self) -> Result<(), Refused> {
        self.act(Err(Refused::Unknown), |state, now| state.take_keyboard(now, self.viewer))
    }

    /// Says how large the window is.
    pub fn resize(&self, size: Size) {
        self.act((), |state, _| state.resize(self.viewer, size));
    }

    /// Fits the terminal to this window, whoever types.
    pub fn fit_to_me(&self) -> Result<(), Refused> {
        self.act(Err(Refused::Unknown), |state, _| state.fit_to(self.viewer))
    }

    /// Gives up the seat.
    pub fn leave(self) {
        self.act((), |state, now| state.leave(now, self.viewer));
    }
}

impl Drop for TerminalView {
    fn drop(&mut self) {
        self.act((), |state, now| state.gone(now, self.viewer));
    }
}
