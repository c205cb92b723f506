//! What accounts and tenants look like to their administrators.

use contract::users::{AccountView, TenantView};
use control::tenants::TenantCounts;
use control::users::Account;
use model::tenant::Tenant;

/// An account, as administrators see it.
pub fn account(account: &Account) -> AccountView {
    let link_expires_at = account.link_expires_at.map(Into::into);
    let has_second_factor = account.has_second_factor;
    AccountView { user: super::user(&account.user), link_expires_at, has_second_factor }
}

/// An organisation.
pub fn tenant(tenant: &Tenant, counts: TenantCounts) -> TenantView {
    TenantView {
        tenant_id: tenant.number,
        id: tenant.id,
        name: tenant.name.clone(),
        users: counts.users,
        machines: counts.machines,
        created_at: tenant.created_at.into(),
        second_factor: tenant.second_factor,
        frozen: tenant.frozen.as_ref().map(super::freeze),
    }
}
