//! The server's own Ed25519 key pair (RFC 8032), by which machines know it again.
//!
//! A machine learns the [`Fingerprint`] from its enrolment token and pins the key; whoever loses
//! the key loses the machines. So it is a private file, and a file that does not hold the key
//! which the database remembers stops the start. The file, version 1:
//!
//! ```text
//! gantline server identity 1
//! # comments
//! seed <32 bytes, base64>
//! public <32 bytes, 64 hex digits>
//! ```

use std::fmt;
use std::path::Path;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use model::Rng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError, malformed};

const HEADER: &str = "gantline server identity 1";

const COMMENT: &str = "\
# Machines obey the server that holds this key and no other. Keep a copy in a safe place: without
# it every machine must be enrolled again.
";

/// The server's key pair.
pub struct ServerIdentity {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
}

impl ServerIdentity {
    /// Reads the key pair at `path` and proves that it is the one the database was made with.
    ///
    /// `expected` is the public key that the database holds. Without one this is the first start,
    /// and a key pair is made if there is none.
    pub fn start(
        rng: &dyn Rng,
        path: &Path,
        expected: Option<&[u8; 32]>,
    ) -> Result<Self, KeyFileError> {
        let identity = match (key_file::read(path)?, expected) {
            (Some(text), _) => Self::read(path, &text)?,
            (None, None) => Self::create(rng, path)?,
            (None, Some(_)) => return Err(KeyFileError::Missing(path.to_owned())),
        };
        match expected {
            Some(expected) if *expected != identity.public_key() => Err(KeyFileError::Mismatch {
                path: path.to_owned(),
                problem: format!(
                    "it holds the key {}, the machines know {}",
                    identity.fingerprint(),
                    Fingerprint::of(expected)
                ),
            }),
            _ => Ok(identity),
        }
    }

    /// The public key, for the database and for machines.
    pub fn public_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(self.pair.public_key().as_ref());
        key
    }

    /// The public key's fingerprint, for people and enrolment tokens.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.public_key())
    }

    /// Signs. Callers sign domain-separated transcripts only, never bytes that others chose.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(message).as_ref());
        signature
    }

    /// The private half, for the link's handshake.
    pub fn expose_seed(&self) -> &Zeroizing<[u8; 32]> {
        &self.seed
    }

    fn create(rng: &dyn Rng, path: &Path) -> Result<Self, KeyFileError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        rng.fill(seed.as_mut_slice());
        let identity = Self::from_seed(seed);
        key_file::create(path, rng, &identity.write())?;
        Ok(identity)
    }

    fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        // RFC 8032 §5.1.5: any 32 bytes are a private key, and there are exactly 32.
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).expect("any seed is a key");
        Self { seed, pair }
    }

    fn write(&self) -> Zeroizing<String> {
        let seed = key_file::encode_key(&self.seed);
        let public = hex::encode(self.public_key());
        Zeroizing::new(format!("{HEADER}\n{COMMENT}seed {}\npublic {public}\n", seed.as_str()))
    }

    fn read(path: &Path, text: &str) -> Result<Self, KeyFileError> {
        let (mut identity, mut public) = (None, None);
        for (line, entry) in key_file::entries(path, text, HEADER)? {
            let bad = |problem| malformed(path, line, problem);
            match entry.split_once(' ') {
                Some(("seed", value)) if identity.is_none() => {
                    let seed = key_file::decode_key(value)
                        .ok_or_else(|| bad("has a seed that is not 32 bytes of base64"))?;
                    identity = Some(Self::from_seed(seed));
                }
                Some(("public", value)) if public.is_none() => public = Some((line, value)),
                _ => return Err(bad("must be one seed or one public key")),
            }
        }
        let (Some(identity), Some((line, public))) = (identity, public) else {
            return Err(malformed(path, 1, "must be followed by a seed and a public key"));
        };
        if hex::encode(identity.public_key()) != public {
            return Err(malformed(path, line, "is a bad copy: seed and public key do not fit"));
        }
        Ok(identity)
    }
}

impl fmt::Debug for ServerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServerIdentity").field(&self.fingerprint()).finish()
    }
}

/// Stands for a server's public key where the whole key is too long: the first 16 bytes of a
/// SHA-256. Finding another key with the same one takes about 2^128 tries.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; Self::BYTES]);

impl Fingerprint {
    /// Its length.
    pub const BYTES: usize = 16;

