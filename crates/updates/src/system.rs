//! What differs between the systems: whose files are, and how they are made durable.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{check_owner, flush_names, new_program, open_lock};
#[cfg(windows)]
pub(crate) use windows::{check_owner, flush_names, new_program, open_lock};
