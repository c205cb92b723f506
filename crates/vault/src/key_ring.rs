//! The keys that seal secrets which must be read again: provider keys, what signs webhooks, and what
//! people's authenticators make codes of.
//!
//! A ring holds several AES-256 keys. The last one seals; each of them opens, so that a new key
//! can be added while rows sealed with an older one still exist. The ring is a private file
//! ([`KeyRing::start`] makes it), never derived from another secret, and never has a default.
//!
//! The file, version 1 (one `key` line per key, the newest last; `check` guards against a bad
//! copy, it is the CRC-32 of id and key):
//!
//! ```text
//! gantline key ring 1
//! # comments
//! key <id, 16 hex digits> <32 bytes, base64> <check, 8 hex digits>
//! ```
//!
//! A sealed value, version 1:
//!
//! ```text
//! version (1) | ring key id (8) | nonce (12) | ciphertext | tag (16)
//! ```
//!
//! The associated data is a label, the version and ring key id as they stand in the value, and
//! the identity of the row, so that a value which is copied into another row, or whose header is
//! changed, does not open. Nonces are random: NIST SP 800-38D §8.3 allows 2^32 of them under one
//! key, far more than an installation will ever seal.

mod file;
mod sealed;

use std::fmt;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use model::kept_transcript::KeptTranscript;
use model::notification::Channel;
use model::provider::{ProviderKey, ProviderName};
use model::second_factor::Authenticator;
use model::webhook::WebhookSecret;
use model::{
    ChannelId, ExposeSecret, ProviderKeyId, Rng, SecretString, SessionId, TenantId, UserId,
    WebhookSecretId,
};
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError};

/// The longest secret that is sealed: room for a service account's JSON.
pub const MAX_SECRET_BYTES: usize = 16 * 1024;

const CHECK_TEXT: &[u8] = b"gantline key ring";

/// Names one key of the ring; not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RingKeyId([u8; 8]);

impl fmt::Display for RingKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(self.0))
    }
}

/// The row a sealed value belongs to: of which kind, and which one. It opens for this row and no
/// other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowIdentity<'a> {
    /// The secret of an LLM provider.
    ProviderKey {
        /// The tenant whose key it is.
        tenant: TenantId,
        /// The vendor the secret is for.
        provider: &'a ProviderName,
        /// The row.
        key: ProviderKeyId,
    },
    /// What signs somebody's webhooks.
    WebhookSecret {
        /// The tenant they belong to.
        tenant: TenantId,
        /// Whose webhooks it signs.
        user: UserId,
        /// The row.
        secret: WebhookSecretId,
    },
    /// Where somebody is told of what waits for them.
    Channel {
        /// The tenant it belongs to.
        tenant: TenantId,
        /// Whose it is.
        user: UserId,
        /// The row.
        channel: ChannelId,
    },
    /// The key of a session's transcript, where its tenant keeps it.
    Transcript {
        /// The tenant it belongs to.
        tenant: TenantId,
        /// The session.
        session: SessionId,
    },
    /// What somebody's authenticator makes codes of.
    Authenticator {
        /// Whose it is; the row is found by it.
        user: UserId,
    },
    /// By what push services know this server. There is one.
    PushKey,
}

impl<'a> From<&'a ProviderKey> for RowIdentity<'a> {
    fn from(key: &'a ProviderKey) -> Self {
        Self::ProviderKey { tenant: key.tenant, provider: &key.provider, key: key.id }
    }
}

impl From<&WebhookSecret> for RowIdentity<'_> {
    fn from(secret: &WebhookSecret) -> Self {
        Self::WebhookSecret { tenant: secret.tenant, user: secret.user, secret: secret.id }
    }
}

impl From<&Channel> for RowIdentity<'_> {
    fn from(channel: &Channel) -> Self {
        Self::Channel { tenant: channel.tenant, user: channel.user, channel: channel.id }
    }
}

impl From<&KeptTranscript> for RowIdentity<'_> {
    fn from(kept: &KeptTranscript) -> Self {
        Self::Transcript { tenant: kept.tenant, session: kept.session }
    }
}

impl From<&Authenticator> for RowIdentity<'_> {
    fn from(authenticator: &Authenticator) -> Self {
        Self::Authenticator { user: authenticator.user }
    }
}

/// A secret cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret may have at most {MAX_SECRET_BYTES} bytes, not {bytes}")]
pub struct SealError {
    /// How many it has.
    pub bytes: usize,
}

