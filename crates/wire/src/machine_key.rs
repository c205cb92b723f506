//! How a machine comes by another key. It makes the key itself; the server only asks for it, and is told
//! the public half.

use bytes::Bytes;

/// Make a key pair to be used from the next link on, or say again which one was made. What was made is on
/// the machine's disk before it is told.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ProposeKey {}

/// The machine's next key.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct KeyProposed {
    /// Its Ed25519 public key, 32 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub public_key: Bytes,
}
