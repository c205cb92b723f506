//! Files of a workspace, on a real file system.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[cfg(unix)]
mod confinement;
mod discarding;
mod looking;
mod putting;
mod scene;
#[cfg(windows)]
mod windows;
