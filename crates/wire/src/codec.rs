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
    let mut buffer = BytesMut::with_capacity(frame_bytes(frame)?);
    encode_into(frame, &mut buffer)?;
    Ok(buffer)
}

/// Encodes a frame behind what is in the buffer already.
pub fn encode_into(frame: &Frame, buffer: &mut BytesMut) -> Result<(), WireError> {
    frame_bytes(frame)?;
    frame.encode(buffer).map_err(|error| WireError::Malformed(error.to_string()))
}

/// How many bytes a frame is long when encoded; an error if that is more than may travel.
pub fn frame_bytes(frame: &Frame) -> Result<usize, WireError> {
    match frame.encoded_len() {
        size if size > MAX_FRAME_BYTES => Err(WireError::TooLarge { size }),
        size => Ok(size),
    }
}

/// Decodes a frame. Byte fields of the result share the buffer, they are not copied.
pub fn decode(bytes: Bytes) -> Result<Frame, WireError> {
    if bytes.len() > MAX_FRAME_BYTES {
        return Err(WireError::TooLarge { size: bytes.len() });
    }
    Frame::decode(bytes).map_err(|error| WireError::Malformed(error.to_string()))
}
