//! Moves a link's messages: the pump between link and connection, and a connection inside one
//! process.
//!
//! The shells of both sides (`relay` on the server, `daemon` on the machine) drive their link with
//! the same [`Pump`], over whatever connection there is: a WebSocket made by the doors, requests
//! and answers where that cannot be had ([`polling`]), or a [`pipe()`] where server and machine
//! live in one process.
//!
//! - [`connection`]: what a connection must be able to do
//! - [`pump`]: writes what the link has to say, urgent things first, and reads what comes
//! - [`mod@pipe`]: a connection inside one process
//! - [`polling`]: a connection made of requests and answers

pub mod connection;
pub mod pipe;
pub mod polling;
pub mod pump;

pub use connection::{Connection, ConnectionError};
pub use pipe::{Pipe, pipe};
pub use pump::Pump;
