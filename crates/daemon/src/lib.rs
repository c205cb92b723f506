//! The resident program on a machine: one link out, and the sessions that run here.
//!
//! - [`background`]: how a system runs the daemon from boot on
//! - [`config`], [`local_policy`], [`halt`]: what the machine is told by its owner
//! - `admission`, `halting`: whether work may begin at this moment, and the end of everything
//! - [`identity`]: what proves the machine to its server, and the server to the machine
//! - [`daemon`]: everything put together; `context`: what all of it works with
//! - `recovery`, `sweep`, `holders`: what an earlier life has left
//! - [`connector`], `uplink`: the link: how the server is reached, and what passes over it
//! - `supervisor`, `ordered`: which sessions there are, and who gets an order
//! - `checks`, `spec`: what may be started, and what is known of what was
//! - `containment`: what holds sessions that may only read
//! - `chats`, `terminals`: one task for each session
//! - `streams`: a chat's records on their way to the server
//! - `kept`: records of chats that were held elsewhere, kept to be read
//! - `searching`: where in transcripts something was said
//! - `workspace_files`, `uploads`: the files of workspaces, looked at and put there
//! - [`mirror`]: copies of workspaces on the server, where the owner wants them there
//! - `workspace_changes`, `discards`: what differs in them from what was committed
//! - `worktrees`: those that are made for sessions, until they are gone
//! - `questions`, `reports`, `describe`: what the server asks, and what it is told
//! - `shell`: what runs in terminals where nobody has said
//! - `shelf`, `model_access`, `token_renewal`: which agents are here, and how they reach their models
//! - [`updating`]: another release of this program, taken and to be tried
//! - [`status`]: what the daemon says of itself to other programs on this computer

pub mod background;
pub mod config;
pub mod connector;
pub mod daemon;
pub mod halt;
pub mod identity;
pub mod local_policy;
mod machine_key;
pub mod mirror;
pub mod status;
pub mod updating;

mod admission;
mod chats;
mod checks;
mod containment;
mod context;
mod describe;
mod discards;
mod halting;
mod holders;
mod kept;
mod model_access;
mod ordered;
mod outside;
mod questions;
mod recovery;
mod reports;
mod searching;
mod shelf;
mod shell;
mod spec;
mod streams;
mod supervisor;
mod sweep;
mod terminals;
mod token_renewal;
mod uplink;
mod uploads;
mod workspace_changes;
mod workspace_files;
mod worktrees;

pub use admission::Reach;
pub use background::{Background, Starter};
pub use config::MachineConfig;
pub use connector::{
    BoxedConnection, ConnectError, Connected, Connector, Detour, Downloads, ServerConnector,
    ServerSettings, Way,
};
pub use daemon::{Daemon, DaemonError, DaemonSettings, LinkStatus, Terminals};
pub use holders::end_terminals;
pub use identity::MachineIdentity;
pub use local_policy::LocalPolicy;
pub use shelf::{agents_here, custom_agents, demo_agent};
