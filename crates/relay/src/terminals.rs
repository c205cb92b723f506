//! The output of a terminal, for many viewers, and who types.
//!
//! A hub has one stream from the machine and one ring; a viewer is a place in the ring. Viewers
//! pull: nothing is queued for them, so one that stops reading costs nothing and slows nobody.
//!
//! - [`view`]: one viewer
//! - `hub`: what all viewers of a terminal share
//! - `state`: the same, while it is locked

mod hub;
mod state;
pub mod view;

pub(crate) use hub::TerminalHub;
pub use view::{Attach, Holder, Keyboard, TerminalEvent, TerminalView, Typed};
