//! The walkthroughs with the real program: what they need to start it, to use it and to see what
//! is left of it. The tests are in `tests/it`, one file for each walkthrough.
//!
//! - [`binary`], [`program`]: the program that was built, and one run of it
//! - [`house`]: a server with this computer as its machine, in a place of its own
//! - [`machine`]: another machine of a server, in a process of its own
//! - [`middlebox`]: a box in the network that carries only what it understands
//! - [`person`]: somebody who uses it
//! - [`chat`]: a chat as one who follows it sees it
//! - [`follower`]: one of many who follow a chat, each over a WebSocket of its own
//! - [`jobs`]: jobs as one who waits for them sees them
//! - [`editor`]: an editor as its agent sees it
//! - [`windows`]: a machine that runs Windows, as far as Wine is Windows
//! - [`viewer`]: a terminal as one who is attached to it sees it
//! - [`releases`]: releases of the program, signed by us or by others
//! - [`raw`]: requests that the typed client would not send
//! - [`scan`]: processes that are left
//! - [`proc`]: what a process has in use
//! - [`patience`]: how long anything may take
//!
//! They look into `/proc` and send signals, so they are for Linux.

#![cfg(target_os = "linux")]

pub mod binary;
pub mod chat;
pub mod editor;
pub mod follower;
pub mod house;
pub mod jobs;
pub mod machine;
pub mod middlebox;
pub mod patience;
pub mod person;
pub mod proc;
pub mod program;
pub mod raw;
pub mod releases;
pub mod scan;
pub mod viewer;
pub mod windows;

pub use crate::chat::Chat;
pub use crate::house::{House, Setup};
pub use crate::machine::Machine;
pub use crate::person::Person;
pub use crate::viewer::Viewer;
pub use crate::windows::WindowsMachine;
