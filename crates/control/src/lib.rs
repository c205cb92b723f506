//! Use cases: one file per noun. Each starts with who acts and whether they may, and is called by
//! every door that offers the verb.
//!
//! - [`plane`]: what use cases work with
//! - [`error`]: why one did not do what was asked
//! - [`setup`], [`sign_in`], [`credentials`], [`passwords`], [`tickets`],
//!   [`api_tokens`], [`users`], [`password_links`], [`tenants`]: who is there
//! - [`second_factors`], [`passkeys`], [`second_step`]: what they show beside a password
//! - [`single_sign_on`]: who they are at a provider
//! - [`enrolments`], [`machines`], [`own_machine`]: where work happens
//! - [`machine_labels`], [`freezes`], [`updates`]: what is said about it, that nothing new begins
//!   there, and that there is a newer release
//! - [`assignments`]: who may work there
//! - [`policies`], [`policy_rules`]: what may be done without a person
//! - [`sessions`], [`pauses`], [`labels`], [`imports`], [`turns`], [`asks`], [`controls`],
//!   [`permissions`], [`transcripts`]: the work
//! - [`session_limits`], [`idle_limits`]: how much of it, and for how long
//! - [`kept_transcripts`]: what was said, where a tenant keeps it on the server
//! - [`files`]: the files where work is done
//! - [`copies`]: copies of them that are on the server
//! - [`placing`]: which machine and which agent are meant where none is named
//! - [`jobs`], [`webhooks`]: the work that nobody watches, and who is told of its end
//! - [`notifications`]: where people are told of what waits for them
//! - [`provider_keys`], [`demo_keys`], [`proxy_tokens`], [`usage`], [`prices`], [`quotas`],
//!   [`budget_requests`]: models and what they cost
//! - [`audit`], [`metrics`]: what was written down, and what is counted
//! - [`reception`]: what machines report, taken in
//! - [`restoring`]: what ends when the server is restored from a backup
//! - [`visibility`]: who may hear of what
//! - [`housekeeping`]: what is dropped when its time is over

pub mod api_tokens;
pub mod asks;
pub mod assignments;
pub mod audit;
pub mod budget_requests;
pub mod controls;
pub mod copies;
pub mod credentials;
pub mod demo_keys;
pub mod enrolments;
pub mod error;
pub mod files;
pub mod freezes;
pub mod housekeeping;
pub mod idle_limits;
pub mod imports;
pub mod jobs;
pub mod kept_transcripts;
pub mod key_rotation;
pub mod labels;
pub mod machine_keys;
pub mod machine_labels;
pub mod machines;
pub mod metrics;
pub mod notifications;
pub mod outside;
pub mod own_machine;
pub mod passkeys;
pub mod password_links;
pub mod passwords;
pub mod pauses;
pub mod permissions;
pub mod placing;
pub mod plane;
pub mod policies;
pub mod policy_rules;
pub mod presence;
pub mod prices;
pub mod provider_keys;
pub mod proxy_tokens;
pub mod quotas;
pub mod reception;
pub mod restoring;
pub mod searches;
pub mod second_factors;
pub mod second_step;
pub mod session_limits;
pub mod sessions;
pub mod setup;
pub mod shares;
pub mod sign_in;
pub mod single_sign_on;
pub mod tenants;
pub mod tickets;
pub mod transcripts;
pub mod turns;
pub mod updates;
pub mod usage;
pub mod users;
pub mod visibility;
pub mod webhooks;
pub mod worktrees;

mod authorise;
mod brief;
mod commands;
mod text;
mod throttle;

pub use error::{Error, Meaning};
pub use plane::{ControlPlane, PlaneConfig, SetupError};
