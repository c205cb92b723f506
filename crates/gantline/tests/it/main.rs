//! The program as people run it: real processes, judged by what they print and how they end.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod audit;
mod booted;
mod document;
mod files;
mod flags;
mod installed;
mod installer;
mod interactive;
mod jobs;
mod machine;
mod money;
mod people;
mod prompt;
mod schema;
mod sessions;
mod signing_in;
mod support;
mod window;
