//! Bodies of the public interface: what is asked and answered over HTTP and WebSocket.
//!
//! Plain types, shared by the doors (`api`) and the typed client (`client`), and the source of
//! the OpenAPI description and of the console's types. Requests refuse fields that they do not
//! know; fields that documents print under several names are accepted under each.
//!
//! - [`problem`]: every error
//! - [`time`]: how times are written
//! - [`auth`], [`second_factors`], [`passkeys`], [`single_sign_on`]: setting up, signing in, tokens
//! - [`users`], [`assignments`]: accounts and tenants, and what people were given on machines
//! - [`machines`], [`agents`]: enrolment, machines, and what is installed on them
//! - [`sessions`], [`exports`], [`permissions`]: work and its questions
//! - [`outside`]: what was begun without us and can be gone on with
//! - [`searches`]: where in it something was said
//! - [`session_limits`]: how much of it there may be
//! - [`files`], [`changes`]: the files where it is done, and what differs in them
//! - [`copies`]: copies of them on the server
//! - [`policy`]: what may be done without a person
//! - [`jobs`], [`webhooks`]: unattended work, and who is told of its end
//! - [`notifications`]: where people are told of what waits for them
//! - [`remote`]: what only the remote workspace document says
//! - [`live`]: what the WebSocket says
//! - [`rpc`]: what is asked over JSON-RPC
//! - [`attach`]: what is said on an attached terminal
//! - [`provider_keys`], [`key_ring`], [`usage`], [`prices`], [`quotas`]: models and what they cost
//! - [`audit`], [`build`]: the rest

pub mod agents;
pub mod assignments;
pub mod attach;
pub mod audit;
pub mod auth;
pub mod build;
pub mod changes;
pub mod copies;
pub mod exports;
pub mod files;
pub mod jobs;
pub mod key_ring;
pub mod live;
pub mod machines;
pub mod notifications;
pub mod outside;
pub mod passkeys;
pub mod permissions;
pub mod policy;
pub mod presence;
pub mod prices;
pub mod problem;
pub mod provider_keys;
pub mod quotas;
pub mod remote;
pub mod rpc;
pub mod searches;
pub mod second_factors;
pub mod session_limits;
pub mod sessions;
pub mod shares;
pub mod single_sign_on;
pub mod time;
pub mod transcript_keeping;
pub mod usage;
pub mod users;
pub mod webhooks;

pub use self::policy::PolicyOptions;
pub use problem::Problem;
pub use time::Time;

/// The release that this interface belongs to.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
