//! The walkthroughs with the real program, one file for each.

#![cfg(target_os = "linux")]

mod agents;
mod astray;
mod bad_input;
mod changes;
mod chats;
mod clients;
mod crowd;
mod discretion;
mod distance;
mod editors;
mod files;
mod fleet;
mod full_screen;
mod health;
mod held;
mod held_agents;
mod held_database;
mod idle;
mod imports;
mod job_chaos;
mod jobs;
mod kept_transcripts;
mod killed;
mod machine_keys;
mod middleboxes;
mod mirror;
mod notifications;
mod outside;
mod owner;
mod pauses;
mod policy;
mod read_only;
mod remote_document;
mod restoring;
mod rights;
mod rpc;
mod searches;
mod session_limits;
mod shares;
mod short_of_memory;
mod snippets;
mod soak;
mod starting;
mod telemetry;
mod terminals;
mod update;
mod webhooks;
mod windows;
mod worktrees;

use std::fmt::Display;
use std::fmt::Write as _;

/// What a program prints that counts.
fn on_lines<T: Display>(numbers: impl IntoIterator<Item = T>) -> String {
    numbers.into_iter().fold(String::new(), |mut text, number| {
        // Writing to memory does not fail.
        let _ = writeln!(text, "{number}");
        text
    })
}
