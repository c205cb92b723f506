//! Every token that Gantline hands out.
//!
//! As text a token is `gl`, one letter for its kind, `_`, the public id (22 characters), the
//! secret (33), for enrolment tokens the fingerprint of the server's key (22), and a CRC-32 of
//! all that (6), in base 62. So a scanner finds a leaked one with
//! `gl[aelpst]_[0-9A-Za-z]{61,83}`, and what cannot be a token is turned away before a database
//! is asked. The id may be logged; of the secret only a [`TokenDigest`] is ever stored.
//!
//! The kind is a type: an API token cannot be passed where a login is expected, and the digest
//! covers the kind, so that a row copied between tables is of no use either.

mod base62;
mod enrolment;
mod kind;
mod text;

use std::fmt;

use aws_lc_rs::digest;
use model::{Rng, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub use enrolment::EnrolmentToken;
pub use kind::{Api, Enrolment, Kind, Login, Proxy, SignIn, Standalone, Ticket};

/// The length of a token's secret: 192 bits.
pub const SECRET_BYTES: usize = 24;

/// A text is not a token of the kind that is wanted. Never repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// It does not begin like one.
    #[error("not {wanted}: it must begin with {prefix}")]
    Foreign {
        /// The kind that is wanted, with its article.
        wanted: &'static str,
        /// How such a token begins.
        prefix: &'static str,
    },
    /// It is a token, but for something else.
    #[error("this is {given}, but {wanted} is needed, which begins with {prefix}")]
    OtherKind {
        /// What it is, with its article.
        given: &'static str,
        /// The kind that is wanted, with its article.
        wanted: &'static str,
        /// How such a token begins.
        prefix: &'static str,
    },
    /// It is too short or too long.
    #[error("{wanted} has {length} characters; part of it may be missing")]
    Length {
        /// The kind that is wanted, with its article.
        wanted: &'static str,
        /// How many characters it should have.
        length: usize,
    },
    /// It has the right length, but a character is wrong.
    #[error("{wanted} was copied wrongly: its check does not fit")]
    Damaged {
        /// The kind that is wanted, with its article.
        wanted: &'static str,
    },
}

/// A token of kind `K`, its secret included.
#[derive(Clone)]
pub struct Token<K: Kind> {
    id: K::Id,
    secret: Zeroizing<[u8; SECRET_BYTES]>,
}

impl<K: Kind> Token<K> {
    /// Makes a token for `id`.
    pub fn mint(rng: &dyn Rng, id: K::Id) -> Self {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        rng.fill(secret.as_mut_slice());
        Self { id, secret }
    }

    /// The public half: what is looked up, and what may be logged.
    pub const fn id(&self) -> K::Id {
        self.id
    }

    /// What is stored in place of the secret.
    pub fn digest(&self) -> TokenDigest {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(K::PREFIX.as_bytes());
        context.update(&kind::id_bytes::<K>(self.id));
        context.update(self.secret.as_slice());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
        TokenDigest(bytes)
    }
}

impl<K: Standalone> Token<K> {
    /// Reads a token. Only the one text that [`text`](Self::text) makes is accepted.
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([], token) = text::parse::<K, 0>(text)?;
        Ok(token)
    }

    /// The token as its owner keeps it. Shown once, never stored.
    pub fn text(&self) -> SecretString {
        text::write(self, &[])
    }
}

impl<K: Kind> fmt::Debug for Token<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}{:?}, [redacted])", K::PREFIX, self.id)
    }
}

/// SHA-256 over a token's kind, id and secret: all that the database knows of it. The secret has
/// 192 random bits, so that no slow hash is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// From the database.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the database.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `token` is the one this digest was made of. Takes the same time for every answer.
    pub fn matches<K: Kind>(&self, token: &Token<K>) -> bool {
        token.digest().0.ct_eq(&self.0).into()
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest([redacted])")
    }
}

#[cfg(test)]
mod tests;
