//! Phase 1: whose call is it.

use std::sync::Arc;

use http::request::Parts;
use model::ExposeSecret;
use providers::{Refusal, credentials};
use vault::Token;
use vault::token::Proxy;

use crate::gateway::Inner;
use crate::tokens::{LiveToken, Standing};

/// Who calls. While this is held, the token is watched.
pub(crate) struct Caller {
    /// The token, which may end at any time.
    pub(crate) live: Arc<LiveToken>,
    /// What it was bound to when the call began.
    pub(crate) standing: Arc<Standing>,
}

/// Finds the token that a call carries, wherever its client has put it, and proves it. What does
/// not have the form of a token is never looked up (S96).
pub(crate) async fn authenticate(gateway: &Inner, parts: &Parts) -> Result<Caller, Refusal> {
    let is_ours = |text: &str| Token::<Proxy>::parse(text).is_ok();
    let text = credentials::find(&parts.headers, parts.uri.query(), is_ours);
    let text = text.ok_or(Refusal::Unauthorized)?;
    let token = Token::<Proxy>::parse(text.expose_secret()).map_err(|_| Refusal::Unauthorized)?;
    let live = gateway.tokens.find(&token).await?;
    let standing = live.standing();
    Ok(Caller { live, standing })
}
