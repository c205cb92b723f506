//! Organisations.

use model::tenant::Tenant;
use model::{Actor, Role, TenantId};
use policy::Action;
use serde_json::json;
pub use store::tenants::TenantCounts;

use crate::authorise::{acting_tenant, authorise_in, authorise_tenant};
use crate::{ControlPlane, Error, text};

/// The tenants that the actor may know of, by number: their own, or for whoever runs the
/// installation all.
pub async fn tenants(
    plane: &ControlPlane,
    actor: &Actor,
) -> Result<Vec<(Tenant, TenantCounts)>, Error> {
    let own = acting_tenant(actor)?;
    let mut tenants = plane.store.tenants().await?;
    tenants.retain(|tenant| may_know(actor, own, tenant.id));
    let counts = plane.store.tenant_counts().await?;
    let count = |tenant: &Tenant| counts.get(&tenant.id).copied().unwrap_or_default();
    Ok(tenants.into_iter().map(|tenant| (tenant.clone(), count(&tenant))).collect())
}

/// Makes a tenant. Nobody is in it yet.
pub async fn tenant_create(
    plane: &ControlPlane,
    actor: &Actor,
    name: &str,
) -> Result<Tenant, Error> {
    authorise_in(actor, Action::TenantManage, acting_tenant(actor)?)?;
    let name = text::name("the tenant's name", name, 100)?;
    let now = plane.now();
    let id = TenantId::new(now, &**plane.rng());
    let record = plane.audit(actor, "tenant.create", format_args!("tenant:{id}"), &json!({}));
    let stored = name.clone();
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.tenant_insert(id, &stored, now).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    let made = plane.store.tenants().await?.into_iter().find(|tenant| tenant.id == id);
    made.ok_or(Error::not_found("tenant"))
}

/// Calls a tenant something else. Doing it again changes nothing.
pub async fn tenant_rename(
    plane: &ControlPlane,
    actor: &Actor,
    id: TenantId,
    name: &str,
) -> Result<(Tenant, TenantCounts), Error> {
    authorise_tenant(actor, Action::TenantManage, id, "tenant")?;
    let name = text::name("the tenant's name", name, 100)?;
    let object = format!("tenant:{id}");
    let record = plane.audit_about(actor, id, "tenant.rename", object, &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.tenant_rename(id, &name).await? {
                    tx.audit_append(record).await?;
                }
                Ok(())
            })
        })
        .await?;
    let known = tenants(plane, actor).await?;
    known.into_iter().find(|(known, _)| known.id == id).ok_or(Error::not_found("tenant"))
}

/// The tenant that is meant by the number that scripts use; the actor's own if there is none. One
/// that the actor may not know of is not there.
pub(crate) async fn tenant_meant(
    plane: &ControlPlane,
    actor: &Actor,
    number: Option<i64>,
) -> Result<TenantId, Error> {
    let own = acting_tenant(actor)?;
    let Some(number) = number else { return Ok(own) };
    let tenants = plane.store.tenants().await?;
    let meant = tenants.into_iter().find(|tenant| tenant.number == number);
    let meant = meant.filter(|tenant| may_know(actor, own, tenant.id));
    meant.map(|tenant| tenant.id).ok_or(Error::not_found("tenant"))
}

fn may_know(actor: &Actor, own: TenantId, tenant: TenantId) -> bool {
    tenant == own || matches!(actor, Actor::User { role: Role::SystemAdmin, .. })
}
