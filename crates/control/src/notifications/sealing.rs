//! The address of a channel: whoever has it writes in that place, so that it is kept as provider keys
//! are.

use model::notification::Channel;
use model::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use vault::RowIdentity;

use crate::{ControlPlane, Error};

/// Where it leads, and what signs. It cannot be printed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Address {
    /// Where it is posted to.
    pub(super) url: String,
    /// What signs, where the robot asks for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<String>,
}

/// Seals an address for the row of its channel.
pub(super) fn seal(
    plane: &ControlPlane,
    row: &RowIdentity<'_>,
    address: &Address,
) -> Result<Vec<u8>, Error> {
    let text = SecretString::from(serde_json::to_string(address).map_err(Error::internal)?);
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    ring.seal(&**plane.rng(), row, &text).map_err(Error::internal)
}

/// Opens the address of a channel.
pub(super) fn open(plane: &ControlPlane, channel: &Channel) -> Result<Address, Error> {
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    let text = ring.open(&RowIdentity::from(channel), &channel.sealed).map_err(Error::internal)?;
    serde_json::from_str(text.expose_secret()).map_err(Error::internal)
}
