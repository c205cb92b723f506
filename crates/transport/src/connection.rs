//! What a connection must be able to do: carry whole messages, in order.

use bytes::Bytes;
use futures_util::{Sink, Stream};

/// A connection broke. The link comes back on another one, so all that matters is what to write
/// into the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConnectionError(pub String);

/// Carries whole messages in order, both ways. The end of the stream is the end of the connection.
pub trait Connection:
    Stream<Item = Result<Bytes, ConnectionError>> + Sink<Bytes, Error = ConnectionError> + Send + Unpin
{
}

impl<C> Connection for C where
    C: Stream<Item = Result<Bytes, ConnectionError>>
        + Sink<Bytes, Error = ConnectionError>
        + Send
        + Unpin
{
}
