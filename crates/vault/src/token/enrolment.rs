//! The enrolment token: the right to become a machine, and the key of the server that grants it.

use std::fmt;

use model::{EnrolmentId, Rng, SecretString};

use super::{Enrolment, InvalidToken, Token, TokenDigest, text};
use crate::identity::Fingerprint;

/// What an administrator hands to a new machine. Whoever holds it knows which server to trust
/// before speaking to it.
#[derive(Clone)]
pub struct EnrolmentToken {
    token: Token<Enrolment>,
    server: Fingerprint,
}

impl EnrolmentToken {
    /// Makes a token for `id`, to be used at the server with this fingerprint.
    pub fn mint(rng: &dyn Rng, id: EnrolmentId, server: Fingerprint) -> Self {
        Self { token: Token::mint(rng, id), server }
    }

    /// Reads a token. Only the one text that [`text`](Self::text) makes is accepted.
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let (server, token) = text::parse::<Enrolment, { Fingerprint::BYTES }>(text)?;
        Ok(Self { token, server: Fingerprint::from_bytes(server) })
    }

    /// The token as it is handed over. Shown once, never stored.
    pub fn text(&self) -> SecretString {
        text::write(&self.token, self.server.as_bytes())
    }

    /// The public half: what is looked up, and what may be logged.
    pub const fn id(&self) -> EnrolmentId {
        self.token.id()
    }

    /// The server whose key a machine with this token accepts.
    pub const fn server(&self) -> Fingerprint {
        self.server
    }

    /// What is stored in place of the secret.
    pub fn digest(&self) -> TokenDigest {
        self.token.digest()
    }

    /// The token inside, to be compared with a stored digest.
    pub const fn token(&self) -> &Token<Enrolment> {
        &self.token
    }
}

impl fmt::Debug for EnrolmentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnrolmentToken({:?}, {})", self.token, self.server)
    }
}
