//! From two X25519 keys to one key for each direction.

use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use bytes::Bytes;
use model::Rng;
use zeroize::Zeroizing;

use super::transcript::Transcript;
use crate::error::LinkError;
use crate::seal::{Traffic, TrafficSecret};

const TO_SERVER: &[u8] = b"gantline link 1, machine to server";
const TO_MACHINE: &[u8] = b"gantline link 1, server to machine";

/// A key made for one link, forgotten when its handshake is over.
pub(crate) struct EphemeralKey {
    private: PrivateKey,
    public: Bytes,
}

impl EphemeralKey {
    pub(crate) fn new(rng: &dyn Rng) -> Result<Self, LinkError> {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill(seed.as_mut());
        let private = PrivateKey::from_private_key(&X25519, seed.as_ref())
            .map_err(|_| LinkError::KeyAgreement)?;
        let public = private.compute_public_key().map_err(|_| LinkError::KeyAgreement)?;
        Ok(Self { private, public: Bytes::copy_from_slice(public.as_ref()) })
    }

    pub(super) fn public_bytes(&self) -> Bytes {
        self.public.clone()
    }

    /// The secret that both share. A peer key that would make it known to all is refused
    /// (RFC 7748 §6.1).
    pub(super) fn agree(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkError> {
        let peer = UnparsedPublicKey::new(&X25519, peer);
        agree(&self.private, peer, LinkError::KeyAgreement, |secret| {
            Ok(Zeroizing::new(secret.to_vec()))
        })
    }
}

/// The traffic of machine to server and of server to machine.
pub(super) fn traffic(
    secret: &[u8],
    transcript: &Transcript,
) -> Result<(Traffic, Traffic), LinkError> {
    let salt = transcript.hash();
    let derive = |direction| Traffic::new(TrafficSecret::derive(&salt, secret, direction)?);
    Ok((derive(TO_SERVER)?, derive(TO_MACHINE)?))
}
