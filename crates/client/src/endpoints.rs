//! What can be asked: one file for each noun.

mod auth;
mod machines;
mod permissions;
pub(crate) mod sessions;
mod system;