/// A sealed value does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is not a sealed value of a version that is known.
    #[error("not a sealed value of version 1")]
    Malformed,
    /// The key that sealed it is not in the ring.
    #[error("sealed with key {needed}, but the key ring holds only {held}")]
    MissingKey {
        /// The key that sealed it.
        needed: RingKeyId,
        /// The keys that are there, separated by commas.
        held: String,
    },
    /// The key is there, but the value was changed or belongs to another row.
    #[error("does not open with key {key}: it was changed, or it belongs to another row")]
    Refused {
        /// The key that should have opened it.
        key: RingKeyId,
    },
}

/// What the server has after [`KeyRing::start`].
#[derive(Debug)]
pub struct Started {
    /// The ring.
    pub ring: KeyRing,
    /// The check value that the database should hold from now on; `None` if it already does.
    pub check_value: Option<Vec<u8>>,
}

/// The keys that seal.
pub struct KeyRing {
    path: PathBuf,
    /// Never empty; the newest is the last.
    keys: Vec<RingKey>,
}

struct RingKey {
    id: RingKeyId,
    bytes: Zeroizing<[u8; 32]>,
    cipher: LessSafeKey,
}

impl KeyRing {
    /// Reads the ring at `path` and proves that it is the one the database was made with.
    ///
    /// `stored` is the check value that the database holds. Without one this is the first start,
    /// and a ring is made if there is none. With one, a missing or different ring is an error:
    /// better not to start than to find out key by key.
    pub fn start(
        rng: &dyn Rng,
        path: &Path,
        stored: Option<&[u8]>,
    ) -> Result<Started, KeyFileError> {
        let ring = match (key_file::read(path)?, stored) {
            (Some(text), _) => Self { path: path.to_owned(), keys: file::read(path, &text)? },
            (None, None) => Self::create(rng, path)?,
            (None, Some(_)) => return Err(KeyFileError::Missing(path.to_owned())),
        };
        if let Some(stored) = stored {
            ring.verify(stored)?;
        }
        let current = stored.is_some_and(|stored| !ring.needs_resealing(stored));
        let check_value = (!current).then(|| ring.check_value(rng));
        Ok(Started { ring, check_value })
    }

    /// Adds a key that seals from now on. The file is replaced first; when this fails, the ring
    /// is as it was.
    pub fn add_key(&mut self, rng: &dyn Rng) -> Result<RingKeyId, KeyFileError> {
        let key = RingKey::generate(rng);
        let id = key.id;
        let text = file::write(self.keys.iter().chain([&key]));
        key_file::replace(&self.path, &text)?;
        self.keys.push(key);
        Ok(id)
    }

    /// The keys beside the newest one: they open what was sealed before it was added.
    pub fn older_keys(&self) -> impl Iterator<Item = RingKeyId> {
        self.keys[..self.keys.len() - 1].iter().map(|key| key.id)
    }

    /// Takes away the older keys that `in_use` does not name; answers which. What they sealed never
    /// opens again, so the caller must have looked at everything that is sealed. The file is
    /// replaced first; when this fails, the ring is as it was.
    pub fn retire_older_keys(
        &mut self,
        in_use: &[RingKeyId],
    ) -> Result<Vec<RingKeyId>, KeyFileError> {
        let newest = self.newest().id;
        let stays = |key: &&RingKey| key.id == newest || in_use.contains(&key.id);
        let retired: Vec<_> =
            self.keys.iter().filter(|key| !stays(key)).map(|key| key.id).collect();
        if !retired.is_empty() {
            key_file::replace(&self.path, &file::write(self.keys.iter().filter(stays)))?;
            self.keys.retain(|key| !retired.contains(&key.id));
        }
        Ok(retired)
    }

    /// The key that sealed a value; `None` if it is not a sealed value.
    pub fn sealed_with(sealed: &[u8]) -> Option<RingKeyId> {
        sealed::key_id(sealed).ok()
    }

    /// Seals a secret for one row, with the newest key.
    pub fn seal(
        &self,
        rng: &dyn Rng,
        row: &RowIdentity<'_>,
        secret: &SecretString,
    ) -> Result<Vec<u8>, SealError> {
        let plaintext = secret.expose_secret().as_bytes();
        if plaintext.len() > MAX_SECRET_BYTES {
            return Err(SealError { bytes: plaintext.len() });
        }
        Ok(sealed::seal(rng, self.newest(), &row.associated(), plaintext))
    }

