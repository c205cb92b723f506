//! Keys with which somebody proves at sign-in that their authenticator is there.

use std::net::IpAddr;

use crate::{PasskeyId, Timestamp, UserId};

/// A person's passkey. Its private half is in their authenticator and never comes here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Identifier.
    pub id: PasskeyId,
    /// Whose it is.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// The domain that it is for; it signs for no other.
    pub domain: String,
    /// What its signatures are checked with.
    pub key: PasskeyKey,
    /// Since when it counts.
    pub created_at: Timestamp,
    /// When it was last used, if it was.
    pub last_used_at: Option<Timestamp>,
    /// Where it was made or last used.
    pub last_source: IpAddr,
}

/// The public half of a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyKey {
    /// How its authenticator finds it.
    pub credential: Vec<u8>,
    /// The public key, as COSE encodes it.
    pub public_key: Vec<u8>,
    /// How it signs, by COSE's number.
    pub algorithm: i32,
    /// How often its authenticator says that it was used; zero for ever where it does not count.
    pub counter: u32,
    /// How its authenticator is reached, in the words of browsers.
    pub transports: Vec<String>,
}
