//! Orders to machines, made ready for the transaction that stores them.

use std::time::Duration;

use model::{Actor, CommandId, MachineId, SessionId};
use prost::Message;
use store::commands::NewCommand;
use wire::Command;
use wire::command::Order;

use crate::ControlPlane;
use crate::audit::actor_name;

/// How long an order may wait for its machine. What somebody wanted an hour ago may no longer be
/// what they want.
const MAY_WAIT: Duration = Duration::from_mins(15);

impl ControlPlane {
    /// An order that lapses when the machine does not take it in time.
    pub(crate) fn command(
        &self,
        actor: &Actor,
        machine: MachineId,
        session: SessionId,
        order: Order,
    ) -> NewCommand {
        let now = self.now();
        let not_after = Some(now + MAY_WAIT);
        NewCommand { not_after, ..self.lasting_command(actor, machine, session, order) }
    }

    /// An order that waits for its machine for as long as it takes, such as an end.
    pub(crate) fn lasting_command(
        &self,
        actor: &Actor,
        machine: MachineId,
        session: SessionId,
        order: Order,
    ) -> NewCommand {
        let now = self.now();
        let command = Command { order: Some(order), ..Command::default() };
        NewCommand {
            id: CommandId::new(now, &**self.rng()),
            machine,
            session,
            actor: actor_name(actor),
            body: command.encode_to_vec(),
            not_after: None,
            created_at: now,
        }
    }
}
