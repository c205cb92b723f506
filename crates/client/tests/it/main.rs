//! The client against servers that answer by a script, break off, and lie.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attach;
mod http;
mod live;
mod support;
mod tls;