    /// Opens what [`seal`](Self::seal) made for the same row, with whichever key sealed it.
    pub fn open(&self, row: &RowIdentity<'_>, sealed: &[u8]) -> Result<SecretString, OpenError> {
        let plaintext = self.open_bytes(&row.associated(), sealed)?;
        // Only text is ever sealed, so other bytes mean that the value is not what it claims.
        let text = std::str::from_utf8(&plaintext).map_err(|_| OpenError::Malformed)?;
        Ok(SecretString::from(text))
    }

    /// Whether the value was not sealed with the newest key, so that it should be opened and
    /// sealed again.
    pub fn needs_resealing(&self, sealed: &[u8]) -> bool {
        sealed::key_id(sealed) != Ok(self.newest().id)
    }

    /// The key that seals.
    pub fn newest_key(&self) -> RingKeyId {
        self.newest().id
    }

    fn create(rng: &dyn Rng, path: &Path) -> Result<Self, KeyFileError> {
        let keys = vec![RingKey::generate(rng)];
        key_file::create(path, rng, &file::write(keys.iter()))?;
        Ok(Self { path: path.to_owned(), keys })
    }

    /// What the database must remember of the ring, so that a wrong one stops the next start. Made
    /// with the newest key, and so to be stored again before older ones are retired.
    pub fn check_value(&self, rng: &dyn Rng) -> Vec<u8> {
        sealed::seal(rng, self.newest(), CHECK_TEXT, CHECK_TEXT)
    }

    fn verify(&self, stored: &[u8]) -> Result<(), KeyFileError> {
        match self.open_bytes(CHECK_TEXT, stored) {
            Ok(_) => Ok(()),
            Err(error) => {
                let problem = format!("its check value is {error}");
                Err(KeyFileError::Mismatch { path: self.path.clone(), problem })
            }
        }
    }

    fn open_bytes(
        &self,
        associated: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let needed = sealed::key_id(sealed)?;
        let Some(key) = self.keys.iter().find(|key| key.id == needed) else {
            let held: Vec<_> = self.keys.iter().map(|key| key.id.to_string()).collect();
            return Err(OpenError::MissingKey { needed, held: held.join(", ") });
        };
        sealed::open(key, associated, sealed)
    }

    fn newest(&self) -> &RingKey {
        // A ring is made with one key, a file without a key is refused, and the newest is never
        // removed.
        self.keys.last().expect("a key ring is never empty")
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| key.id.to_string()).collect();
        f.debug_struct("KeyRing").field("path", &self.path).field("keys", &ids).finish()
    }
}

impl RowIdentity<'_> {
    /// A label for the kind, then its parts. At most the last part has no fixed length, so that
    /// no two rows are written alike.
    fn associated(&self) -> Vec<u8> {
        match self {
            Self::ProviderKey { tenant, provider, key } => [
                b"gantline provider key\0",
                &tenant.as_bytes()[..],
                key.as_bytes(),
                provider.as_str().as_bytes(),
            ]
            .concat(),
            Self::WebhookSecret { tenant, user, secret } => [
                b"gantline webhook secret\0",
                &tenant.as_bytes()[..],
                user.as_bytes(),
                secret.as_bytes(),
            ]
            .concat(),
            Self::Channel { tenant, user, channel } => [
                b"gantline notification channel\0",
                &tenant.as_bytes()[..],
                user.as_bytes(),
                channel.as_bytes(),
            ]
            .concat(),
            Self::Transcript { tenant, session } => {
                [b"gantline transcript\0", &tenant.as_bytes()[..], session.as_bytes()].concat()
            }
            Self::Authenticator { user } => {
                [b"gantline authenticator\0", &user.as_bytes()[..]].concat()
            }
            Self::PushKey => b"gantline push key\0".to_vec(),
        }
    }
}

impl RingKey {
    fn generate(rng: &dyn Rng) -> Self {
        let mut id = [0_u8; 8];
        rng.fill(&mut id);
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rng.fill(bytes.as_mut_slice());
        Self::new(RingKeyId(id), bytes)
    }

    fn new(id: RingKeyId, bytes: Zeroizing<[u8; 32]>) -> Self {
        // AES-256 takes any 32 bytes as a key, and there are exactly 32.
        let key = UnboundKey::new(&AES_256_GCM, bytes.as_slice()).expect("32 bytes are a key");
        Self { id, bytes, cipher: LessSafeKey::new(key) }
    }
}

#[cfg(test)]
mod tests;
