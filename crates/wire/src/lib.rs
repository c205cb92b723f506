//! Every message on the link between the server and a machine.
//!
//! Types, limits and the codec only; who may send what and when is `link`'s business. The
//! encoding is Protocol Buffers (proto3 wire format): unknown fields are ignored, so that either
//! side may be up to two releases ahead of the other. Field numbers are never reused.
//!
//! - [`frame`]: the envelope of everything that is said
//! - [`handshake`]: who are you, and which version do we speak
//! - [`command`]: server → machine, durable, acknowledged
//! - [`report`]: machine → server, durable, acknowledged
//! - [`call`]: questions with one answer, both ways, forgotten when the link is lost
//! - [`changes`]: the questions among them that are about Git repositories
//! - [`files`]: the questions among them that are about files
//! - [`outside`]: what is said of sessions that were begun outside of us
//! - [`search`]: the question where in transcripts something was said
//! - [`mirror`]: the questions among them that are about copies of workspaces on the server
//! - [`update`]: what is said of newer releases of the machine's program
//! - [`worktree`]: what is said of worktrees that are made for sessions
//! - [`stream`]: live output and input of one session, forgotten when the link is lost
//! - [`poll`]: how all of it travels where WebSockets cannot
//! - [`limits`], [`codec`]: how large, and how bytes become frames

pub mod call;
pub mod changes;
pub mod codec;
pub mod command;
pub mod files;
pub mod frame;
pub mod handshake;
pub mod limits;
pub mod machine_key;
pub mod mirror;
pub mod outside;
pub mod poll;
pub mod report;
pub mod search;
pub mod stream;
pub mod update;
pub mod worktree;

pub use call::{Call, CallError, Reply};
pub use codec::{WireError, decode, encode, encode_into, frame_bytes};
pub use command::Command;
pub use frame::{Body, Frame};
pub use report::Report;

#[cfg(test)]
mod tests;
