//! Who says what is said of programs: Ed25519 keys (RFC 8032).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What a root key signs begins so, that nothing else is ever taken for it.
const CERTIFICATE: &[u8] = b"gantline signing key, version 1\n";

/// Bytes or a text that are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key must be 32 bytes of Ed25519, in 64 hexadecimal digits")]
pub struct InvalidKey;

/// The half of a key that others may know.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

/// The half that signs. Wiped from memory when dropped.
pub struct SecretKey {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
}

/// The keys that are trusted to say which keys sign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roots(Vec<PublicKey>);

/// What a root key says of a signing key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    /// The signing key.
    pub public_key: PublicKey,
    /// Its number. Who has seen a higher one takes nothing from this one any more.
    pub serial: u64,
    /// From when it signs.
    pub not_before: Timestamp,
    /// Until when what it has signed is taken.
    pub not_after: Timestamp,
}

/// What a root key says of a signing key, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The JSON of a [`SigningKey`], as it was signed.
    pub text: String,
    /// Which root key has signed it.
    pub root: PublicKey,
    /// Its signature, in hexadecimal digits.
    pub signature: String,
}

/// A certificate cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// There is no root key.
    #[error("this program was built without a root key, so it trusts no release")]
    NoRoots,
    /// Somebody else has signed.
    #[error("the key that signed it is vouched for by {0}, which is no root key of ours")]
    NotARoot(PublicKey),
    /// It was changed, or the signature is somebody else's.
    #[error("what is said of the key that signed it is not signed by the root key")]
    Forged,
    /// It is signed and makes no sense.
    #[error("what is said of the key that signed it cannot be understood: {0}")]
    Malformed(String),
}

impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidKey)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl PublicKey {
    /// Whether it has signed this.
    pub(crate) fn has_signed(&self, domain: &[u8], text: &str, signature: &str) -> bool {
        let Ok(signature) = hex::decode(signature) else { return false };
        let message = [domain, text.as_bytes()].concat();
        UnparsedPublicKey::new(&ED25519, &self.0).verify(&message, &signature).is_ok()
    }
}

impl SecretKey {
    /// The key of a seed of 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Result<Self, InvalidKey> {
        let seed = Zeroizing::new(seed);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| InvalidKey)?;
        Ok(Self { seed, pair })
    }

    /// Reads what [`Self::expose`] has written.
    pub fn read(text: &str) -> Result<Self, InvalidKey> {
        let mut seed = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), seed.as_mut()).map_err(|_| InvalidKey)?;
        Self::from_seed(*seed)
    }

    /// The seed in hexadecimal digits, to be kept where only its owner can read it.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.seed.as_slice()))
    }

    /// The half that others may know.
    pub fn public_key(&self) -> PublicKey {
        let mut bytes = [0; 32];
        // A public key of Ed25519 has 32 bytes (RFC 8032, section 5.1.5).
        bytes.copy_from_slice(self.pair.public_key().as_ref());
        PublicKey(bytes)
    }

    /// Says, as a root key, that a key may sign.
    pub fn vouch(&self, key: &SigningKey) -> Certificate {
        // Writing JSON to memory fails only for keys that are not strings.
        let text = serde_json::to_string(key).expect("a signing key can be written as JSON");
        let signature = self.sign(CERTIFICATE, &text);
        Certificate { text, root: self.public_key(), signature }
    }

    pub(crate) fn sign(&self, domain: &[u8], text: &str) -> String {
        hex::encode(self.pair.sign(&[domain, text.as_bytes()].concat()))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey([redacted], public {})", self.public_key())
    }
}

impl Certificate {
    /// What is said, if one of the root keys says so.
    pub fn open(&self, roots: &Roots) -> Result<SigningKey, CertificateError> {
        if roots.0.is_empty() {
            return Err(CertificateError::NoRoots);
        }
        if !roots.0.contains(&self.root) {
            return Err(CertificateError::NotARoot(self.root));
        }
        if !self.root.has_signed(CERTIFICATE, &self.text, &self.signature) {
            return Err(CertificateError::Forged);
        }
        serde_json::from_str(&self.text)
            .map_err(|error| CertificateError::Malformed(error.to_string()))
    }
}

impl Roots {
    /// Reads them: public keys with spaces or line breaks between; what follows a `#` on a line is
    /// for people.
    pub fn read(text: &str) -> Result<Self, InvalidKey> {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        lines.flat_map(str::split_whitespace).map(str::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there are none, so that nothing is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
