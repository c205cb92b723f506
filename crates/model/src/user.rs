//! People, service accounts, and what they sign in with.

use crate::{ApiTokenId, LoginId, Role, TenantId, Timestamp, TokenScopes, UserId, words};

words! {
    /// Whether an account belongs to a person.
    pub enum UserKind as "account kind" {
        /// Signs in with a password in a browser.
        Person = "person",
        /// Signs in with tokens only.
        Service = "service",
    }
}

words! {
    /// Whether an account may act. Only `Active` has any rights.
    pub enum UserState as "account state" {
        /// May act.
        Active = "active",
        /// Was made for a person who has not chosen a password yet.
        Invited = "invited",
        /// May not act; kept so that records still name it.
        Disabled = "disabled",
        /// Is gone: nothing is left of it but the name, for records that name it.
        Deleted = "deleted",
    }
}

impl UserState {
    /// Whether somebody may act with the account, or could if they chose a password.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Active | Self::Invited => true,
            Self::Disabled | Self::Deleted => false,
        }
    }
}

/// A person or a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// The small number by which documents and scripts name it.
    pub number: i64,
    /// The tenant the account belongs to.
    pub tenant: TenantId,
    /// The name used to sign in; unique, compared without case.
    pub username: String,
    /// The name shown to others.
    pub display_name: String,
    /// Person or service account.
    pub kind: UserKind,
    /// What the account may do.
    pub role: Role,
    /// Whether it may do anything at all.
    pub state: UserState,
    /// When it was made.
    pub created_at: Timestamp,
}

words! {
    /// What a one-time link is for.
    pub enum LinkPurpose as "link purpose" {
        /// Signs a browser in, or leads to the set-up.
        SignIn = "sign_in",
        /// Lets its user choose a password: at the beginning, or in the place of a forgotten one.
        Password = "password",
    }
}

/// A browser's signed-in state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Identifier, safe to show.
    pub id: LoginId,
    /// Who is signed in.
    pub user: UserId,
    /// When the sign-in happened.
    pub created_at: Timestamp,
    /// When it was last used, to within a minute.
    pub last_used_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The browser as it named itself, cut to 200 characters.
    pub user_agent: String,
}

/// A user's lasting, expiring token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Identifier, safe to show.
    pub id: ApiTokenId,
    /// Whose rights it carries, as they are at the moment of use.
    pub user: UserId,
    /// What the user calls it.
    pub name: String,
    /// What it may be used for, of all that its owner may do.
    pub scopes: TokenScopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
}
