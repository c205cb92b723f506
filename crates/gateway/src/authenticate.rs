//! Phase 1: whose call is it.

use std::cell::Cell;
use std::sync::Arc;

use http::request::Parts;
use providers::{Refusal, credentials};
use store::proxy_tokens::ProxyToken;
use vault::Token;
use vault::token::Proxy;

use crate::gateway::Inner;
use crate::tokens::{LiveToken, NotGood, Standing};

/// Who calls. While this is held, the token is watched.
pub(crate) struct Caller {
    /// The token, which may end at any time.
    pub(crate) live: Arc<LiveToken>,
    /// What it was bound to when the call began.
    pub(crate) standing: Arc<Standing>,
}

/// Why a call is not answered as it wishes, and whose it is, as far as that is known.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) refusal: Refusal,
    pub(crate) token: Option<Box<ProxyToken>>,
}

impl From<NotGood> for Refused {
    fn from(why: NotGood) -> Self {
        match why {
            NotGood::Unknown => Self { refusal: Refusal::Unauthorized, token: None },
            NotGood::Ended(token) => Self { refusal: Refusal::TokenEnded, token: Some(token) },
            NotGood::Unreadable => Self { refusal: Refusal::Unavailable, token: None },
        }
    }
}

/// Finds the token that a call carries, wherever its client has put it, and proves it.
pub(crate) async fn authenticate(gateway: &Inner, parts: &Parts) -> Result<Caller, Refused> {
    let token = token(parts).ok_or(NotGood::Unknown)?;
    let live = gateway.tokens.find(&token).await?;
    let standing = live.standing();
    Ok(Caller { live, standing })
}

/// What has the form of a token. What has not is never looked up (S96).
fn token(parts: &Parts) -> Option<Token<Proxy>> {
    let read = Cell::new(None);
    let is_ours = |text: &str| match Token::<Proxy>::parse(text) {
        Ok(token) => {
            read.set(Some(token));
            true
        }
        Err(_) => false,
    };
    credentials::find(&parts.headers, parts.uri.query(), is_ours)?;
    read.into_inner()
}
