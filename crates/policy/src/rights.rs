//! Who may do what.
//!
//! One table (`needs`) and two rules: an object of another tenant does not exist, and
//! what belongs to somebody else on a machine is open only to those who look after that machine.

use model::actor::AssignmentLevel;
use model::{Actor, Role, TenantId, UserId, words};

words! {
    /// What can be done. Every use case names one of these before it does anything.
    pub enum Action as "action" {
        /// See that a machine exists, what it is and whether it is online.
        MachineView = "machine.view",
        /// Make a registration token.
        MachineEnrol = "machine.enrol",
        /// Remove a machine with its sessions and tokens.
        MachineDeregister = "machine.deregister",
        /// Start a session on a machine.
        SessionStart = "session.start",
        /// See a session and its transcript or screen.
        SessionView = "session.view",
        /// Prompt, type, change modes.
        SessionDrive = "session.drive",
        /// End a session.
        SessionStop = "session.stop",
        /// Answer an agent's question.
        PermissionAnswer = "permission.answer",
        /// Store, list, change, test and delete provider keys.
        ProviderKeyManage = "provider_key.manage",
        /// See what one's own sessions used.
        UsageViewOwn = "usage.view_own",
        /// See what everybody in the tenant used.
        UsageViewAll = "usage.view_all",
        /// Make, list and revoke one's own API tokens and logins.
        CredentialManageOwn = "credential.manage_own",
        /// Set prices and quotas, and raise what is spent.
        BudgetManage = "budget.manage",
        /// Read the audit log.
        AuditView = "audit.view",
        /// Change the keys that seal provider keys, for the whole installation.
        KeyRingRotate = "key_ring.rotate",
        /// See and change accounts.
        UserManage = "user.manage",
        /// Make presets, and say what is never allowed.
        PolicyManage = "policy.manage",
        /// Assign people to machines.
        AssignmentManage = "assignment.manage",
    }
}

/// What is known of the object that the action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The tenant the object belongs to.
    pub tenant: TenantId,
    /// Whose it is, where it is somebody's.
    pub owner: Option<UserId>,
    /// What the actor was given on the machine that the object is on, if anything.
    pub assignment: Option<AssignmentLevel>,
    /// Whether the object is a machine or lies on one, so that an assignment is needed.
    pub on_machine: bool,
}

impl Scope {
    /// An object of a tenant that is on no machine and belongs to nobody in particular.
    pub const fn tenant(tenant: TenantId) -> Self {
        Self { tenant, owner: None, assignment: None, on_machine: false }
    }

    /// A machine, and what the actor was given there.
    pub const fn machine(tenant: TenantId, assignment: Option<AssignmentLevel>) -> Self {
        Self { tenant, owner: None, assignment, on_machine: true }
    }

    /// Somebody's object on a machine, and what the actor was given there.
    pub const fn owned(
        tenant: TenantId,
        owner: UserId,
        assignment: Option<AssignmentLevel>,
    ) -> Self {
        Self { tenant, owner: Some(owner), assignment, on_machine: true }
    }

    /// Somebody's object that is on no machine.
    pub const fn personal(tenant: TenantId, owner: UserId) -> Self {
        Self { tenant, owner: Some(owner), assignment: None, on_machine: false }
    }
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go ahead.
    Allowed,
    /// The actor may know of the object, but not do this.
    Denied,
    /// For this actor the object does not exist.
    Hidden,
}

/// Decides. `System` may do everything: it acts for nobody. A machine may do nothing here; what
/// it reports is taken by its link.
pub fn check(actor: &Actor, action: Action, scope: &Scope) -> Verdict {
    let Actor::User { user, tenant, role, .. } = actor else {
        return if matches!(actor, Actor::System) { Verdict::Allowed } else { Verdict::Hidden };
    };
    if *tenant != scope.tenant && *role != Role::SystemAdmin {
        return Verdict::Hidden;
    }
    let foreign = scope.owner.is_some_and(|owner| owner != *user);
    if role.administers_tenant() {
        // Nobody types in another person's name; an administrator may stop what runs.
        let types_for_another = foreign && action == Action::SessionDrive;
        // The key ring seals the secrets of every tenant.
        let is_beyond_tenant = action == Action::KeyRingRotate && *role != Role::SystemAdmin;
        let denied = types_for_another || is_beyond_tenant;
        return if denied { Verdict::Denied } else { Verdict::Allowed };
    }
    if scope.on_machine && scope.assignment.is_none() {
        return Verdict::Hidden;
    }
    let machine_admin = scope.assignment == Some(AssignmentLevel::Admin);
    if foreign && !machine_admin {
        return Verdict::Hidden;
    }
    let changes = *role != Role::ReadOnly;
    let allowed = match needs(action) {
        Needs::Admin => false,
        Needs::MachineAdmin => changes && machine_admin,
        Needs::Worker => changes,
        Needs::Owner => changes && !foreign,
        Needs::Reader => true,
    };
    if allowed { Verdict::Allowed } else { Verdict::Denied }
}

/// What an action asks of somebody who does not administer the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Never enough.
    Admin,
    /// Looks after this machine.
    MachineAdmin,
    /// May change things.
    Worker,
    /// May change things, and it is their own.
    Owner,
    /// May look.
    Reader,
}

/// The table. Documented for machine administrators: they see and stop other people's sessions,
/// they do not type into them.
const fn needs(action: Action) -> Needs {
    match action {
        Action::MachineEnrol
        | Action::MachineDeregister
        | Action::ProviderKeyManage
        | Action::KeyRingRotate
        | Action::UsageViewAll
        | Action::BudgetManage
        | Action::AuditView
        | Action::PolicyManage
        | Action::UserManage => Needs::Admin,
        Action::AssignmentManage => Needs::MachineAdmin,
        Action::SessionStart | Action::SessionStop => Needs::Worker,
        Action::SessionDrive | Action::PermissionAnswer => Needs::Owner,
        Action::MachineView
        | Action::SessionView
        | Action::UsageViewOwn
        | Action::CredentialManageOwn => Needs::Reader,
    }
}

#[cfg(test)]
mod tests;
