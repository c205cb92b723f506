//! What accounts and tenants look like to their administrators.

use contract::assignments::MachineAssignmentView;
use contract::session_limits::SessionLimitsView;
use contract::users::{AccountView, TenantView};
use control::assignments::AssignedOn;
use control::tenants::TenantCounts;
use control::users::Account;
use model::session_limits::SessionLimits;
use model::tenant::Tenant;

/// An account, as administrators see it.
pub fn account(account: &Account) -> AccountView {
    let link_expires_at = account.link_expires_at.map(Into::into);
    let has_second_factor = account.has_second_factor;
    AccountView { user: super::user(&account.user), link_expires_at, has_second_factor }
}

/// Somebody who was given a right, and on which machine.
pub fn machine_assignment(given: &AssignedOn) -> MachineAssignmentView {
    MachineAssignmentView {
        machine_id: given.machine,
        machine_name: given.machine_name.clone(),
        assignment: super::assignment(&given.assigned),
    }
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
        limits: session_limits(tenant.limits),
        transcripts_kept_days: tenant.transcripts_kept_days,
        frozen: tenant.frozen.as_ref().map(super::freeze),
    }
}

/// What a tenant allows its sessions.
fn session_limits(limits: SessionLimits) -> SessionLimitsView {
    SessionLimitsView {
        idle_limit_s: limits.idle.map(|idle| idle.as_secs()),
        max_turns: limits.turns,
        max_sessions_per_machine: limits.per_machine,
        max_sessions_per_user: limits.per_user,
    }
}
