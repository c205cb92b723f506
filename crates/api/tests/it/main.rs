//! The public interface, over real connections, with a real database behind it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod assignments;
mod audit;
mod bad_input;
mod browsers;
mod cast;
mod house;
mod http;
mod imports;
mod installers;
mod jobs;
mod key_ring;
mod links;
mod logins;
mod machines;
mod matrix;
mod methods;
mod metrics;
mod money;
mod notifications;
mod patience;
mod policy;
mod polls;
mod provider_keys;
mod receiver;
mod remote_words;
mod revocation;
mod rpc;
mod rules;
mod second_factors;
mod secrets;
mod session_limits;
mod shares;
mod single_sign_on;
mod slow_database;
mod socket;
mod spellings;
mod stolen;
mod strangers;
mod table;
mod tickets;
mod usage;
mod users;
mod unwritten;
mod webhooks;
