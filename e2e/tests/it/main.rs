//! The walkthroughs with the real program, one file for each.

#![cfg(target_os = "linux")]

mod agents;
mod bad_input;
mod chats;
mod distance;
mod killed;
mod starting;
mod terminals;
