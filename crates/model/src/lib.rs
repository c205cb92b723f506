//! The words of Gantline: what exists, how it is named, and which states follow which.
//!
//! Nothing here reads a clock, opens a file or spawns anything; time and randomness come in
//! through [`Clock`] and [`Rng`].
//!
//! - [`ids`]: one newtype per identifier
//! - [`time`], [`rng`]: what the outside passes in
//! - [`actor`], [`scope`]: who acts, with which role, and what their token is for
//! - [`tenant`], [`user`], [`second_factor`], [`identity`], [`enrolment`], [`machine`], [`freeze`], [`agent`]: who and where
//! - [`session_limits`]: how much of it there may be
//! - [`session`], [`share`], [`presence`], [`label`], [`turn`], [`permission`], [`command`]: what happens
//! - [`job`], [`webhook`]: what happens unattended, and who is told of it
//! - [`notification`]: where people are told of what waits for them
//! - [`policy_rule`]: what need not be asked again
//! - [`provider`], [`usage`], [`price`], [`quota`]: models and what they cost
//! - [`mirror`]: copies of workspaces that are kept on the server
//! - [`audit`]: what is written down for ever

pub mod actor;
pub mod agent;
pub mod audit;
pub mod command;
pub mod enrolment;
pub mod freeze;
pub mod identity;
pub mod ids;
pub mod job;
pub mod kept_transcript;
pub mod label;
pub mod machine;
pub mod mirror;
pub mod notification;
pub mod passkey;
pub mod permission;
pub mod policy_rule;
pub mod presence;
pub mod price;
pub mod provider;
pub mod quota;
pub mod rng;
pub mod scope;
pub mod second_factor;
pub mod session;
pub mod session_limits;
pub mod share;
pub mod tenant;
pub mod time;
pub mod turn;
pub mod usage;
pub mod user;
pub mod webhook;

mod transition;
mod words;

pub use actor::{Actor, Role};
pub use ids::*;
pub use price::NanoUsd;
pub use rng::Rng;
pub use scope::{TokenScope, TokenScopes};
pub use secrecy::{ExposeSecret, SecretString};
pub use time::{Clock, Tick, Timestamp};
pub use transition::InvalidTransition;
pub use words::UnknownWord;
