//! The files of a workspace: looked at and changed beneath its root, and nowhere else (S70).
//!
//! Every name is followed from an open directory, with the order never to leave it: what somebody swaps for a symbolic link in the meantime leads nowhere. What is read are
//! regular files; what is written appears whole or not at all. Nothing here waits for anything but
//! the disk; callers that must not wait call it from a thread that may.
//!
//! - [`path`]: how a file beneath a root is named
//! - [`root`]: the directory beneath which everything stays; `system`: how names are followed
//! - [`facts`]: what is known of a file
//! - [`listing`], [`reading`]: what is there
//! - [`upload`], [`directories`]: what is put there
//! - [`discard`]: what is put back, with a copy kept elsewhere
//! - [`walk`], [`secrets`]: what of it is for a copy on the server
//! - [`error`]: why something is not done
//!
//! Only `system` knows on which system it is: on Unix names are followed by `openat2(2)`, on Windows
//! one after the other by `NtCreateFile`, and `windows_names` says which names Windows would take for
//! something else than a file of that name.

pub mod directories;
pub mod discard;
pub mod error;
pub mod facts;
pub mod listing;
pub mod path;
pub mod reading;
pub mod root;
pub mod secrets;
mod system;
pub mod upload;
pub mod walk;
mod windows_names;

pub use error::FilesError;
pub use facts::{Facts, Kind, Version};
pub use path::RelativePath;
pub use root::Root;
pub use upload::{Existing, Upload};
