//! AI coding programs: detect, install, launch, and speak ACP with them.
//!
//! - [`search`]: where programs are found
//! - [`adapter`], [`adapters`]: what is known of one agent, one file per agent
//! - [`detect()`]: which agents are here
//! - [`hazard`]: what in a project an agent heeds before anybody is asked
//! - [`gateway`]: where an agent finds its models
//! - [`history`]: what was said with an agent outside of us
//! - [`launch`]: how an agent is started
//! - [`process`]: a running agent: its process tree and the connection to it
//! - [`acp`]: speaking with it over its pipes

pub mod acp;
pub mod adapter;
pub mod adapters;
pub mod detect;
pub mod gateway;
pub mod hazard;
pub mod history;
pub mod launch;
pub mod process;
pub mod search;

pub use adapter::{Adapter, Facts};
pub use detect::{Detected, detect};
pub use gateway::Gateway;
pub use hazard::{Hazard, hazard_in};
pub use history::History;
pub use launch::{ChatLaunch, Launch, LaunchRequest};
pub use process::{Agent, Event, StartError, prepare, start};
pub use search::{Found, Package, SearchPath};
