//! The users of this computer, as its directory knows them.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{Account, is_administrator, named, own};
#[cfg(windows)]
pub use windows::{Account, is_administrator, own};
