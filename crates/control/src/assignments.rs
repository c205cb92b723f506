//! Who may work on which machine.

use std::sync::Arc;

use bus::Event;
use contract::users::UserRef;
use model::actor::AssignmentLevel;
use model::machine::Machine;
use model::user::User;
use model::{Actor, MachineId, Role, UserId};
use policy::{Action, assignments as rules};
use serde_json::json;
use store::assignments::AssignmentQuery;
pub use store::assignments::{Assigned, AssignedOn};

use crate::authorise::{acting_user, authorise_in};
use crate::sessions::sessions_stop_of;
use crate::tenants::tenant_meant;
use crate::{ControlPlane, Error};

/// The most that are answered at once.
const MOST_AT_ONCE: u32 = 200;

/// Everybody who was given something on a machine.
pub async fn assignments(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
) -> Result<Vec<Assigned>, Error> {
    plane.authorise_machine(actor, Action::AssignmentManage, machine).await?;
    Ok(plane.store.assignments(machine).await?)
}

/// Which assignments somebody wants to see who administers a tenant.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssignmentsWanted {
    /// The number of the tenant; the actor's own if there is none.
    pub tenant: Option<i64>,
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// Only those of this account.
    pub user: Option<UserId>,
    /// Only those after this one.
    pub after: Option<(MachineId, UserId)>,
    /// At most this many, 1 to 200.
    pub limit: u32,
}

/// What was given to whom on the machines of a tenant, and where to go on if that is not all. What is
/// not of the tenant is not found, and no error.
pub async fn assignments_of_tenant(
    plane: &ControlPlane,
    actor: &Actor,
    wanted: AssignmentsWanted,
) -> Result<(Vec<AssignedOn>, Option<(MachineId, UserId)>), Error> {
    let AssignmentsWanted { tenant, machine, user, after, limit } = wanted;
    let tenant = tenant_meant(plane, actor, tenant).await?;
    authorise_in(actor, Action::AssignmentManage, tenant)?;
    let limit = limit.clamp(1, MOST_AT_ONCE);
    // One more than is answered, which tells whether there are more.
    let query = AssignmentQuery { tenant, machine, user, after, limit: limit + 1 };
    let mut found = plane.store.assignments_of(&query).await?;
    let is_all = found.len() <= limit as usize;
    found.truncate(limit as usize);
    let last = found.last().filter(|_| !is_all);
    let next = last.map(|last| (last.machine, last.assigned.user.id));
    Ok((found, next))
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
