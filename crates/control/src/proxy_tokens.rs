//! Short-lived tokens with which agents call models through the gateway.

use std::collections::BTreeSet;
use std::time::Duration;

use model::provider::KeyState;
use model::session::Session;
use model::{Clock, ExposeSecret, MachineId, ProxyTokenId, Rng, SessionId};
use store::proxy_tokens::ProxyToken as StoredToken;
use store::{Store, StoreError};
use vault::Token;
use vault::token::Proxy;
use wire::call::{Answer, CallError, ProxyToken};

/// How long a token works at the most; it dies earlier with its session.
const LASTS: Duration = Duration::from_hours(24);

/// Where the gateway is found below the server's address.
pub const GATEWAY_PATH: &str = "/api/remote/llm-proxy";

/// Makes a token for a session that a machine is about to start an agent for. Only the machine
/// that the session runs on gets one (S58), and only while the session goes on.
pub(crate) async fn proxy_token_mint(
    store: &Store,
    clock: &dyn Clock,
    rng: &dyn Rng,
    machine: MachineId,
    session: SessionId,
) -> Result<Answer, StoreError> {
    let session = store.session(session).await?;
    let Some(session) =
        session.filter(|session| session.machine == machine && !session.state.is_final())
    else {
        return Ok(unknown_session());
    };
    let providers: BTreeSet<String> = store
        .provider_keys(session.tenant)
        .await?
        .into_iter()
        .filter(|key| key.serves.state == KeyState::Active)
        .map(|key| key.provider.to_string())
        .collect();
    let token = Token::<Proxy>::mint(rng, ProxyTokenId::new(clock.now(), rng));
    let stored = stored_token(&token, &session, clock);
    let expires_at_ms = stored.expires_at.as_millis();
    store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.proxy_token_insert(&stored).await })
        })
        .await?;
    Ok(Answer::ProxyToken(ProxyToken {
        token: token.text().expose_secret().to_owned(),
        path: GATEWAY_PATH.to_owned(),
        expires_at_ms,
        providers: providers.into_iter().collect(),
    }))
}

fn stored_token(token: &Token<Proxy>, session: &Session, clock: &dyn Clock) -> StoredToken {
    let now = clock.now();
    StoredToken {
        id: token.id(),
        secret_hash: *token.digest().as_bytes(),
        tenant: session.tenant,
        user: session.owner,
        machine: session.machine,
        session: session.id,
        model: session.model.clone(),
        created_at: now,
        expires_at: now + LASTS,
        revoked_at: None,
    }
}

fn unknown_session() -> Answer {
    Answer::Error(CallError {
        code: "unknown_session".to_owned(),
        message: "there is no such session on this machine".to_owned(),
        hint: String::new(),
    })
}
