//! What can be asked: one file for each noun.

pub(crate) mod audit;
mod auth;
mod changes;
mod copies;
mod files;
pub(crate) mod jobs;
mod machines;
mod notifications;
mod permissions;
mod policy;
mod prices;
pub(crate) mod provider_keys;
mod quotas;
pub(crate) mod sessions;
mod system;
mod users;
mod webhooks;
