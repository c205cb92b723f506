//! The link: kept up, and what passes over it.
//!
//! - [`queues`]: the way to the server for everybody on the machine
//! - [`keeping`]: connects, and connects again
//! - `serving`: one link, from its first message to its end

pub(crate) mod keeping;
pub(crate) mod queues;
mod serving;

pub(crate) use keeping::Keeper;
pub(crate) use queues::{AskFailure, Uplink};
