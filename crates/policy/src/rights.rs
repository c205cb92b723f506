//! Who may do what.
//!
//! One table (`needs`) and two rules: an object of another tenant does not exist, and
//! what belongs to somebody else on a machine is open only to those who look after that machine, and
//! to those to whom its owner has lent it, as far as that goes (`is_lent`).
//!
//! - [`shown`]: the table as people read it, asked of [`check`]

pub mod shown;

use model::actor::AssignmentLevel;
use model::share::ShareLevel;
use model::{Actor, Role, TenantId, TokenScope, UserId, words};

words! {
    /// What can be done. Every use case names one of these before it does anything.
    pub enum Action as "action" {
        /// See that a machine exists, what it is and whether it is online.
        MachineView = "machine.view",
        /// Make a registration token.
        MachineEnrol = "machine.enrol",
        /// Remove a machine with its sessions and tokens.
        MachineDeregister = "machine.deregister",
        /// Name, label, freeze and unfreeze a machine.
        MachineManage = "machine.manage",
        /// Freeze and unfreeze every machine of a tenant at once.
        MachineFreezeAll = "machine.freeze_all",
        /// Look at the files where a session works, and fetch them.
        MachineFiles = "machine.files",
        /// Look at the copies of a machine's workspaces that are on the server, and fetch them.
        MachineCopies = "machine.copies",
        /// See and continue what was begun on a machine outside of us; its owner says who may.
        MachineHistories = "machine.histories",
        /// Start a session on a machine.
        SessionStart = "session.start",
        /// Say how many sessions there may be, how many prompts one takes and when one is idle.
        SessionLimit = "session.limit",
        /// See a session and its transcript or screen.
        SessionView = "session.view",
        /// Prompt, type, change modes.
        SessionDrive = "session.drive",
        /// End, pause and resume a session.
        SessionStop = "session.stop",
        /// Lend a session to others.
        SessionShare = "session.share",
        /// Take back what was lent.
        SessionUnshare = "session.unshare",
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
        /// Read the audit log of the whole installation.
        ServerAuditView = "audit.view_server",
        /// Change the keys that seal provider keys, for the whole installation.
        KeyRingRotate = "key_ring.rotate",
        /// See the numbers of the whole installation.
        MetricsView = "metrics.view",
        /// See and change accounts.
        UserManage = "user.manage",
        /// Make tenants.
        TenantManage = "tenant.manage",
        /// Say whether transcripts are kept on the server, and for how long.
        TranscriptKeep = "transcript.keep",
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
    /// What its owner has lent to the actor, if anything.
    pub lent: Option<ShareLevel>,
}

impl Scope {
    /// An object of a tenant that is on no machine and belongs to nobody in particular.
    pub const fn tenant(tenant: TenantId) -> Self {
        Self { tenant, owner: None, assignment: None, on_machine: false, lent: None }
    }

    /// A machine, and what the actor was given there.
    pub const fn machine(tenant: TenantId, assignment: Option<AssignmentLevel>) -> Self {
        Self { tenant, owner: None, assignment, on_machine: true, lent: None }
    }

    /// Somebody's object on a machine, and what the actor was given there.
    pub const fn owned(
        tenant: TenantId,
        owner: UserId,
        assignment: Option<AssignmentLevel>,
    ) -> Self {
        Self { tenant, owner: Some(owner), assignment, on_machine: true, lent: None }
    }

    /// The same, of which this was lent to the actor.
    pub const fn lent(self, lent: Option<ShareLevel>) -> Self {
        Self { lent, ..self }
    }

    /// Somebody's object that is on no machine.
    pub const fn personal(tenant: TenantId, owner: UserId) -> Self {
        Self { tenant, owner: Some(owner), assignment: None, on_machine: false, lent: None }
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
    let Actor::User { user, tenant, role, credential } = actor else {
        return if matches!(actor, Actor::System) { Verdict::Allowed } else { Verdict::Hidden };
    };
    if *tenant != scope.tenant && *role != Role::SystemAdmin {
        return Verdict::Hidden;
    }
    let foreign = scope.owner.is_some_and(|owner| owner != *user);
    let administers = role.administers_tenant();
    let machine_admin = scope.assignment == Some(AssignmentLevel::Admin);
    let is_near = administers || !scope.on_machine || scope.assignment.is_some();
    let lent = scope.lent.filter(|_| foreign);
    let is_open = is_near && (!foreign || administers || machine_admin);
    if !is_open && lent.is_none() {
        return Verdict::Hidden;
    }
    let changes = *role != Role::ReadOnly;
    let (needs, token) = needs(action);
    let by_right = match needs {
        _ if !is_open => false,
        Needs::SystemAdmin => *role == Role::SystemAdmin,
        Needs::TenantAdmin => administers,
        Needs::MachineAdmin => administers || (changes && machine_admin),
        Needs::Worker => changes,
        Needs::OwnerOrAdmin => administers || (changes && !foreign),
        Needs::Owner => changes && !foreign,
        Needs::Reader => true,
    };
    // To lend a session is not to open its machine: that is for whoever looks after it to say.
    let allowed = by_right
        || lent.is_some_and(|level| is_lent(level, action, works_on(*role, scope.assignment)));
    if allowed && credential.scopes().covers(token) { Verdict::Allowed } else { Verdict::Denied }
}

/// Whether somebody with this role, who was given this on a machine of their tenant, may work there.
pub fn works_on(role: Role, assignment: Option<AssignmentLevel>) -> bool {
    role != Role::ReadOnly && (role.administers_tenant() || assignment.is_some())
}

/// Whether somebody with this role, who was given this on a machine of their tenant, looks after it.
pub fn looks_after(role: Role, assignment: Option<AssignmentLevel>) -> bool {
    let is_admin = assignment == Some(AssignmentLevel::Admin);
    role.administers_tenant() || (role != Role::ReadOnly && is_admin)
}

/// Whether an action goes with what was lent, to somebody who may work on the machine or not.
const fn is_lent(level: ShareLevel, action: Action, works_there: bool) -> bool {
    match action {
        Action::SessionView => true,
        Action::SessionDrive | Action::PermissionAnswer | Action::MachineFiles => {
            works_there && matches!(level, ShareLevel::Drive)
        }
        _ => false,
    }
}

/// What an action asks of whoever does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Runs the installation.
    SystemAdmin,
    /// Administers the tenant.
    TenantAdmin,
    /// Looks after this machine, or administers the tenant.
    MachineAdmin,
    /// May change things.
    Worker,
    /// May change things and it is their own, or administers the tenant.
    OwnerOrAdmin,
    /// May change things, and it is their own.
    Owner,
    /// May look.
    Reader,
}

/// The table: what an action asks of whoever does it, and of a token with which it is done.
///
/// Documented for machine administrators: they see and stop other people's sessions, they do not
/// type into them. Nor does anybody else to whom the owner has not lent it: what is typed works with
/// the owner's rights.
const fn needs(action: Action) -> (Needs, TokenScope) {
    match action {
        // They are about every tenant.
        Action::MetricsView | Action::ServerAuditView => (Needs::SystemAdmin, TokenScope::Read),
        // The key ring seals the secrets of every tenant.
        Action::KeyRingRotate => (Needs::SystemAdmin, TokenScope::Keys),
        Action::TenantManage => (Needs::SystemAdmin, TokenScope::Users),
        Action::UserManage => (Needs::TenantAdmin, TokenScope::Users),
        Action::MachineEnrol | Action::MachineDeregister | Action::MachineFreezeAll => {
            (Needs::TenantAdmin, TokenScope::Machines)
        }
        Action::ProviderKeyManage => (Needs::TenantAdmin, TokenScope::Keys),
        Action::BudgetManage => (Needs::TenantAdmin, TokenScope::Budget),
        Action::PolicyManage | Action::SessionLimit | Action::TranscriptKeep => {
            (Needs::TenantAdmin, TokenScope::Policy)
        }
        Action::UsageViewAll | Action::AuditView => (Needs::TenantAdmin, TokenScope::Read),
        Action::AssignmentManage | Action::MachineManage => {
            (Needs::MachineAdmin, TokenScope::Machines)
        }
        // Whoever may start a session there may have it read every file of the workspace anyway.
        Action::SessionStart
        | Action::SessionStop
        | Action::MachineCopies
        | Action::MachineHistories => (Needs::Worker, TokenScope::Sessions),
        // Files may hold what a token that only looks at sessions should not see.
        Action::MachineFiles => (Needs::Reader, TokenScope::Sessions),
        Action::PermissionAnswer | Action::SessionUnshare => {
            (Needs::OwnerOrAdmin, TokenScope::Sessions)
        }
        Action::SessionDrive | Action::SessionShare => (Needs::Owner, TokenScope::Sessions),
        // A token that could make tokens could make one for everything.
        Action::CredentialManageOwn => (Needs::Reader, TokenScope::Full),
        Action::MachineView | Action::SessionView | Action::UsageViewOwn => {
            (Needs::Reader, TokenScope::Read)
        }
    }
}

#[cfg(test)]
mod tests;
