//! The table of rights as people read it. Nothing is decided here: every cell is asked of
//! [`check`].

use model::actor::{AssignmentLevel, Credential};
use model::rng::CountingRng;
use model::{Actor, Role, TenantId, Timestamp, UserId, words};

use super::{Action, Scope, Verdict, check};

words! {
    /// Somebody with a role, and with an assignment to the machine in question.
    pub enum Person as "person" {
        /// Runs the installation.
        SystemAdmin = "System administrator",
        /// Runs the tenant.
        TenantAdmin = "Tenant administrator",
        /// Looks after the machine.
        MachineAdmin = "Machine administrator",
        /// Works on the machine.
        User = "User",
        /// Looks at the machine.
        ReadOnly = "Reader",
    }
}

words! {
    /// The operations of the documented table.
    pub enum Operation as "operation" {
        /// Start a session.
        StartSession = "Create a session",
        /// See, drive and stop one's own.
        ManageOwn = "Manage one's own sessions",
        /// See and stop other people's.
        StopOthers = "See and stop other people's sessions on the machine",
        /// Look at the files of the workspaces.
        BrowseFiles = "Browse the machine's files",
        /// Give and take the right to work there.
        Assign = "Assign users to the machine and revoke them",
        /// Remove the machine.
        Deregister = "Deregister the machine",
        /// Make a registration token.
        Enrol = "Make a registration token",
        /// Store, test, change and delete provider keys.
        ManageKeys = "Manage provider keys",
    }
}

/// How much of an action somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Nothing.
    No,
    /// With what is their own.
    Own,
    /// With everything that there is, in the tenant or on the machine.
    All,
}

/// Whether somebody may do an operation of the documented table.
pub fn may(person: Person, operation: Operation) -> bool {
    let all = |actions: &[Action]| actions.iter().all(|a| extent(person, *a) == Extent::All);
    let own = |actions: &[Action]| actions.iter().all(|a| extent(person, *a) != Extent::No);
    match operation {
        Operation::StartSession => all(&[Action::SessionStart]),
        Operation::ManageOwn => {
            own(&[Action::SessionView, Action::SessionDrive, Action::SessionStop])
        }
        Operation::StopOthers => all(&[Action::SessionView, Action::SessionStop]),
        Operation::BrowseFiles => own(&[Action::MachineFiles]),
        Operation::Assign => all(&[Action::AssignmentManage]),
        Operation::Deregister => all(&[Action::MachineDeregister]),
        Operation::Enrol => all(&[Action::MachineEnrol]),
        Operation::ManageKeys => all(&[Action::ProviderKeyManage]),
    }
}

/// How much of an action somebody may do.
pub fn extent(person: Person, action: Action) -> Extent {
    let rng = CountingRng::default();
    let now = Timestamp::from_millis(0);
    let (tenant, user, other) =
        (TenantId::new(now, &rng), UserId::new(now, &rng), UserId::new(now, &rng));
    let (role, assignment) = person.rights();
    let actor = Actor::User { user, tenant, role, credential: Credential::SharedToken };
    let allowed = |owner| {
        check(&actor, action, &Scope { tenant, owner, assignment, on_machine: true, lent: None })
            == Verdict::Allowed
    };
    if is_about_oneself(action) {
        return if allowed(Some(user)) { Extent::Own } else { Extent::No };
    }
    if !has_owner(action) {
        return if allowed(None) { Extent::All } else { Extent::No };
    }
    match (allowed(Some(user)), allowed(Some(other))) {
        (_, true) => Extent::All,
        (true, false) => Extent::Own,
        (false, false) => Extent::No,
    }
}

impl Person {
    const fn rights(self) -> (Role, Option<AssignmentLevel>) {
        match self {
            Self::SystemAdmin => (Role::SystemAdmin, None),
            Self::TenantAdmin => (Role::TenantAdmin, None),
            Self::MachineAdmin => (Role::User, Some(AssignmentLevel::Admin)),
            Self::User => (Role::User, Some(AssignmentLevel::User)),
            Self::ReadOnly => (Role::ReadOnly, Some(AssignmentLevel::User)),
        }
    }
}

/// Whether the action is about something that is somebody's.
const fn has_owner(action: Action) -> bool {
    matches!(
        action,
        Action::SessionView
            | Action::SessionDrive
            | Action::SessionStop
            | Action::SessionShare
            | Action::SessionUnshare
            | Action::MachineFiles
            | Action::PermissionAnswer
    )
}

/// Whether the action is never about somebody else.
const fn is_about_oneself(action: Action) -> bool {
    matches!(action, Action::UsageViewOwn | Action::CredentialManageOwn)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S36: the documented table, row by row: system administrator, machine administrator, user.
    #[test]
    fn the_documented_table_holds() {
        let rows = [
            (Operation::StartSession, [true, true, true]),
            (Operation::ManageOwn, [true, true, true]),
            (Operation::StopOthers, [true, true, false]),
            (Operation::BrowseFiles, [true, true, true]),
            (Operation::Assign, [true, true, false]),
            (Operation::Deregister, [true, false, false]),
            (Operation::Enrol, [true, false, false]),
            (Operation::ManageKeys, [true, false, false]),
        ];
        assert_eq!(rows.map(|(operation, _)| operation), Operation::ALL);
        for (operation, expected) in rows {
            let people = [Person::SystemAdmin, Person::MachineAdmin, Person::User];
            assert_eq!(people.map(|person| may(person, operation)), expected, "{operation}");
        }
    }

    /// The tenant's administrator is the document's system administrator of one tenant; whoever
    /// only looks does none of it but look.
    #[test]
    fn the_roles_that_the_document_does_not_have_fit_beside_it() {
        for operation in Operation::ALL {
            assert!(may(Person::TenantAdmin, *operation), "{operation}");
            let is_looking = *operation == Operation::BrowseFiles;
            assert_eq!(may(Person::ReadOnly, *operation), is_looking, "{operation}");
        }
    }
}
