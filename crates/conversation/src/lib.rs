//! The state machine of a chat and its events: turns, queue and steer, the agent's updates,
//! permission requests, cancelling, and going on after an agent has died.
//!
//! Nothing here reads a clock, opens a file or spawns anything. The caller feeds in what people
//! order and what the agent says, and carries out the effects that come back, in order.
//!
//! - [`setup`]: what a chat is started with
//! - [`orders`]: what people can order, and why it may be refused
//! - [`chat`]: the state machine
//! - [`effect`]: what the caller must do
//! - [`acp`]: what is said to agents and what is understood of them
//! - [`update`]: what the transcript is made of
//! - [`details`], [`rules`]: what a person is asked, and what rules must know of it
//! - [`memory`]: what a transcript says to a daemon that was restarted
//! - [`events`], [`markdown`]: a transcript told in other forms
//! - [`activity`]: a transcript made of what another server has kept
//! - [`last_words`]: what an agent said last
//! - [`search`]: where something was said
//! - [`text`]: text of agents, made fit to be shown

pub mod acp;
pub mod activity;
pub mod chat;
pub mod details;
pub mod effect;
pub mod events;
pub mod last_words;
pub mod markdown;
pub mod memory;
pub mod orders;
pub mod rules;
pub mod search;
pub mod setup;
pub mod text;
pub mod update;

pub use chat::{Conversation, NotTakenUp};
pub use details::PermissionDetails;
pub use effect::{Effect, Fact};
pub use last_words::LastWords;
pub use memory::Memory;
pub use orders::{AgentExit, LaunchFailure, PermissionReply, Prompt, Refusal};
pub use rules::SessionRule;
pub use setup::{Outside, Profile, Setup};
pub use update::Update;
