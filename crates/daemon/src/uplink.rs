//! The link: kept up, and what passes over it.
//!
//! - [`queues`]: the way to the server for everybody on the machine
//! - [`keeping`]: connects, and connects again
//! - `serving`: one link, from its first message to its end
//! - `proving`: with which key the machine proves who it is
//! - `moving`: from a link that is up to a better one, without a moment between them

pub(crate) mod keeping;
mod moving;
mod proving;
pub(crate) mod queues;
mod serving;

pub(crate) use keeping::Keeper;
pub(crate) use proving::Proving;
pub(crate) use queues::{AskFailure, Uplink};