    /// The fingerprint of a public key.
    pub fn of(public_key: &[u8; 32]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"gantline server identity\0");
        context.update(public_key);
        let mut bytes = [0; Self::BYTES];
        bytes.copy_from_slice(&context.finish().as_ref()[..Self::BYTES]);
        Self(bytes)
    }

    /// Whether this is the fingerprint of `public_key`.
    pub fn matches(&self, public_key: &[u8; 32]) -> bool {
        Self::of(public_key).0.ct_eq(&self.0).into()
    }

    /// From the bytes inside an enrolment token.
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

/// Eight groups of four hex digits, which two people can compare aloud.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<_> = self.0.chunks(2).map(hex::encode).collect();
        f.pad(&groups.join("-"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    use model::rng::CountingRng;

    use super::*;

    fn is_signed_by(public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, public_key).verify(message, signature).is_ok()
    }

    #[test]
    fn the_key_pair_outlives_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys/server");
        let first = ServerIdentity::start(&CountingRng::new(1), &path, None).unwrap();
        let public_key = first.public_key();
        let again = ServerIdentity::start(&CountingRng::new(2), &path, Some(&public_key)).unwrap();
        assert_eq!(again.public_key(), public_key);

        let signature = again.sign(b"transcript");
        assert!(is_signed_by(&public_key, b"transcript", &signature));
        assert!(!is_signed_by(&public_key, b"another transcript", &signature));
        assert!(!is_signed_by(&public_key, b"transcript", &signature[..63]));
    }

    /// RFC 8032 §7.1, test 1: what is signed can be checked by everybody else.
    #[test]
    fn keys_and_signatures_are_those_of_the_standard() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(seed, bytes.as_mut_slice()).unwrap();
        let identity = ServerIdentity::from_seed(bytes);
        assert_eq!(
            hex::encode(identity.public_key()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        assert_eq!(
            hex::encode(identity.sign(b"")),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
             5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        );
    }

    #[test]
    fn another_or_a_lost_key_stops_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys/server");
        let rng = CountingRng::new(1);
        let known = ServerIdentity::start(&rng, &path, None).unwrap().public_key();
        fs::remove_file(&path).unwrap();
        let lost = ServerIdentity::start(&rng, &path, Some(&known)).unwrap_err();
        assert!(matches!(lost, KeyFileError::Missing(_)), "{lost}");
        assert!(!path.exists(), "a new identity was made in place of the lost one");

        ServerIdentity::start(&rng, &path, None).unwrap();
        let other = ServerIdentity::start(&rng, &path, Some(&known)).unwrap_err();
        assert!(matches!(other, KeyFileError::Mismatch { .. }), "{other}");
    }

    #[test]
    fn a_damaged_file_is_refused_with_line_and_reason() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys/server");
        let rng = CountingRng::new(1);
        ServerIdentity::start(&rng, &path, None).unwrap();
        let good = fs::read_to_string(&path).unwrap();
        let seed = good.lines().find(|line| line.starts_with("seed")).unwrap();
        let other_seed = format!("seed {}", key_file::encode_key(&[7; 32]).as_str());
        for (text, problem) in [
            (good.replace("identity 1", "identity 9"), "line 1"),
            (good.replace(seed, ""), "must be followed by"),
            (good.replace(seed, "seed short"), "32 bytes"),
            (good.replace(seed, &other_seed), "bad copy"),
            (format!("{good}{seed}\n"), "one seed or one public key"),
        ] {
            key_file::replace(&path, &text).unwrap();
            let error = ServerIdentity::start(&rng, &path, None).unwrap_err().to_string();
            assert!(error.contains(problem), "{error} should say {problem:?}");
        }
    }

    #[test]
    fn a_fingerprint_is_for_one_key_and_readable() {
        let key = [7; 32];
        let fingerprint = Fingerprint::of(&key);
        assert!(fingerprint.matches(&key));
        assert!(!fingerprint.matches(&[8; 32]));
        let text = fingerprint.to_string();
        assert_eq!((text.len(), text.matches('-').count()), (39, 7), "{text}");
        assert_eq!(Fingerprint::from_bytes(*fingerprint.as_bytes()), fingerprint);
    }

    #[test]
    fn debug_output_shows_the_fingerprint_only() {
        let identity = ServerIdentity::from_seed(Zeroizing::new([7; 32]));
        let shown = format!("{identity:?}");
        assert_eq!(shown, format!("ServerIdentity(Fingerprint({}))", identity.fingerprint()));
    }
}
