//! The file in which something is said of a program, and whether it can be believed.

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{CertificateError, SigningKey};
use crate::manifest::PRODUCT;
use crate::{Certificate, Manifest, Roots, SecretKey, Version};

/// What a signing key signs begins so, that nothing else is ever taken for it.
const MANIFEST: &[u8] = b"gantline release, version 1\n";

/// The longest file of this kind.
pub const MAX_BYTES: usize = 16 << 10;

/// The largest program that is taken.
pub const MAX_PROGRAM_BYTES: u64 = 1 << 30;

/// What is said of a program, signed: the file beside it whose name ends in `.release`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The JSON of a [`Manifest`], as it was signed.
    manifest: String,
    /// The signing key's signature, in hexadecimal digits.
    signature: String,
    /// Who the signing key is.
    key: Certificate,
}

/// Who says something of programs.
#[derive(Debug)]
pub struct Signer {
    key: SecretKey,
    certificate: Certificate,
}

/// A release that was signed by us, some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentic {
    /// What is said of the program.
    pub manifest: Manifest,
    /// What is said of the key that says so.
    pub key: SigningKey,
}

/// What a program would have to be to be taken.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// For which computer.
    pub target: &'a str,
    /// Of which release it must not be, nor of an older one.
    pub newer_than: Version,
    /// The highest number of a signing key that was ever seen.
    pub lowest_serial: u64,
    /// What time it is.
    pub now: Timestamp,
}

/// A release cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// The file is no release, so nobody has signed anything.
    #[error("it is not signed: {0}")]
    Malformed(String),
    /// The key that signed it is nobody's whom we know.
    #[error(transparent)]
    Key(#[from] CertificateError),
    /// It was changed, or the signature is somebody else's.
    #[error("it is not signed by the key that it names")]
    Forged,
    /// It is signed and makes no sense.
    #[error("what is said of it cannot be understood: {0}")]
    Senseless(String),
}

/// A program of ours that is not taken all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is something else.
    #[error("it is {0:?} and not {PRODUCT}")]
    Product(String),
    /// It is for other computers.
    #[error("it is for {given}, and this computer is {wanted}")]
    Target {
        /// For which it is.
        given: String,
        /// For which it had to be.
        wanted: String,
    },
    /// It is as old as what runs, or older.
    #[error("it is {given}, which is not newer than {known}")]
    NotNewer {
        /// Which release it is.
        given: Version,
        /// Which one is here.
        known: Version,
    },
    /// It is larger than anything that we make.
    #[error("it is said to have {0} bytes, which is more than any program of ours")]
    TooLarge(u64),
    /// The key that signed it does not sign any more, or not yet.
    #[error("the key that signed it was good for another time than now")]
    KeyOutOfDate,
    /// It is said to have been signed when the key did not sign.
    #[error("it is said to have been signed at a time at which its key did not sign")]
    SignedOutOfDate,
    /// The key that signed it has been replaced.
    #[error("the key that signed it (number {given}) has been replaced by number {known}")]
    KeyReplaced {
        /// Its number.
        given: u64,
        /// The highest that was seen.
        known: u64,
    },
}

impl Signer {
    /// Somebody for whom a root key vouches; `None` if it vouches for another key.
    pub fn new(key: SecretKey, certificate: Certificate) -> Option<Self> {
        let named: SigningKey = serde_json::from_str(&certificate.text).ok()?;
        (named.public_key == key.public_key()).then_some(Self { key, certificate })
    }

    /// Says it.
    pub fn sign(&self, manifest: &Manifest) -> Release {
        // Writing JSON to memory fails only for keys that are not strings.
        let text = serde_json::to_string(manifest).expect("a manifest can be written as JSON");
        let signature = self.key.sign(MANIFEST, &text);
        Release { manifest: text, signature, key: self.certificate.clone() }
    }
}

impl Release {
    /// Reads the file.
    pub fn read(bytes: &[u8]) -> Result<Self, ReleaseError> {
        if bytes.len() > MAX_BYTES {
            return Err(ReleaseError::Malformed("it is too long".to_owned()));
        }
        serde_json::from_slice(bytes).map_err(|error| ReleaseError::Malformed(error.to_string()))
    }

    /// The file.
    pub fn write(&self) -> Vec<u8> {
        // Writing JSON to memory fails only for keys that are not strings.
        let mut text = serde_json::to_vec_pretty(self).expect("a release can be written as JSON");
        text.push(b'\n');
        text
    }

    /// What is said, if it is we who say it. Nothing of it is read before.
    pub fn open(&self, roots: &Roots) -> Result<Authentic, ReleaseError> {
        let key = self.key.open(roots)?;
        if !key.public_key.has_signed(MANIFEST, &self.manifest, &self.signature) {
            return Err(ReleaseError::Forged);
        }
        let manifest = serde_json::from_str(&self.manifest)
            .map_err(|error| ReleaseError::Senseless(error.to_string()))?;
        Ok(Authentic { manifest, key })
    }

    /// What is said, whoever says it: to tell people, and never to act on.
    pub fn unchecked_manifest(&self) -> Option<Manifest> {
        serde_json::from_str(&self.manifest).ok()
    }
}

impl Authentic {
    /// Whether it is for this computer at all.
    pub fn is_for(&self, target: &str) -> Result<(), Unfit> {
        let Manifest { product, target: given, size_bytes, .. } = &self.manifest;
        if product != PRODUCT {
            return Err(Unfit::Product(product.clone()));
        }
        if given != target {
            return Err(Unfit::Target { given: given.clone(), wanted: target.to_owned() });
        }
        if *size_bytes > MAX_PROGRAM_BYTES {
            return Err(Unfit::TooLarge(*size_bytes));
        }
        Ok(())
    }

    /// Whether it is to be taken.
    pub fn fits(&self, wanted: &Wanted<'_>) -> Result<(), Unfit> {
        let Self { manifest, key } = self;
        self.is_for(wanted.target)?;
        if key.serial < wanted.lowest_serial {
            return Err(Unfit::KeyReplaced { given: key.serial, known: wanted.lowest_serial });
        }
        let validity = key.not_before..=key.not_after;
        if !validity.contains(&wanted.now) {
            return Err(Unfit::KeyOutOfDate);
        }
        if !validity.contains(&manifest.signed_at) {
            return Err(Unfit::SignedOutOfDate);
        }
        if manifest.version <= wanted.newer_than {
            return Err(Unfit::NotNewer { given: manifest.version, known: wanted.newer_than });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
