//! Keys by which the server recognises a request that is sent again.

use host::SystemRng;
use model::Rng;

/// A key that nobody has used.
pub(crate) fn new_key() -> String {
    let mut bytes = [0_u8; 16];
    SystemRng::default().fill(&mut bytes);
    hex::encode(bytes)
}
