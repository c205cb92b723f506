//! Who an account is at a provider of sign-ins.

use crate::{IdentityId, Timestamp, UserId, words};

words! {
    /// Who says what an account may do.
    pub enum RoleFrom as "origin of a role" {
        /// Administrators here; the account was there before it was linked.
        Here = "here",
        /// The groups that its provider tells at each sign-in; it was made by one.
        Provider = "provider",
    }
}

/// That an account is somebody at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Identifier.
    pub id: IdentityId,
    /// Whose account it opens.
    pub user: UserId,
    /// The provider.
    pub issuer: String,
    /// Who they are there, for good.
    pub subject: String,
    /// How they are called there, for themselves to recognise.
    pub shown: String,
    /// Who says what the account may do.
    pub role_from: RoleFrom,
    /// Since when.
    pub created_at: Timestamp,
}
