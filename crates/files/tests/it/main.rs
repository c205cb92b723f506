//! Files of a workspace, on a real file system.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod confinement;
mod discarding;
mod looking;
mod putting;
mod scene;
