//! The LLM gateway: authenticate, classify, admit, choose key, prepare, forward, meter, settle.
//!
//! Agents call models through it with a short-lived token; the providers' keys never leave the
//! server. [`Gateway::answer`] takes one call through its phases, one file each:
//!
//! 1. [`authenticate`]: whose call is it
//! 2. [`classify`]: which endpoint is called, and what does its body ask for
//! 3. [`admit`]: may this session make this call
//! 4. [`choose_key`]: which of the tenant's keys may pay for it, and in which order they are tried
//! 5. [`prepare`]: what goes to the upstream: its address, headers written anew, the body's bytes
//! 6. [`forward`]: to the upstream and back, as far as the head of the answer; [`failover`] does
//!    this and the one before with the next key where one cannot pay
//! 7. [`meter`]: the answer's bytes on their way to the client, usage read as they pass
//! 8. [`settle`]: the one record of the attempt
//!
//! What the phases lean on:
//!
//! - [`gateway`]: what there is one of, and the order of the phases
//! - [`tokens`]: the tokens in use, re-read every second, so that a dead one ends its calls
//! - [`open_answers`]: the answers under way, each of which can be ended from outside
//! - [`reserve`], [`budgets`], [`hold`]: what a call may cost, what may be spent, and what becomes
//!   of a call for which that is not enough
//! - [`terms`]: what a tenant's administrators have said about money
//! - [`upstreams`]: connections to providers, kept for the next call
//! - [`stopwatch`]: what the gateway itself takes
//! - [`ledger`]: the way of the records to the database
//! - [`figures`]: what is counted and timed, for those who watch the server
//! - [`telemetry`]: what a collector is told, where one is named
//! - [`news`]: what sessions have used, told to those who look on
//! - [`denials`]: the way of what was refused to the audit log
//! - [`request_body`], [`body`]: bodies, in and out
//! - [`selection`], [`key_health`]: the order of keys, and which of them rest
//! - [`models_here`]: lists of models that need not be asked for elsewhere
//! - [`try_key`]: whether a key is any good, for those who store them
//! - [`limits`]: how much and how long
//!
//! A call whose body asks for something leaves exactly one usage record, whatever becomes of it
//! (R24). No prompt, body, key or token is ever logged.

pub mod body;
pub mod gateway;
pub mod limits;

mod admit;
mod authenticate;
mod budgets;
mod choose_key;
mod classify;
mod denials;
mod failover;
mod figures;
mod forward;
mod hold;
mod key_health;
mod ledger;
mod meter;
mod models_here;
mod news;
mod open_answers;
mod prepare;
mod request_body;
mod reserve;
mod selection;
mod settle;
mod stopwatch;
mod telemetry;
mod terms;
mod tokens;
mod try_key;
mod upstreams;

pub use body::{Body, Broken};
pub use gateway::{Gateway, Settings};
pub use limits::Limits;
