//! Copies of workspaces on the server: what machines have sent, by content, whole or not at all.
//!
//! Every machine has a directory of its own below that of its tenant, so that nobody learns from
//! what they send what others have. In it, contents lie under their SHA-256, and a list of files for
//! each copy. No name that a machine has said becomes the name of a file here (S71). A copy is there
//! from the rename of its list on, which comes after everything that it names is durable; whatever
//! no list names is taken away.
//!
//! Nothing here waits for anything but the disk; callers that must not wait call it from a thread
//! that may.
//!
//! - [`copy`]: what a copy is, and what is in it
//! - [`error`]: why something is not done
//! - `contents`: contents under their hashes
//! - `list`: the list of a copy's files
//! - `incoming`: a copy that is being told
//! - [`mirrors`]: all of it
//! - [`reading`], [`archive`]: a file of a copy, and all of them

pub mod archive;
pub mod copy;
pub mod error;
pub mod mirrors;
pub mod reading;

mod contents;
mod incoming;
mod list;

pub use archive::Archive;
pub use copy::{Beginning, Copy, CopyId, Entry, Item, Owner, Page};
pub use error::MirrorError;
pub use mirrors::{Begun, Ended, Mirrors, Settings};
pub use reading::Reading;

#[cfg(test)]
mod tests;
