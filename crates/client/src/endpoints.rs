//! What can be asked: one file for each noun.

mod auth;
pub(crate) mod jobs;
mod machines;
mod permissions;
pub(crate) mod sessions;
mod system;
