//! Signing in with an OpenID provider: OpenID Connect Core 1.0 by the code flow with PKCE (RFC 7636),
//! over the server's one guarded way out. What the provider says is believed only as far as its
//! signature, and that only for the sign-in that asked for it.
//!
//! - [`settings`]: what an administrator says of a provider
//! - [`provider`]: one provider, and the two halves of a sign-in with it
//! - `discovery`, `keys`: what the provider says of itself, kept for a while
//! - `id_token`: who it says somebody is, checked
//! - [`error`]: why somebody is not signed in, and whose fault it is

pub mod error;
pub mod provider;
pub mod settings;

mod discovery;
mod id_token;
mod keys;
mod reading;

pub use error::OpenIdError;
pub use provider::{Begun, Identity, Provider, Returned};
pub use settings::Settings;
