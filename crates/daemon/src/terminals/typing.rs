//! Keystrokes on their way to the program.

use std::collections::VecDeque;

use bytes::Bytes;
use link::Upstream;
use model::SessionId;
use pty::Pty;
use terminal::InputGate;
use wire::stream::InputAck;

use crate::context::Context;

/// Input that the program has not taken yet.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// Where each piece ends in the program's input, with its lease and position. Bounded by what
    /// may wait for the program.
    waiting: VecDeque<(u64, u64, u64)>,
    /// The link on which the last piece came.
    epoch: u64,
}

impl Typed {
    /// Lets a piece of input in, if it is the next one of who holds the keyboard (S107).
    pub(super) fn take(
        &mut self,
        gate: &mut InputGate,
        pty: &mut Pty,
        epoch: u64,
        lease: u64,
        seq: u64,
        data: Bytes,
    ) {
        self.epoch = self.epoch.max(epoch);
        let admission = match gate.check(lease, seq) {
            Ok(admission) => admission,
            Err(refused) => return tracing::debug!(%refused, "input was not let in"),
        };
        match pty.push(data) {
            Ok(end) => {
                admission.accept();
                self.waiting.push_back((end, lease, seq));
            }
            Err(error) => tracing::debug!(%error, "input was not let in"),
        }
    }

    /// Tells the server how far the program has taken its input.
    pub(super) async fn acknowledge(
        &mut self,
        written_bytes: u64,
        gate: &mut InputGate,
        session: SessionId,
        context: &Context,
    ) {
        let mut last = None;
        while let Some((end, lease, seq)) = self.waiting.front().copied()
            && end <= written_bytes
        {
            self.waiting.pop_front();
            last = gate.written(lease, seq).or(last);
        }
        let Some(acknowledgement) = last else { return };
        let ack = InputAck {
            session_id: Bytes::copy_from_slice(session.as_bytes()),
            lease: acknowledgement.lease,
            seq: acknowledgement.seq,
        };
        context.uplink.send_urgent(self.epoch, Upstream::InputAck(ack)).await;
    }
}
