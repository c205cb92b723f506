//! The doors: HTTP, server-sent events and WebSocket on one port. Each endpoint is one file that
//! takes a request apart, calls one use case and answers; nothing is decided here.
//!
//! - [`server`]: connections: accepting, time limits, TLS, stopping
//! - [`guard`]: what every request passes: host, origin, size, headers of the answer
//! - [`caller`], [`body`], [`params`]: taking a request apart
//! - [`routes`]: the endpoints
//! - [`rpc`]: the methods of JSON-RPC
//! - [`sockets`], [`stream_life`]: what the three kinds of WebSocket have in common
//! - [`public_url`]: the address by which people reach this server
//! - [`views`], [`pages`], [`exports`]: what the model looks like from outside
//! - [`imports`]: what was written down, read again
//! - `disposition`: how an answer says that it is a file
//! - `wanted`: what is wanted in several bodies
//! - [`programs`]: the program itself, for computers that are to become machines
//! - [`problem`]: every error
//! - [`remote_words`]: answers in the words of the remote workspace document
//! - [`refusals`]: who was refused what, on the way into the audit log
//! - [`openapi`]: the description of all this

pub mod app;
pub mod body;
pub mod caller;
pub mod cookie;
pub mod exports;
pub mod guard;
pub mod imports;
pub mod openapi;
pub mod pages;
pub mod params;
pub mod problem;
pub mod programs;
pub mod public_url;
pub mod refusals;
pub mod remote_words;
pub mod routes;
pub mod rpc;
pub mod server;
pub mod sockets;
pub mod stream_life;
pub mod views;

mod disposition;
mod wanted;

pub use app::{ApiConfig, App, polls};
pub use server::{Listening, ServeError};

#[cfg(test)]
mod tests;
