//! Freezes: no new work begins on a machine, or on any of a tenant's. What runs goes on, and what
//! was queued waits.

use std::sync::Arc;

use bus::Event;
use model::freeze::Freezes;
use model::machine::Machine;
use model::{Actor, MachineId, TenantId, UserId};
use policy::Action;
use serde_json::json;
use store::Tx;
use store::freezes::NewFreeze;

use crate::authorise::{acting_user, authorise_tenant};
use crate::{ControlPlane, Error, text};

/// Keeps a machine from new work. Doing it again changes nothing.
pub async fn machine_freeze(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
    reason: Option<&str>,
) -> Result<Machine, Error> {
    let tenant = plane.authorise_machine(actor, Action::MachineManage, id).await?.tenant;
    let freeze = new_freeze(plane, acting_user(actor)?, reason)?;
    let facts = json!({ "reason": freeze.reason });
    let object = format!("machine:{id}");
    let record = plane.audit_about(actor, tenant, "machine.freeze", object, &facts);
    let machine = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.machine_freeze(id, &freeze).await? {
                    tx.audit_append(record).await?;
                }
                tx.machine(id).await?.ok_or(Error::not_found("machine"))
            })
        })
        .await?;
    plane.bus.tell(Event::MachineChanged(Arc::new(machine.clone())));
    Ok(machine)
}

/// Lets a machine take new work again. What holds for every machine of its tenant still holds.
pub async fn machine_unfreeze(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
) -> Result<Machine, Error> {
    let tenant = plane.authorise_machine(actor, Action::MachineManage, id).await?.tenant;
    let object = format!("machine:{id}");
    let record = plane.audit_about(actor, tenant, "machine.unfreeze", object, &json!({}));
    let machine = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.machine_unfreeze(id).await? {
                    tx.audit_append(record).await?;
                }
                tx.machine(id).await?.ok_or(Error::not_found("machine"))
            })
        })
        .await?;
    plane.bus.tell(Event::MachineChanged(Arc::new(machine.clone())));
    Ok(machine)
}

/// Keeps every machine of a tenant from new work, those that are yet to come included. Doing it
/// again changes nothing. Answers the machines.
pub async fn machines_freeze_all(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
    reason: Option<&str>,
) -> Result<Vec<Machine>, Error> {
    let by = authorise_tenant(actor, Action::MachineFreezeAll, tenant, "tenant")?;
    let freeze = new_freeze(plane, by, reason)?;
    let facts = json!({ "reason": freeze.reason });
    let object = format!("tenant:{tenant}");
    let record = plane.audit_about(actor, tenant, "machine.freeze_all", object, &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.tenant_freeze(tenant, &freeze).await? {
                    tx.audit_append(record).await?;
                }
                Ok(())
            })
        })
        .await?;
    tell_all(plane, tenant).await
}

/// Lets the machines of a tenant take new work again, but for those that were frozen by
/// themselves. Answers the machines.
pub async fn machines_unfreeze_all(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
) -> Result<Vec<Machine>, Error> {
    authorise_tenant(actor, Action::MachineFreezeAll, tenant, "tenant")?;
    let object = format!("tenant:{tenant}");
    let record = plane.audit_about(actor, tenant, "machine.unfreeze_all", object, &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.tenant_unfreeze(tenant).await? {
                    tx.audit_append(record).await?;
                }
                Ok(())
            })
        })
        .await?;
    tell_all(plane, tenant).await
}

/// Refuses new work on a frozen machine.
pub(crate) fn refuse_frozen(machine: &Machine) -> Result<(), Error> {
    let (message, freeze, lift) = match &machine.freezes {
        Freezes { tenant: Some(freeze), .. } => (
            "every machine is frozen: none takes new work".to_owned(),
            freeze,
            "an administrator lifts it with `gantline machine unfreeze --all`",
        ),
        Freezes { machine: Some(freeze), .. } => (
            format!("{} is frozen: it takes no new work", machine.name),
            freeze,
            "whoever looks after it lifts it with `gantline machine unfreeze`",
        ),
        Freezes { machine: None, tenant: None } => return Ok(()),
    };
    let why = freeze.reason.as_ref().map(|reason| format!(", {reason:?}")).unwrap_or_default();
    let hint = format!("frozen by {}{why}; {lift}", freeze.by_name);
    Err(Error::conflict("machine_frozen", message).with_hint(hint))
}

/// The same inside the write that begins the work: once a freeze was answered, nothing begins any
/// more.
pub(crate) async fn refuse_frozen_now(tx: &mut Tx, id: MachineId) -> Result<(), Error> {
    refuse_frozen(&tx.machine(id).await?.ok_or(Error::not_found("machine"))?)
}

fn new_freeze(plane: &ControlPlane, by: UserId, reason: Option<&str>) -> Result<NewFreeze, Error> {
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let reason = reason.map(|reason| text::name("the reason", reason, 200)).transpose()?;
    Ok(NewFreeze { at: plane.now(), by, reason })
}

async fn tell_all(plane: &ControlPlane, tenant: TenantId) -> Result<Vec<Machine>, Error> {
    let machines = plane.store.machines(Some(tenant), None).await?;
    for machine in &machines {
        plane.bus.tell(Event::MachineChanged(Arc::new(machine.clone())));
    }
    Ok(machines)
}
