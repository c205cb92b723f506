//! The files of a workspace: looked at and changed beneath its root, and nowhere else (S70).
//!
//! Every name is followed by the kernel itself, from an open directory, with the order never to
//! leave it: what somebody swaps for a symbolic link in the meantime leads nowhere. What is read are
//! regular files; what is written appears whole or not at all. Nothing here waits for anything but
//! the disk; callers that must not wait call it from a thread that may.
//!
//! - [`path`]: how a file beneath a root is named
//! - [`root`]: the directory beneath which everything stays; `beneath`: how names are followed
//! - [`facts`]: what is known of a file
//! - [`listing`], [`reading`]: what is there
//! - [`upload`], [`directories`]: what is put there
//! - [`discard`]: what is put back, with a copy kept elsewhere
//! - [`walk`], [`secrets`]: what of it is for a copy on the server
//! - [`error`]: why something is not done
//!
//! Windows gets a way of its own to follow names; nothing outside of `beneath` and `upload` knows on
//! which system it is.

pub mod error;
pub mod path;
pub mod secrets;

#[cfg(unix)]
mod beneath;
#[cfg(unix)]
pub mod directories;
#[cfg(unix)]
pub mod discard;
#[cfg(unix)]
pub mod facts;
#[cfg(unix)]
pub mod listing;
#[cfg(unix)]
pub mod reading;
#[cfg(unix)]
pub mod root;
#[cfg(unix)]
pub mod upload;
#[cfg(unix)]
pub mod walk;

pub use error::FilesError;
#[cfg(unix)]
pub use facts::{Facts, Kind, Version};
pub use path::RelativePath;
#[cfg(unix)]
pub use root::Root;
#[cfg(unix)]
pub use upload::{Existing, Upload};
