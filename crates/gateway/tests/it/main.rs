//! The gateway between real clients and scripted providers, with a real database and vault, all of
//! it over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod aborts;
mod bad_input;
mod budget;
mod client;
mod denials;
mod dialects;
mod enemies;
mod exact;
mod failover;
#[cfg(target_os = "linux")]
mod flat;
mod front;
mod hostile;
mod house;
mod keys;
mod models;
mod money;
mod names;
mod news;
mod quotas;
mod requests;
mod secrets;
mod tokens;
mod trials;
