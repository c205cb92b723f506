//! This computer: its clock, its randomness, its directories, its secret files, what it is.
//!
//! - [`account`]: who the users of this computer are
//! - [`clock`], [`rng`]: the real time and randomness behind `model::Clock` and `model::Rng`
//! - [`directories`]: where a user's data belongs on this system
//! - [`private`]: files and directories that only their owner may read
//! - [`facts`]: what this computer is and how it fares
//! - [`process`]: what this process takes of it

pub mod account;
pub mod clock;
pub mod directories;
pub mod facts;
pub mod private;
pub mod process;
pub mod rng;
#[cfg(windows)]
mod win32;

pub use clock::SystemClock;
pub use rng::SystemRng;
