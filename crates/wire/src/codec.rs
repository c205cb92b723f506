//! Bytes to frames and back.

use bytes::{Bytes, BytesMut};
use prost::Message;

use crate::Frame;
use crate::limits::MAX_FRAME_BYTES;

/// Bytes are not a frame, or a frame lacks what it must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Larger than [`MAX_FRAME_BYTES`].
    #[error("frame of {size} bytes is larger than the limit of {MAX_FRAME_BYTES}")]
    TooLarge {
        /// Its size.
        size: usize,
    },
    /// Not Protocol Buffers, or not of our types.
    #[error("malformed frame: {0}")]
    Malformed(String),
}

/// Encodes a frame.
pub fn encode(frame: &Frame) -> Result<BytesMut, WireError> {
    let size = frame.encoded_len();
    if size > MAX_FRAME_BYTES {
        return Err(WireError::TooLarge { size });
    }
    let mut buffer = BytesMut::with_capacity(size);
    frame.encode(&mut buffer).map_err(|error| WireError::Malformed(error.to_string()))?;
    Ok(buffer)
}

/// Decodes a frame. Byte fields of the result share the buffer, they are not copied.
pub fn decode(bytes: Bytes) -> Result<Frame, WireError> {
    if bytes.len() > MAX_FRAME_BYTES {
        return Err(WireError::TooLarge { size: bytes.len() });
    }
    Frame::decode(bytes).map_err(|error| WireError::Malformed(error.to_string()))
}
