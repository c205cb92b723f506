//! What proves the machine to its server (a key pair made here, which never leaves), and the server
//! to the machine (the keys that were pinned when it was enrolled).

use std::path::{Path, PathBuf};

use host::private::{self, PrivateError};
use link::{IdentityKey, InvalidKey, PublicKey, SecretSeed, ServerPins};
use model::Rng;

use crate::MachineConfig;

/// The file's name.
const FILE: &str = "machine.key";

/// The name of the file with the key that takes its place, until a link is up with it.
const NEXT_FILE: &str = "machine.key.next";

/// A key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The key's file is missing.
    #[error("the machine's key {} is missing; enrol this computer again", .0.display())]
    Missing(PathBuf),
    /// The key's file cannot be read or written.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The file holds something else.
    #[error("{} does not hold a key", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: InvalidKey,
    },
    /// The configuration names no server key that can be used.
    #[error("the configuration pins no usable server key; enrol this computer again")]
    NoPin,
}

/// The machine's key pair.
#[derive(Debug, Clone)]
pub struct MachineIdentity {
    key: IdentityKey,
}

impl MachineIdentity {
    /// Makes a key pair in a machine's directory, in place of the one that may be there.
    pub fn create(directory: &Path, rng: &dyn Rng) -> Result<Self, IdentityError> {
        private::directory(directory)?;
        Self::drop_next(directory)?;
        let seed = SecretSeed::new(rng);
        private::write(&directory.join(FILE), seed.expose_bytes())?;
        Self::of(&seed, &directory.join(FILE))
    }

    /// Reads the key pair.
    pub fn read(directory: &Path) -> Result<Self, IdentityError> {
        let path = directory.join(FILE);
        Self::read_from(&path)?.ok_or(IdentityError::Missing(path))
    }

    /// Makes the key pair with which the machine proves itself from its next link on, durably; the one
    /// that was made before if there is one.
    pub fn propose(directory: &Path, rng: &dyn Rng) -> Result<Self, IdentityError> {
        if let Some(next) = Self::read_next(directory)? {
            return Ok(next);
        }
        let path = directory.join(NEXT_FILE);
        let seed = SecretSeed::new(rng);
        private::write(&path, seed.expose_bytes())?;
        Self::of(&seed, &path)
    }

    /// Reads the key pair that is to take the place of the other, if one was made.
    pub fn read_next(directory: &Path) -> Result<Option<Self>, IdentityError> {
        Self::read_from(&directory.join(NEXT_FILE))
    }

    /// Has the next key pair take the place of the other, in one step that survives a power cut.
    pub fn promote(directory: &Path) -> Result<(), IdentityError> {
        Ok(private::replace(&directory.join(FILE), &directory.join(NEXT_FILE))?)
    }

    /// Forgets the next key pair. Nothing happens if there is none.
    pub fn drop_next(directory: &Path) -> Result<(), IdentityError> {
        Ok(private::remove(&directory.join(NEXT_FILE))?)
    }

    /// Removes the key pair, and the next one. Nothing happens if there is none.
    pub fn remove(directory: &Path) -> Result<(), IdentityError> {
        Self::drop_next(directory)?;
        Ok(private::remove(&directory.join(FILE))?)
    }

    fn read_from(path: &Path) -> Result<Option<Self>, IdentityError> {
        let Some(bytes) = private::read(path)? else { return Ok(None) };
        let seed = SecretSeed::from_slice(&bytes)
            .map_err(|source| IdentityError::Malformed { path: path.to_owned(), source })?;
        Self::of(&seed, path).map(Some)
    }

    /// The public half.
    pub fn public_key(&self) -> [u8; 32] {
        *self.key.public_key().as_bytes()
    }

    /// Signs a statement of this machine outside of its link, such as that it leaves.
    pub fn sign(&self, statement: &[u8]) -> Vec<u8> {
        self.key.sign(statement)
    }

    /// The key pair, for the link.
    pub(crate) fn key(&self) -> IdentityKey {
        self.key.clone()
    }

    fn of(seed: &SecretSeed, path: &Path) -> Result<Self, IdentityError> {
        let key = IdentityKey::from_seed(seed)
            .map_err(|source| IdentityError::Malformed { path: path.to_owned(), source })?;
        Ok(Self { key })
    }
}

/// The server keys that a configuration pins.
pub(crate) fn server_pins(config: &MachineConfig) -> Result<ServerPins, IdentityError> {
    let keys = config.server_keys.iter().map(|text| {
        let bytes = hex::decode(text).map_err(|_| IdentityError::NoPin)?;
        PublicKey::from_slice(&bytes).map_err(|_| IdentityError::NoPin)
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    ServerPins::several(keys).ok_or(IdentityError::NoPin)
}
