//! Connections from the server to the outside: only to addresses that were checked.
//!
//! An administrator of a tenant says where a provider is, and anybody where the end of a job is to
//! be told, so that text must not reach what only the server can reach: its own loopback, its
//! network, a cloud's metadata service. A connection goes through the modules in this order:
//!
//! - [`host`]: is this the usual spelling of a name or an address
//! - [`guard`]: is the host trusted by the operator, and if not, which of its addresses are public
//! - [`address`]: which addresses are public
//! - [`connector`]: a connection to one of exactly those addresses, encrypted if the URI says so
//! - `exchange`: one request on such a connection
//! - [`post`](mod@post): that, to a receiver that is trusted with nothing
//! - [`fetch`]: that, and the whole of a small answer
//!
//! The name is looked up once for each connection, and the connection is made to what that look-up
//! answered, so that a name which changes its mind in between (DNS rebinding) gains nothing.

pub mod address;
pub mod connector;
pub mod fetch;
pub mod guard;
pub mod post;

mod exchange;
mod host;
mod tls;

pub use connector::{ConnectError, Connector};
pub use guard::{Forbidden, Guard};
pub use post::{Answered, Post, PostError, post, post_and_read};
