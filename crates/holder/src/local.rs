//! How a daemon and a holder reach each other on this system, and nobody else reaches them.
//!
//! - `unix`: a socket in the place, which only the owner can open
//! - `windows`: a named pipe that only the owner can open, and a file in the place that tells of it
//!
//! Both have a [`Bound`], which is taken by the first who asks and handed to the holder as its standard
//! input; a [`Listener`], which the holder makes of it; and a [`Stream`] with who has called.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{
    Bound, Listener, Stream, Terminate, begin, bytes_of_word, connect, exit_of, holders_of,
    is_busy, spawn, word_of_bytes,
};
#[cfg(windows)]
pub(crate) use windows::{
    Bound, Listener, Stream, Terminate, begin, bytes_of_word, connect, exit_of, holders_of,
    is_busy, spawn, word_of_bytes,
};
