//! The server's database. Only this room knows SQL.
//!
//! Reads go to a small pool; every write goes to one writer that commits what has queued up
//! meanwhile in one transaction with `synchronous=FULL`, so that an answer means durable and
//! durability costs one disk flush for many answers (trust notes R01, R02).
//!
//! A use case composes its transaction of the verbs that the entity files add to [`Tx`]:
//!
//! ```no_run
//! # async fn example(store: store::Store, id: model::SessionId) -> Result<(), store::StoreError> {
//! use model::Timestamp;
//! store.write(move |tx| Box::pin(async move {
//!     tx.session_touch(id, Timestamp::from_millis(0)).await
//! })).await
//! # }
//! ```
//!
//! - `claim`: one server at a time
//! - [`database`]: opening, pools, migrations
//! - [`writer`]: group commit
//! - [`snapshot`], [`restoring`]: copies of the whole, and what ends when one is put in its place
//! - `figures`, [`census`]: what it takes, and how much is under way
//! - [`error`]: what can go wrong, and what to do about it
//! - one file per entity: its statements, its row, its verbs

pub mod census;
pub mod database;
pub mod error;
pub mod snapshot;
pub mod writer;

mod claim;
mod columns;
mod figures;

pub mod api_tokens;
pub mod assignments;
pub mod audit;
pub mod budget_requests;
pub mod commands;
pub mod doubt;
pub mod enrolments;
pub mod freezes;
pub mod idempotency;
pub mod identities;
pub mod imports;
pub mod jobs;
pub mod kept_transcripts;
pub mod logins;
pub mod machine_keys;
pub mod machines;
pub mod notifications;
pub mod passkeys;
pub mod permissions;
pub mod policy_presets;
pub mod policy_rules;
pub mod prices;
pub mod provider_keys;
pub mod proxy_tokens;
pub mod quotas;
pub mod restoring;
pub mod second_factors;
pub mod session_limits;
pub mod session_shares;
pub mod sessions;
pub mod settings;
pub mod sign_in_links;
pub mod tenants;
pub mod throttles;
pub mod transcript_keeping;
pub mod turns;
pub mod usage;
pub mod user_removal;
pub mod users;
pub mod webhook_secrets;
pub mod webhooks;

pub use database::Store;
pub use error::StoreError;
pub use writer::{Tx, TxFuture};

#[cfg(test)]
mod tests;
