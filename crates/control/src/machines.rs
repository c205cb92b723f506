//! Enrolled computers.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use bus::Event;
use model::machine::{ClosedBy, Machine, MachineHealth, MachineStatus};
use model::session::SessionState;
use model::{Actor, MachineId, Timestamp, UserId};
use policy::Action;
use serde_json::json;
use wire::call::{Answer, DetectAgents, Question};

use crate::authorise::acting_tenant;
use crate::{ControlPlane, Error, copies, tenants, text};

/// How long looking for agents may take.
const DETECT_WITHIN: Duration = Duration::from_secs(30);

/// Machines that the actor may see, by name.
pub async fn machines(plane: &ControlPlane, actor: &Actor) -> Result<Vec<Machine>, Error> {
    let tenant = acting_tenant(actor)?;
    Ok(plane.store.machines(Some(tenant), assigned_to(actor)).await?)
}

/// To whom machines have to be assigned to be seen, if they have to be.
fn assigned_to(actor: &Actor) -> Option<UserId> {
    match actor {
        Actor::User { role, .. } if role.administers_tenant() => None,
        _ => actor.user(),
    }
}

/// Machines of a tenant that the actor may see, by name: of the one with this number, if the actor may
/// know of it.
pub async fn machines_of(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: i64,
) -> Result<Vec<Machine>, Error> {
    let tenant = tenants::tenant_meant(plane, actor, Some(tenant)).await?;
    Ok(plane.store.machines(Some(tenant), assigned_to(actor)).await?)
}

/// Whether the actor may remove a machine.
pub async fn may_deregister(plane: &ControlPlane, actor: &Actor, id: MachineId) -> bool {
    plane.authorise_machine(actor, Action::MachineDeregister, id).await.is_ok()
}

/// Machines on which the actor may work at this moment, by name.
pub async fn machines_available(
    plane: &ControlPlane,
    actor: &Actor,
) -> Result<Vec<Machine>, Error> {
    let mut machines = machines(plane, actor).await?;
    machines.retain(|machine| machine_status(plane, machine.id).0 == MachineStatus::Online);
    Ok(machines)
}

/// One machine.
pub async fn machine(plane: &ControlPlane, actor: &Actor, id: MachineId) -> Result<Machine, Error> {
    plane.authorise_machine(actor, Action::MachineView, id).await
}

/// Whether a machine can be worked on, and whether its link is open at this moment.
pub fn machine_status(plane: &ControlPlane, id: MachineId) -> (MachineStatus, bool) {
    let liveness = plane.relay.liveness(id);
    (liveness.status(plane.clock().tick(), plane.config.stale_after), liveness.connected)
}

/// After how long without a sign of life a machine counts as offline.
pub const fn stale_after(plane: &ControlPlane) -> Duration {
    plane.config.stale_after
}

/// How a machine fares, if it is linked and has said so.
pub fn machine_health(plane: &ControlPlane, id: MachineId) -> Option<MachineHealth> {
    plane.relay.health(id)
}

/// Lets the machine look for agents afresh; answers the machine as it is then.
pub async fn machine_detect_agents(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
) -> Result<Machine, Error> {
    let mut machine = plane.authorise_machine(actor, Action::MachineView, id).await?;
    let question = Question::DetectAgents(DetectAgents {});
    let answer = plane.relay.call(id, question, DETECT_WITHIN).await?;
    let Answer::AgentsDetected(detected) = answer else {
        return Err(relay::CallFailure::Unexpected.into());
    };
    machine.facts.agents =
        serde_json::from_slice(&detected.agents_json).map_err(Error::internal)?;
    let facts = machine.facts.clone();
    plane
        .store
        .write(move |tx| Box::pin(async move { tx.machine_set_facts(id, &facts).await }))
        .await?;
    plane.bus.tell(Event::MachineChanged(Arc::new(machine.clone())));
    Ok(machine)
}

/// Removes a machine: its link is closed, its sessions end, its tokens die, its orders are void
/// (S60).
pub async fn machine_deregister(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
) -> Result<(), Error> {
    let machine = plane.authorise_machine(actor, Action::MachineDeregister, id).await?;
    let record = plane.audit(actor, "machine.deregister", format_args!("machine:{id}"), &json!({}));
    remove(plane, machine, record).await
}

