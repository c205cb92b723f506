//! What is said of accounts and tokens, in English.

use model::user::{UserKind, UserState};

use super::English;
use crate::words::people::PeopleWords;

impl PeopleWords for English {
    fn user_headings(&self) -> [&'static str; 6] {
        ["NO.", "USERNAME", "NAME", "KIND", "ROLE", "STATE"]
    }

    fn user_kind(&self, kind: UserKind) -> &'static str {
        match kind {
            UserKind::Person => "person",
            UserKind::Service => "service account",
        }
    }

    fn user_state(&self, state: UserState) -> &'static str {
        match state {
            UserState::Active => "active",
            UserState::Invited => "invited",
            UserState::Disabled => "disabled",
            UserState::Deleted => "deleted",
        }
    }

    fn user_is(&self, name: &str, role: &str, state: &str) -> String {
        format!("{name} is {state}, with the role {role}")
    }

    fn no_such_user(&self, name: &str) -> String {
        format!("there is no account {name}")
    }

    fn hint_list_users(&self) -> &'static str {
        "`gantline user list` shows them"
    }

    fn pass_link_on(&self, name: &str, until: &str) -> String {
        format!("Give this link to {name}. It works once, until {until}, and is not shown again:")
    }

    fn service_account_made(&self, name: &str) -> String {
        format!("{name} is there; `gantline token create NAME --user {name}` makes its tokens")
    }

    fn change_role(&self, name: &str) -> String {
        format!("Give {name} another role? They are signed out everywhere, their tokens end.")
    }

    fn disable_user(&self, name: &str) -> String {
        format!("Disable {name}? Their logins, tokens and running sessions end.")
    }

    fn delete_user(&self, name: &str) -> String {
        format!(
            "Delete {name}? Their sessions, jobs, tokens, rules and settings are deleted, on their \
             machines too. Usage and the audit log stay, with the name. It cannot be undone."
        )
    }

    fn user_deleted(&self, name: &str) -> String {
        format!("{name} was deleted")
    }

    fn no_logins(&self) -> &'static str {
        "Signed in nowhere"
    }

    fn login_headings(&self) -> [&'static str; 4] {
        ["ID", "USED", "SINCE", "BROWSER"]
    }

    fn sign_user_out(&self, name: &str) -> String {
        format!("Sign {name} out of every browser?")
    }

    fn user_signed_out(&self, name: &str) -> String {
        format!("{name} is signed out of every browser")
    }

    fn tenant_headings(&self) -> [&'static str; 5] {
        ["NO.", "NAME", "ACCOUNTS", "MACHINES", "SINCE"]
    }

    fn tenant_made(&self, name: &str, number: i64) -> String {
        format!(
            "{name} is tenant {number}; `gantline user create NAME --role tenant_admin --tenant \
             {number}` invites who runs it"
        )
    }

    fn tenant_renamed(&self, before: &str, now: &str) -> String {
        format!("{before} is called {now} from now on")
    }

    fn session_limit_labels(&self) -> [&'static str; 4] {
        ["Chats end after", "Prompts in a session", "Sessions on a machine", "Sessions of a user"]
    }

    fn no_limit(&self) -> &'static str {
        "no limit"
    }

    fn assignment_headings(&self) -> [&'static str; 4] {
        ["NO.", "USERNAME", "RIGHT", "SINCE"]
    }

    fn machine_assignment_headings(&self) -> [&'static str; 5] {
        ["MACHINE", "NO.", "USERNAME", "RIGHT", "SINCE"]
    }

    fn nobody_assigned_anywhere(&self) -> &'static str {
        "Nobody was given a right on a machine"
    }

    fn nobody_assigned(&self) -> &'static str {
        "Nobody was given a right on this machine"
    }

    fn assigned(&self, user: &str, permission: &str, machine: &str) -> String {
        format!("{user} has the right {permission} on {machine}")
    }

    fn unassign(&self, user: &str, machine: &str) -> String {
        format!("Take {user} off {machine}? Their sessions there end.")
    }

    fn unassigned(&self, user: &str, machine: &str) -> String {
        format!("{user} has no right on {machine} any more")
    }

    fn no_tokens(&self) -> &'static str {
        "No API tokens"
    }

    fn token_headings(&self) -> [&'static str; 5] {
        ["ID", "NAME", "SCOPES", "USED", "EXPIRES"]
    }

    fn token_once(&self) -> &'static str {
        "Keep this token where only its user can read it. It is not shown again:"
    }

    fn token_rotated(&self, name: &str, until: &str) -> String {
        format!("{name} is replaced; the old token works until {until}")
    }

    fn no_such_token(&self, name: &str) -> String {
        format!("there is no token {name}")
    }

    fn several_tokens(&self, name: &str) -> String {
        format!("several tokens are called {name}; give the identifier")
    }

    fn revoke_token(&self, name: &str) -> String {
        format!("Revoke the token {name}? What uses it stops working.")
    }

    fn token_revoked(&self, name: &str) -> String {
        format!("The token {name} is revoked")
    }
}
