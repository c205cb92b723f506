//! A command of the server, read.

use journal::Recovered;
use model::{CommandId, SessionId, Timestamp};
use wire::Command;
use wire::command::Order;

/// A command of the server, read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ordered {
    pub(crate) id: CommandId,
    pub(crate) session: SessionId,
    /// After this wall time of the server it must not be begun.
    pub(crate) not_after: Option<Timestamp>,
    /// `None` for an order that this release does not know.
    pub(crate) order: Option<Order>,
}

impl Ordered {
    /// Reads a command; `None` for one without identifiers, which no journal takes in.
    pub(crate) fn read(command: Command) -> Option<Self> {
        let not_after =
            (command.not_after_ms != 0).then(|| Timestamp::from_millis(command.not_after_ms));
        Some(Self {
            id: CommandId::from_slice(&command.command_id).ok()?,
            session: SessionId::from_slice(&command.session_id).ok()?,
            not_after,
            order: command.order,
        })
    }
}

/// What the life before has left, read.
pub(crate) fn left_over(recovered: &Recovered) -> (Vec<Ordered>, Vec<Ordered>) {
    let read = |commands: &[Command]| commands.iter().cloned().filter_map(Ordered::read).collect();
    (read(&recovered.accepted), read(&recovered.begun))
}
