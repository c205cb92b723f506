//! The address of a channel: whoever has it writes in that place, so that it is kept as provider keys
//! are.

use std::sync::RwLock;

use model::notification::Channel;
use model::{ExposeSecret, Rng, SecretString};
use serde::{Deserialize, Serialize};
use vault::{KeyRing, RowIdentity};

use crate::{ControlPlane, Error};

/// Where it leads, and what signs. It cannot be printed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Address {
    /// Where it is posted to.
    pub(super) url: String,
    /// What signs, where the robot asks for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<String>,
    /// What only the browser opens is encrypted with, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) push: Option<PushKeys>,
}

/// What a browser gives with its address, both in base64url.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PushKeys {
    /// Its public key.
    pub(super) p256dh: String,
    /// What it shares with whoever may write to it.
    pub(super) auth: String,
}

/// Seals an address for the row of its channel.
pub(super) fn seal(
    plane: &ControlPlane,
    row: &RowIdentity<'_>,
    address: &Address,
) -> Result<Vec<u8>, Error> {
    seal_with(&plane.key_ring, &**plane.rng(), row, address)
}

/// The same inside of a write, which knows the row no sooner.
pub(super) fn seal_with(
    ring: &RwLock<KeyRing>,
    rng: &dyn Rng,
    row: &RowIdentity<'_>,
    address: &Address,
) -> Result<Vec<u8>, Error> {
    let text = SecretString::from(serde_json::to_string(address).map_err(Error::internal)?);
    let ring = ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    ring.seal(rng, row, &text).map_err(Error::internal)
}

/// Opens the address of a channel.
pub(super) fn open(plane: &ControlPlane, channel: &Channel) -> Result<Address, Error> {
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    let text = ring.open(&RowIdentity::from(channel), &channel.sealed).map_err(Error::internal)?;
    serde_json::from_str(text.expose_secret()).map_err(Error::internal)
}
