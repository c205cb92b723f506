//! What all viewers of a terminal share.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use link::Downstream;
use model::{MachineId, SessionId, Tick};
use terminal::Size;
use tokio::sync::watch;
use wire::call::{Answer, GrantLease, Question, ReadScreen};
use wire::stream::{Screen, StreamClose, StreamCredit, TerminalInput, TerminalResize};

use super::state::{Orders, State};
use super::view::Attach;
use crate::handle::{CallFailure, LinkOrder, Receiver};
use crate::relay::{Shared, lock};

/// How long a machine may take to draw a screen.
const SCREEN_WITHIN: Duration = Duration::from_secs(10);

/// How long granting a lease may take; input carries its lease as well, so nothing hangs on it.
const GRANT_WITHIN: Duration = Duration::from_secs(10);

/// One terminal with viewers.
pub(crate) struct TerminalHub {
    pub(crate) machine: MachineId,
    session: SessionId,
    shared: Arc<Shared>,
    state: Mutex<State>,
    /// Counts changes, so that viewers know when to look again.
    changes: watch::Sender<u64>,
}

impl TerminalHub {
    /// A terminal whose first viewer is about to come.
    pub(crate) fn new(first: &Attach, shared: Arc<Shared>) -> Self {
        let epoch = shared.link(first.machine).map_or(0, |link| link.epoch);
        // Above every lease of earlier lives of this server, and of this hub.
        let last_lease = (epoch << 32).max(shared.last_lease.load(Ordering::Relaxed));
        Self {
            machine: first.machine,
            session: first.session,
            shared,
            state: Mutex::new(State::new(first, epoch, last_lease)),
            changes: watch::Sender::new(0),
        }
    }

    /// Looks at or changes the state; orders what follows from it, and lets viewers look again.
    pub(super) fn change<T>(self: &Arc<Self>, change: impl FnOnce(&mut State, Tick) -> T) -> T {
        let result = {
            // Ordered inside the lock, so that input of two changes stays in order; nothing waits.
            let mut state = lock(&self.state);
            let result = change(&mut state, self.now());
            let orders = state.take_orders(self.now());
            self.order(&mut state, orders);
            result
        };
        self.changes.send_modify(|changes| *changes += 1);
        result
    }

    /// Looks at or changes what only one viewer sees.
    pub(super) fn look<T>(&self, look: impl FnOnce(&mut State, Tick) -> T) -> T {
        look(&mut lock(&self.state), self.now())
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Lets the machine draw the screen as it is.
    pub(super) async fn fetch_screen(self: &Arc<Self>) -> Result<(), CallFailure> {
        let link = self.shared.link(self.machine).ok_or(CallFailure::Offline)?;
        let session_id = Bytes::copy_from_slice(self.session.as_bytes());
        let question = Question::ReadScreen(ReadScreen { session_id });
        let Answer::Screen(screen) = link.call(question, SCREEN_WITHIN).await? else {
            return Err(CallFailure::Unexpected);
        };
        self.change(|state, _| state.fetched(screen));
        Ok(())
    }

    pub(crate) fn link_up(self: &Arc<Self>) {
        self.change(|state, _| state.link_up());
    }

    pub(crate) fn link_down(self: &Arc<Self>) {
        self.change(|state, _| state.link_down());
    }

    pub(crate) fn opened(self: &Arc<Self>, stream: u64, epoch: u64) {
        self.change(|state, _| state.opened(stream, epoch));
    }

    pub(crate) fn closed(self: &Arc<Self>, code: &str, message: &str) {
        self.change(|state, now| state.closed(now, code, message));
    }

    /// The machine may know by now what it did not know before.
    pub(crate) fn ask_again(self: &Arc<Self>) {
        if self.look(|state, _| state.is_to_be_asked_again()) {
            self.change(|state, _| state.ask_again());
        }
    }

    pub(crate) fn output(self: &Arc<Self>, offset: u64, data: &Bytes) {
        self.change(|state, _| state.output(offset, data));
    }

    pub(crate) fn screen(self: &Arc<Self>, screen: Screen) {
        self.change(|state, _| state.screen_came(screen));
    }

    pub(crate) fn input_acknowledged(self: &Arc<Self>, lease: u64, seq: u64) {
        self.change(|state, _| state.input_acknowledged(lease, seq));
    }

    /// Input is not on its way although it was ordered.
    pub(crate) fn input_lost(&self, lease: u64, seq: u64) {
        self.look(|state, _| state.input_lost(lease, seq));
    }

    /// Gives up the seats of viewers that did not come back; answers whether anybody is left.
    pub(crate) fn tidy(self: &Arc<Self>, now: Tick) -> bool {
        let left = self.change(|state, _| state.tidy(now));
        if !left {
            self.look(|state, _| {
                let orders = state.close_stream();
                self.order(state, orders);
                self.shared.last_lease.fetch_max(state.lease(), Ordering::Relaxed);
            });
        }
        left
    }

    fn order(self: &Arc<Self>, state: &mut State, orders: Orders) {
        let Some(link) = self.shared.link(self.machine) else { return };
        if let Some((from, credit)) = orders.open {
            let receiver = Receiver::Terminal(self.clone());
            let open = LinkOrder::Open { session: self.session, from, credit, receiver };
            if !link.try_order(open) {
                state.not_opened();
            }
        }
        let session_id = || Bytes::copy_from_slice(self.session.as_bytes());
        let lives = orders
            .credit
            .map(|(stream_id, credit)| Downstream::StreamCredit(StreamCredit { stream_id, credit }))
            .into_iter()
            .chain(orders.close.map(|stream_id| Downstream::StreamClose(StreamClose { stream_id })))
            .chain(orders.resize.map(|(lease, size)| {
                let size = Some(wire_size(size));
                Downstream::TerminalResize(TerminalResize { session_id: session_id(), lease, size })
            }))
            .chain(orders.input.into_iter().map(|keys| {
                let (lease, seq, data) = (keys.lease, keys.seq, keys.data);
                Downstream::TerminalInput(TerminalInput {
                    session_id: session_id(),
                    lease,
                    seq,
                    data,
                })
            }));
        for live in lives {
            let typed_in = match &live {
                Downstream::TerminalInput(input) => Some((input.lease, input.seq)),
                _ => None,
            };
            // What does not fit now is sent again: input when the machine has taken some of it, or
            // a moment later, credit with the next acknowledgement.
            if !link.try_order(LinkOrder::Send(live))
                && let Some((lease, seq)) = typed_in
            {
                state.input_lost(lease, seq);
                break;
            }
        }
        if let Some(lease) = orders.grant {
            let question = Question::GrantLease(GrantLease { session_id: session_id(), lease });
            let (answer, _) = tokio::sync::oneshot::channel();
            link.try_order(LinkOrder::Call { question, within: GRANT_WITHIN, answer });
        }
    }

    fn now(&self) -> Tick {
        self.shared.config.clock.tick()
    }
}

fn wire_size(size: Size) -> wire::command::Size {
    wire::command::Size { columns: size.columns().into(), rows: size.rows().into() }
}
