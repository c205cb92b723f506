//! Typed client of the public interface: for the command line, for tests and for measurements.
//!
//! - [`server_url`], [`config`]: where the server is and how it is reached
//! - [`error`]: why something did not work
//! - [`Client`], `endpoints`: requests, one method for each
//! - [`download`]: answers that are too long to be read at once
//! - [`upload`]: requests that are too large to be sent at once
//! - [`live`]: what happens on the server, as it happens
//! - [`attach`]: a terminal, attached to
//! - `tls`, `path`, `dial`, `line`, `retry`: what those have in common

pub mod attach;
pub mod config;
mod dial;
pub mod download;
mod endpoints;
pub mod error;
mod http;
mod line;
pub mod live;
mod path;
mod retry;
pub mod server_url;
mod tls;
pub mod upload;

pub use crate::attach::{AttachConfig, AttachEvent, Attachment, Part, Typed};
pub use crate::config::{ClientConfig, Patience};
pub use crate::download::Download;
pub use crate::endpoints::audit::AuditFilter;
pub use crate::endpoints::jobs::JobFilter;
pub use crate::endpoints::provider_keys::NewProviderKey;
pub use crate::endpoints::sessions::SessionFilter;
pub use crate::error::Error;
pub use crate::http::Client;
pub use crate::live::{Live, LiveEvent, Snapshot};
pub use crate::server_url::{InvalidServerUrl, ServerUrl};
pub use crate::upload::{Content, Sent};
