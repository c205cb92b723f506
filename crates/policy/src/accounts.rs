//! Whose account somebody may make or change: nobody reaches above themselves.

use model::Role;

/// Whether somebody may make accounts with a role, change those that have it, and give it.
pub const fn may_give(own: Role, given: Role) -> bool {
    match own {
        Role::SystemAdmin => true,
        Role::TenantAdmin => !matches!(given, Role::SystemAdmin),
        Role::User | Role::ReadOnly => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gives_a_role_above_their_own() {
        for given in Role::ALL {
            assert!(may_give(Role::SystemAdmin, *given));
            assert_eq!(may_give(Role::TenantAdmin, *given), *given != Role::SystemAdmin);
            assert!(!may_give(Role::User, *given) && !may_give(Role::ReadOnly, *given));
        }
    }
}
