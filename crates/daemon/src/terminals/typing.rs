//! Keystrokes on their way to the program.

use std::collections::VecDeque;

use bytes::Bytes;
use holder::Held;
use link::Upstream;
use model::SessionId;
use terminal::input_gate::{Acknowledgement, Refused as Stale};
use tokio::sync::oneshot;
use wire::call::{Answer, LeaseGranted};
use wire::stream::InputAck;

use crate::context::Context;
use crate::reports::Refused;

/// Who types. Whether input may pass is decided where the terminal is held, so that it does not
/// depend on which daemon is there.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// The highest lease of the keyboard that was heard of.
    lease: u64,
    /// The link on which the last piece came.
    epoch: u64,
    /// Who waits for a lease, in the order in which they asked. Bounded by the orders that a
    /// terminal may have.
    asked: VecDeque<(u64, oneshot::Sender<Answer>)>,
}

impl Typed {
    /// Goes on with the lease that is in force.
    pub(super) fn under(lease: u64) -> Self {
        Self { lease, ..Self::default() }
    }

    /// Hands on a piece of input.
    pub(super) fn take(&mut self, held: &mut Held, epoch: u64, lease: u64, seq: u64, data: Bytes) {
        self.epoch = self.epoch.max(epoch);
        self.lease = self.lease.max(lease);
        if !held.type_in(lease, seq, data) {
            tracing::debug!("typed input found no room");
        }
    }

    /// Asks for the keyboard.
    pub(super) fn ask(&mut self, held: &mut Held, lease: u64, answer: oneshot::Sender<Answer>) {
        self.lease = self.lease.max(lease);
        if held.grant(lease) {
            self.asked.push_back((lease, answer));
            return;
        }
        // Who asked may be gone.
        let _ = answer.send(Refused::new("busy", "the terminal is busy").into());
    }

    /// Answers whoever has waited longest.
    pub(super) fn granted(&mut self, granted: Result<u64, u64>) {
        let Some((given, answer)) = self.asked.pop_front() else { return };
        // Who asked may be gone.
        let _ = answer.send(match granted {
            Ok(input_seq) => Answer::LeaseGranted(LeaseGranted { input_seq }),
            Err(current) => {
                Refused::new("lease_ended", Stale::Stale { given, current }.to_string()).into()
            }
        });
    }

    /// Whether a lease may still change anything, as the size of the terminal.
    pub(super) const fn is_in_force(&self, lease: u64) -> bool {
        lease >= self.lease
    }

    /// Tells the server how far the program has taken its input.
    pub(super) async fn acknowledge(
        &self,
        keyboard: Acknowledgement,
        session: SessionId,
        context: &Context,
    ) {
        let ack = InputAck {
            session_id: Bytes::copy_from_slice(session.as_bytes()),
            lease: keyboard.lease,
            seq: keyboard.seq,
        };
        context.uplink.send_urgent(self.epoch, Upstream::InputAck(ack)).await;
    }
}
