//! What a grant on a machine comes to, and who may take one back.
//!
//! Both are documented particulars of the table of rights: whoever looks after a machine gives
//! and takes the right `user` there, and never the right `admin`.

use model::Role;
use model::actor::AssignmentLevel;

/// What is stored of a grant: one of `admin` by somebody who does not administer the tenant is
/// one of `user`.
pub const fn level_granted(by: Role, asked: AssignmentLevel) -> AssignmentLevel {
    if by.administers_tenant() { asked } else { AssignmentLevel::User }
}

/// Whether somebody may take back what another was given, or give them something else instead,
/// which would be the same by another way.
pub const fn may_change(by: Role, held: AssignmentLevel) -> bool {
    by.administers_tenant() || matches!(held, AssignmentLevel::User)
}

#[cfg(test)]
mod tests {
    use super::*;
    use AssignmentLevel::{Admin, User};

    /// S36: the two particulars of the documented table.
    #[test]
    fn a_machine_administrator_gives_and_takes_the_right_user_only() {
        for asked in [User, Admin] {
            assert_eq!(level_granted(Role::User, asked), User);
            assert_eq!(level_granted(Role::TenantAdmin, asked), asked);
            assert_eq!(level_granted(Role::SystemAdmin, asked), asked);
        }
        assert!(may_change(Role::User, User) && !may_change(Role::User, Admin));
        assert!(may_change(Role::TenantAdmin, Admin) && may_change(Role::SystemAdmin, Admin));
    }
}
