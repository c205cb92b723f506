//! How the server is reached: a WebSocket, or a pipe where both live in one process.

mod websocket;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::Stream;
use transport::{Connection, ConnectionError};

pub use websocket::{WebSocketConnector, WebSocketSettings};

/// The server could not be reached.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    /// What went wrong, for the log and for people.
    pub message: String,
}

impl ConnectError {
    /// With this text.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// A connection of some kind.
pub type BoxedConnection = Box<dyn BoxableConnection>;

/// What a connection must be able to do behind a pointer.
pub trait BoxableConnection:
    Stream<Item = Result<Bytes, ConnectionError>>
    + futures_util::Sink<Bytes, Error = ConnectionError>
    + Send
    + Unpin
{
}

impl<C: Connection> BoxableConnection for C {}

/// Reaches the server.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Opens a new connection.
    async fn connect(&self) -> Result<BoxedConnection, ConnectError>;

    /// Where agents find the server, without a slash at the end.
    fn server_url(&self) -> String;
}
