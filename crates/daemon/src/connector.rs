//! How the server is reached: a WebSocket, requests and answers where the network lets none through,
//! or a pipe where both live in one process.
//!
//! - `address`: where the server is, and the way to it
//! - `websocket`: the connection that is wanted
//! - `polling`: the one that gets through where that does not
//! - [`detour`]: why it does not, and when it is tried again
//! - [`downloads`]: files that the server gives to everybody
//! - `server`: which of the two it is to be

mod address;
mod polling;
mod server;
mod websocket;

pub mod detour;
pub mod downloads;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::Stream;
use model::machine::Carrier;
use transport::{Connection, ConnectionError};

pub use detour::Detour;
pub use downloads::{DownloadError, Downloads};
pub use server::{ServerConnector, ServerSettings};

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

/// A connection, and what it is.
pub struct Connected {
    /// The connection.
    pub connection: BoxedConnection,
    /// What it is made of.
    pub way: Way,
}

/// What carries a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What is wanted.
    Direct(Carrier),
    /// Requests and answers, because the network lets no WebSocket through.
    Around(Detour),
}

impl Way {
    /// What carries it.
    pub const fn carrier(self) -> Carrier {
        match self {
            Self::Direct(carrier) => carrier,
            Self::Around(_) => Carrier::LongPoll,
        }
    }
}

/// Reaches the server.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Opens a new connection.
    async fn connect(&self) -> Result<Connected, ConnectError>;

    /// Waits, beside a link that goes around, until a better connection may be there, and opens it.
    /// Whether it carries anything is not known. Safe to drop.
    async fn improve(&self) -> Connected;

    /// Where agents find the server, without a slash at the end.
    fn server_url(&self) -> String;
}

#[cfg(test)]
mod tests;
