//! What identifies a machine and a server: Ed25519 key pairs (RFC 8032), made from a secret seed
//! that the owner keeps in a file only it can read.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use model::Rng;
use zeroize::Zeroizing;

/// Bytes that are not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key must be 32 bytes of Ed25519, not {given_bytes} bytes")]
pub struct InvalidKey {
    /// How many were given.
    pub given_bytes: usize,
}

/// The secret from which an [`IdentityKey`] is made. Wiped from memory when dropped.
pub struct SecretSeed(Zeroizing<[u8; 32]>);

impl SecretSeed {
    /// Makes a new one.
    pub fn new(rng: &dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill(bytes.as_mut());
        Self(bytes)
    }

    /// Reads one from where it was kept.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidKey> {
        let bytes = bytes.try_into().map_err(|_| InvalidKey { given_bytes: bytes.len() })?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The bytes, to be kept where only their owner can read them.
    pub fn expose_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretSeed([redacted])")
    }
}

/// A key pair that says who its owner is. Cheap to clone.
#[derive(Clone)]
pub struct IdentityKey {
    pair: Arc<Ed25519KeyPair>,
    public: PublicKey,
}

impl IdentityKey {
    /// The key pair of a seed.
    pub fn from_seed(seed: &SecretSeed) -> Result<Self, InvalidKey> {
        let rejected = |_| InvalidKey { given_bytes: seed.0.len() };
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose_bytes()).map_err(rejected)?;
        let public = PublicKey::from_slice(pair.public_key().as_ref())?;
        Ok(Self { pair: Arc::new(pair), public })
    }

    /// The half that others may know.
    pub fn public_key(&self) -> PublicKey {
        self.public
    }

    /// Signs. Callers sign domain-separated statements only, never bytes that others chose.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityKey([redacted], public {})", self.public)
    }
}

/// The public half of an [`IdentityKey`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Wraps a key read from storage.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a key from the wire.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidKey> {
        bytes.try_into().map(Self).map_err(|_| InvalidKey { given_bytes: bytes.len() })
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// The server keys a machine accepts: the one of its enrolment and, while the server's key is
/// being replaced, the next one beside it. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerPins(Vec<PublicKey>);

impl ServerPins {
    /// The one key of the enrolment.
    pub fn one(key: PublicKey) -> Self {
        Self(vec![key])
    }

    /// Several keys; `None` if there are none, because no pin would mean any server.
    pub fn several(keys: Vec<PublicKey>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The keys, to be kept.
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }

    pub(crate) fn accept(&self, key: &PublicKey) -> bool {
        self.0.contains(key)
    }
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;

    use super::*;

    /// RFC 8032 §7.1, test 1: the public key and the signature of the empty message.
    #[test]
    fn a_seed_makes_the_key_pair_of_the_standard() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let seed = SecretSeed::from_slice(&hex::decode(seed).unwrap()).unwrap();
        let key = IdentityKey::from_seed(&seed).unwrap();
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(key.public_key().to_string(), public);
        let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
                         5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
        assert_eq!(hex::encode(key.sign(b"")), signature);
    }

    #[test]
    fn secrets_are_not_printed() {
        let seed = SecretSeed::new(&CountingRng::new(1));
        let secret = hex::encode(seed.expose_bytes());
        let key = IdentityKey::from_seed(&seed).unwrap();
        for text in [format!("{seed:?}"), format!("{key:?}")] {
            assert!(text.contains("[redacted]") && !text.contains(&secret), "{text}");
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert_eq!(PublicKey::from_slice(&[0; 31]), Err(InvalidKey { given_bytes: 31 }));
        assert_eq!(SecretSeed::from_slice(&[0; 33]).unwrap_err(), InvalidKey { given_bytes: 33 });
    }

    /// S38: an empty list of pins is not "any server".
    #[test]
    fn no_pins_are_not_pins() {
        assert_eq!(ServerPins::several(vec![]), None);
    }
}
