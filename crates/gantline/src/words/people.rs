//! What is said of accounts and tokens.

use model::user::{UserKind, UserState};

/// What is said of accounts and tokens. Names that go in are escaped by who prints them.
pub(crate) trait PeopleWords {
    fn user_headings(&self) -> [&'static str; 6];
    fn user_kind(&self, kind: UserKind) -> &'static str;
    fn user_state(&self, state: UserState) -> &'static str;
    fn user_is(&self, name: &str, role: &str, state: &str) -> String;
    fn no_such_user(&self, name: &str) -> String;
    fn hint_list_users(&self) -> &'static str;
    fn pass_link_on(&self, name: &str, until: &str) -> String;
    fn service_account_made(&self, name: &str) -> String;
    fn change_role(&self, name: &str) -> String;
    fn disable_user(&self, name: &str) -> String;
    fn delete_user(&self, name: &str) -> String;
    fn user_deleted(&self, name: &str) -> String;
    fn no_logins(&self) -> &'static str;
    fn login_headings(&self) -> [&'static str; 4];
    fn sign_user_out(&self, name: &str) -> String;
    fn user_signed_out(&self, name: &str) -> String;

    fn tenant_headings(&self) -> [&'static str; 5];
    fn tenant_made(&self, name: &str, number: i64) -> String;
    fn tenant_renamed(&self, before: &str, now: &str) -> String;
    fn session_limit_labels(&self) -> [&'static str; 4];
    fn no_limit(&self) -> &'static str;

    fn assignment_headings(&self) -> [&'static str; 4];
    fn machine_assignment_headings(&self) -> [&'static str; 5];
    fn nobody_assigned_anywhere(&self) -> &'static str;
    fn nobody_assigned(&self) -> &'static str;
    fn assigned(&self, user: &str, permission: &str, machine: &str) -> String;
    fn unassign(&self, user: &str, machine: &str) -> String;
    fn unassigned(&self, user: &str, machine: &str) -> String;

    fn no_tokens(&self) -> &'static str;
    fn token_headings(&self) -> [&'static str; 5];
    fn token_once(&self) -> &'static str;
    fn token_rotated(&self, name: &str, until: &str) -> String;
    fn no_such_token(&self, name: &str) -> String;
    fn several_tokens(&self, name: &str) -> String;
    fn revoke_token(&self, name: &str) -> String;
    fn token_revoked(&self, name: &str) -> String;
}
