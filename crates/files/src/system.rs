//! What differs between the systems: how names are followed, never out of the directory from which
//! they are, and what is known of a file.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(windows)]
pub(crate) use windows::*;

/// What becomes of a symbolic link in the last place of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// It is followed as long as it stays beneath the root, where the system can promise that.
    Followed,
    /// It is not.
    Refused,
}
