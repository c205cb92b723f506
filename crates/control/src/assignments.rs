//! Who may work on which machine.

use std::sync::Arc;

use bus::Event;
use contract::users::UserRef;
use model::actor::AssignmentLevel;
use model::machine::Machine;
use model::user::User;
use model::{Actor, MachineId, Role};
use policy::{Action, assignments as rules};
use serde_json::json;
pub use store::assignments::Assigned;

use crate::authorise::acting_user;
use crate::sessions::sessions_stop_of;
use crate::{ControlPlane, Error};

/// Everybody who was given something on a machine.
pub async fn assignments(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
) -> Result<Vec<Assigned>, Error> {
    plane.authorise_machine(actor, Action::AssignmentManage, machine).await?;
    Ok(plane.store.assignments(machine).await?)
}

/// What the actor was given on a machine that they may see.
pub async fn own_assignment(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
) -> Result<Option<AssignmentLevel>, Error> {
    let Some(user) = actor.user() else { return Ok(None) };
    Ok(plane.store.assignment(machine, user).await?)
}

/// Gives somebody a right on a machine, or changes it; answers what was stored, which may be less
/// than was asked for ([`rules::level_granted`]).
pub async fn assignment_grant(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
    user: UserRef,
    asked: AssignmentLevel,
) -> Result<AssignmentLevel, Error> {
    let machine = plane.authorise_machine(actor, Action::AssignmentManage, machine).await?;
    let by = acting_user(actor)?;
    let user = colleague(plane, &machine, user).await?;
    let role = acting_role(actor);
    let level = rules::level_granted(role, asked);
    let facts = json!({ "user": user.id.to_string(), "permission": level, "asked": asked });
    let object = format!("machine:{}", machine.id);
    let record = plane.audit_about(actor, machine.tenant, "assignment.grant", object, &facts);
    let (machine_id, user_id, now) = (machine.id, user.id, plane.now());
    let held = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let held = tx.assignment(machine_id, user_id).await?;
                if held.is_some_and(|held| !rules::may_change(role, held)) {
                    return Err(admin_stays("Cannot change admin user"));
                }
                tx.assignment_put(machine_id, user_id, level, by, now).await?;
                tx.audit_append(record).await?;
                Ok(held)
            })
        })
        .await?;
    // Whoever looked after the machine has other people's sessions open.
    if held == Some(AssignmentLevel::Admin) && level == AssignmentLevel::User {
        plane.bus.tell(Event::RightsEnded(user_id));
    }
    plane.bus.tell(Event::MachineChanged(Arc::new(machine)));
    Ok(level)
}

/// Takes somebody's right on a machine back: what they have open there ends within seconds, and so
/// do their sessions, which nobody could speak to any more.
pub async fn assignment_revoke(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
    user: UserRef,
) -> Result<(), Error> {
    let machine = plane.authorise_machine(actor, Action::AssignmentManage, machine).await?;
    let user = colleague(plane, &machine, user).await?;
    let role = acting_role(actor);
    let facts = json!({ "user": user.id.to_string() });
    let object = format!("machine:{}", machine.id);
    let record = plane.audit_about(actor, machine.tenant, "assignment.revoke", object, &facts);
    let (machine_id, user_id) = (machine.id, user.id);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let held = tx.assignment(machine_id, user_id).await?;
                let held = held.ok_or(Error::not_found("Assignment"))?;
                if !rules::may_change(role, held) {
                    return Err(admin_stays("Cannot revoke admin user"));
                }
                tx.assignment_delete(machine_id, user_id).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    plane.bus.tell(Event::MachineChanged(Arc::new(machine)));
    plane.bus.tell(Event::RightsEnded(user_id));
    if user.role.administers_tenant() {
        return Ok(());
    }
    let reason = "the right to work on this machine was taken back";
    sessions_stop_of(plane, actor, user_id, Some(machine_id), reason).await
}

/// Somebody of the machine's tenant; whoever belongs to another one does not exist.
async fn colleague(plane: &ControlPlane, machine: &Machine, user: UserRef) -> Result<User, Error> {
    let user = plane.user_meant(user).await?;
    user.filter(|user| user.tenant == machine.tenant).ok_or(Error::not_found("User"))
}

/// The acting role; the least one for whoever is no user.
const fn acting_role(actor: &Actor) -> Role {
    match actor {
        Actor::User { role, .. } => *role,
        Actor::Machine { .. } | Actor::System => Role::ReadOnly,
    }
}

fn admin_stays(message: &'static str) -> Error {
    Error::denied("machine_admin", message)
        .with_hint("who looks after the machine is changed by an administrator of the tenant")
}
