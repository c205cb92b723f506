//! Short-lived tokens with which agents call models through the gateway.

use std::collections::BTreeSet;
use std::time::Duration;

use model::provider::KeyState;
use model::session::Session;
use model::{Clock, ExposeSecret, MachineId, ProxyTokenId, Rng, SessionId, Timestamp};
use store::proxy_tokens::ProxyToken as StoredToken;
use store::{Store, StoreError};
use vault::Token;
use vault::token::Proxy;
use wire::call::{Answer, CallError, ProxyToken, ProxyTokensRenewed};

/// How long a token works that nobody renews, as machines of before do not. It dies earlier with its
/// session.
const LASTS: Duration = Duration::from_hours(24);

/// How long a token works until it is renewed by the machine that it was given to.
const LASTS_RENEWED: Duration = Duration::from_hours(1);

/// Whether a machine lets the server know that a session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upkeep {
    /// It does, well before the token ends.
    Renewed,
    /// It does not.
    None,
}

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
    upkeep: Upkeep,
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
    let stored = stored_token(&token, &session, clock.now(), upkeep);
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

/// Lets the tokens of those sessions of a machine last longer that go on. A machine that is not asked
/// for a session's tokens has none of them (S83).
pub(crate) async fn proxy_tokens_renew(
    store: &Store,
    clock: &dyn Clock,
    machine: MachineId,
    sessions: Vec<SessionId>,
) -> Result<Answer, StoreError> {
    let expires_at = clock.now() + LASTS_RENEWED;
    store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for session in sessions {
                    let found = tx.session(session).await?;
                    if found.is_some_and(|session| !session.state.is_final()) {
                        tx.proxy_tokens_renew(session, machine, expires_at).await?;
                    }
                }
                Ok(())
            })
        })
        .await?;
    let lasts_ms = u64::try_from(LASTS_RENEWED.as_millis()).unwrap_or(u64::MAX);
    Ok(Answer::ProxyTokensRenewed(ProxyTokensRenewed { lasts_ms }))
}

fn stored_token(
    token: &Token<Proxy>,
    session: &Session,
    now: Timestamp,
    upkeep: Upkeep,
) -> StoredToken {
    let lasts = match upkeep {
        Upkeep::Renewed => LASTS_RENEWED,
        Upkeep::None => LASTS,
    };
    StoredToken {
        id: token.id(),
        secret_hash: *token.digest().as_bytes(),
        tenant: session.tenant,
        user: session.owner,
        machine: session.machine,
        session: session.id,
        model: session.model.clone(),
        created_at: now,
        expires_at: now + lasts,
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