/// A machine says itself, with its signature, that it wants to leave.
#[derive(Debug)]
pub struct Leaving {
    /// Which machine.
    pub machine: MachineId,
    /// When it said so, by its own clock; old statements are refused, so that none can be replayed.
    pub at: Timestamp,
    /// Its Ed25519 signature over [`leaving_statement`].
    pub signature: Vec<u8>,
}

/// How far a machine's clock may be off when it leaves.
const LEAVING_CLOCK_SKEW: Duration = Duration::from_mins(10);

/// Refuses work that would only wait: the machine itself takes none, as it has said.
pub(crate) fn refuse_closed(machine: &Machine) -> Result<(), Error> {
    let Some(closed) = &machine.facts.closed else { return Ok(()) };
    let (code, message) = match closed.by {
        ClosedBy::Halt => ("machine_halted", "the machine was halted by its owner"),
        ClosedBy::Policy => ("policy_unusable", "the machine's policy cannot be used"),
        ClosedBy::NoTunnel => ("tunnel_off", "the machine was started only to be seen"),
    };
    let reason = text::one_line(&closed.reason, 500);
    let why = if reason.is_empty() { reason } else { format!(": {reason}") };
    let error = Error::conflict(code, format!("{message}{why}"));
    Err(error.with_hint("only its owner can change that, on the machine itself"))
}

/// What a machine signs when it leaves.
pub fn leaving_statement(machine: MachineId, at: Timestamp, server_key: &[u8; 32]) -> Vec<u8> {
    let mut statement = b"gantline machine leaves v1\0".to_vec();
    statement.extend_from_slice(machine.as_bytes());
    statement.extend_from_slice(&at.as_millis().to_be_bytes());
    statement.extend_from_slice(server_key);
    statement
}

/// Removes a machine that wants to leave. Every refusal is the same, but for whoever has proved to
/// be the machine: that one is told that the clocks are apart.
pub async fn machine_leave(plane: &ControlPlane, leaving: Leaving) -> Result<(), Error> {
    let refused = || Error::unauthenticated("identity_refused", "unknown machine or signature");
    let id = leaving.machine;
    let machine = plane.store.machine(id).await?.ok_or_else(refused)?;
    let skew = plane.now().since(leaving.at).max(leaving.at.since(plane.now()));
    let statement = leaving_statement(id, leaving.at, &plane.identity.public_key());
    let keys = plane.store.machine_keys(id).await?.ok_or_else(refused)?.valid(plane.now());
    let fits = |key: [u8; 32]| {
        UnparsedPublicKey::new(&ED25519, key).verify(&statement, &leaving.signature).is_ok()
    };
    if !keys.into_iter().any(fits) {
        return Err(refused());
    }
    if skew > LEAVING_CLOCK_SKEW {
        return Err(clock_off(skew));
    }
    let actor = Actor::Machine { machine: id, tenant: machine.tenant };
    let record = plane.audit(&actor, "machine.leave", format_args!("machine:{id}"), &json!({}));
    remove(plane, machine, record).await
}

fn clock_off(skew: Duration) -> Error {
    let minutes = skew.as_secs() / 60;
    let message = format!("the clocks of machine and server are {minutes} minutes apart");
    Error::conflict("clock_off", message).with_hint("set the machine's clock and try again")
}

async fn remove(
    plane: &ControlPlane,
    machine: Machine,
    record: store::audit::NewAuditRecord,
) -> Result<(), Error> {
    let (id, now) = (machine.id, plane.now());
    let ended = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.machine_remove(id, now).await? {
                    return Err(Error::not_found("machine"));
                }
                tx.commands_wipe(id, now).await?;
                tx.proxy_tokens_revoke_machine(id, now).await?;
                tx.assignments_delete(id).await?;
                let mut sessions = tx.sessions_open_on(id).await?;
                for session in &mut sessions {
                    let detail = "the machine was removed";
                    session.state = SessionState::Stopped;
                    session.detail = Some(detail.to_owned());
                    tx.session_set_state(session.id, session.state, Some(detail), now).await?;
                }
                tx.audit_append(record).await?;
                Ok(sessions)
            })
        })
        .await?;
    for session in ended {
        plane.bus.tell(Event::SessionChanged(Arc::new(session)));
    }
    plane.relay.forget(id);
    copies::forget(plane, &machine).await;
    plane.bus.tell(Event::MachineRemoved { tenant: machine.tenant, machine: id });
    Ok(())
}
