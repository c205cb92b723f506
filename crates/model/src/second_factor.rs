//! What somebody shows at sign-in beside what they know.

use std::net::IpAddr;

use crate::{Timestamp, UserId, words};

words! {
    /// Whether a tenant's people must have a second factor.
    pub enum SecondFactorDemand as "demand for a second factor" {
        /// Whoever wants to.
        Optional = "optional",
        /// Everybody; who has none is led to setting one up when they sign in.
        Required = "required",
    }
}

/// A person's authenticator: an app, or a device, that makes codes of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticator {
    /// Whose it is. Nobody has two.
    pub user: UserId,
    /// The secret, sealed by the vault for this row.
    pub sealed: Vec<u8>,
    /// Since when codes of it are asked for.
    pub created_at: Timestamp,
    /// The last step of which a code was accepted; only later ones are.
    pub last_step: u64,
    /// Where the last accepted code came from. Codes from there do not wait for failures elsewhere.
    pub last_source: IpAddr,
}

/// That an administrator has switched somebody's second factor off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorReset {
    /// When.
    pub at: Timestamp,
    /// Who, by the name shown to others.
    pub by_name: String,
}
