//! The keys that seal provider keys.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of the key ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RotatedKeyRing {
    /// Always true.
    pub success: bool,
    /// The name of the key that seals from now on; not a secret.
    pub key: String,
    /// How many secrets were sealed anew.
    pub resealed: u64,
    /// How many older keys are still in the ring's file.
    pub older_keys: u64,
}
