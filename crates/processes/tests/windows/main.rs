//! Real processes on Windows, as agents and shells leave them behind.
#![cfg(windows)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acting;
mod arguments;
mod pause;
mod tree;
