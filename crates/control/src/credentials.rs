//! Who is asking: checking cookies and tokens, and what happens when one stops working.

use std::time::Duration;

use bus::{Event, Revocation};
use model::actor::Credential;
use model::user::{User, UserState};
use model::{Actor, ApiTokenId, ExposeSecret, LoginId, SecretString, Timestamp, UserId};
use policy::Action;
use store::Tx;
use store::audit::NewAuditRecord;
use subtle::ConstantTimeEq;
use vault::Token;
use vault::TokenDigest;
use vault::token::{Api, Login};

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::{ControlPlane, Error};

/// How long a login lasts at the most.
pub const LOGIN_LASTS: Duration = Duration::from_hours(720);

/// How long a login lasts without being used.
pub const LOGIN_IDLES: Duration = Duration::from_hours(168);

/// How exactly the last use of a credential is noted.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// Nobody knows who is asking. The same for every cause, so that it tells an attacker nothing.
fn unknown() -> Error {
    Error::unauthenticated("not_signed_in", "sign in first, or give an API token")
}

/// Checks a login cookie.
pub async fn authenticate_login(plane: &ControlPlane, cookie: &str) -> Result<Actor, Error> {
    let token = Token::<Login>::parse(cookie).map_err(|_| unknown())?;
    let login = plane.store.login(token.id()).await?.ok_or_else(unknown)?;
    let now = plane.now();
    let alive = login.expires_at >= now && now.since(login.last_used_at) < LOGIN_IDLES;
    if !TokenDigest::from_bytes(login.secret_hash).matches(&token) || !alive {
        return Err(unknown());
    }
    let id = token.id();
    if now.since(login.last_used_at) >= TOUCH_EVERY {
        plane.store.write(move |tx| Box::pin(async move { tx.login_touch(id, now).await })).await?;
    }
    actor_of(&login.user, Credential::Login(id))
}

/// Checks a bearer token: an API token, or the shared token of the command line.
pub async fn authenticate_bearer(plane: &ControlPlane, token: &str) -> Result<Actor, Error> {
    if let Some(actor) = shared_token_actor(plane, token).await? {
        return Ok(actor);
    }
    let token = Token::<Api>::parse(token).map_err(|_| unknown())?;
    let known = plane.store.api_token(token.id()).await?.ok_or_else(unknown)?;
    let now = plane.now();
    if !TokenDigest::from_bytes(known.secret_hash).matches(&token) || known.expires_at <= now {
        return Err(unknown());
    }
    let id = token.id();
    if known.last_used_at.is_none_or(|used| now.since(used) >= TOUCH_EVERY) {
        plane
            .store
            .write(move |tx| Box::pin(async move { tx.api_token_touch(id, now).await }))
            .await?;
    }
    actor_of(&known.user, Credential::ApiToken { token: id, scopes: known.scopes })
}

/// The service account behind the shared token, if this is it.
async fn shared_token_actor(plane: &ControlPlane, given: &str) -> Result<Option<Actor>, Error> {
    let Some(shared) = &plane.config.shared_token else { return Ok(None) };
    if !same_secret(shared, given) {
        return Ok(None);
    }
    let account = plane.store.user_by_name(crate::setup::SHARED_TOKEN_ACCOUNT).await?;
    let (user, _) = account.ok_or_else(unknown)?;
    actor_of(&user, Credential::SharedToken).map(Some)
}

/// Compares in a time that does not tell where the texts differ (S13).
fn same_secret(known: &SecretString, given: &str) -> bool {
    known.expose_secret().as_bytes().ct_eq(given.as_bytes()).into()
}

/// Only an active account acts (S48).
fn actor_of(user: &User, credential: Credential) -> Result<Actor, Error> {
    match user.state {
        UserState::Active => {
            Ok(Actor::User { user: user.id, tenant: user.tenant, role: user.role, credential })
        }
        UserState::Invited | UserState::Disabled | UserState::Deleted => Err(unknown()),
    }
}

/// A new login of a user: what to store, and the cookie.
pub(crate) fn new_login(
    plane: &ControlPlane,
    user: &User,
    user_agent: &str,
) -> (model::user::Login, Token<Login>) {
    let now = plane.now();
    let token = Token::<Login>::mint(&**plane.rng(), LoginId::new(now, &**plane.rng()));
    let login = model::user::Login {
        id: token.id(),
        user: user.id,
        created_at: now,
        last_used_at: now,
        expires_at: now + LOGIN_LASTS,
        user_agent: crate::text::one_line(user_agent, 200),
    };
    (login, token)
}

/// The logins of the acting user, and which of them is acting.
pub async fn logins(
    plane: &ControlPlane,
    actor: &Actor,
) -> Result<(Vec<model::user::Login>, Option<LoginId>), Error> {
    let user = acting_user(actor)?;
    let now = plane.now();
    let mut logins = plane.store.logins(user).await?;
    logins.retain(|login| is_alive(login, now));
    Ok((logins, current_login(actor)))
}

/// Whether a login still works.
pub(crate) fn is_alive(login: &model::user::Login, now: Timestamp) -> bool {
    login.expires_at >= now && now.since(login.last_used_at) < LOGIN_IDLES
}

/// The API token that acts, if it is one.
pub const fn acting_token(actor: &Actor) -> Option<ApiTokenId> {
    match actor {
        Actor::User { credential: Credential::ApiToken { token, .. }, .. } => Some(*token),
        _ => None,
    }
}

/// The login that acts, if it is one.
pub const fn current_login(actor: &Actor) -> Option<LoginId> {
    match actor {
        Actor::User { credential: Credential::Login(login), .. } => Some(*login),
        _ => None,
    }
}

/// Ends a login of the acting user. Its open streams end within seconds.
pub async fn login_end(plane: &ControlPlane, actor: &Actor, id: LoginId) -> Result<(), Error> {
    let user = authorise_in(actor, Action::CredentialManageOwn, acting_tenant(actor)?)?;
    let record =
        plane.audit(actor, "login.end", format_args!("login:{id}"), &serde_json::json!({}));
    let ended = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let ended = tx.login_delete(id, user).await?;
                if ended {
                    tx.audit_append(record).await?;
                }
                Ok(ended)
            })
        })
        .await?;
    if !ended {
        return Err(Error::not_found("login"));
    }
    revoked(plane, Revocation::Logins { user, logins: vec![id] });
    Ok(())
}

/// Ends whatever a user could act with, in the write that is the reason for it: logins, tokens,
/// links, and the tokens of their sessions' agents (S10). [`Revocation::User`] is to be told of it.
pub(crate) async fn end_all(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), Error> {
    tx.logins_delete(user).await?;
    tx.api_tokens_delete(user).await?;
    tx.sign_in_links_delete(user).await?;
    tx.proxy_tokens_revoke_user(user, now).await?;
    Ok(())
}

/// Tells everybody that credentials have stopped working, and ends the sign-ins that are under way.
pub(crate) fn revoked(plane: &ControlPlane, revocation: Revocation) {
    if let Revocation::User(user) | Revocation::Logins { user, .. } = &revocation {
        plane.halfway.forget(*user);
    }
    plane.bus.tell(Event::Revoked(std::sync::Arc::new(revocation)));
}

/// Whether a revocation is about this actor.
pub fn is_revoked(actor: &Actor, revocation: &Revocation) -> bool {
    let Actor::User { user: own, credential, .. } = actor else { return false };
    match (revocation, credential) {
        (Revocation::User(user), _) => user == own,
        (Revocation::Logins { logins, .. }, Credential::Login(login)) => logins.contains(login),
        (Revocation::ApiToken(token), Credential::ApiToken { token: own, .. }) => token == own,
        _ => false,
    }
}

/// Checks again that an actor may still act, as they are now: used by streams that were told that
/// they have missed events.
pub async fn reauthenticate(plane: &ControlPlane, actor: &Actor) -> Result<Actor, Error> {
    let Actor::User { user, credential, .. } = actor else { return Ok(*actor) };
    let now = plane.now();
    let alive = match credential {
        Credential::Login(login) => {
            let login = plane.store.login(*login).await?;
            login.is_some_and(|login| login.expires_at >= now)
        }
        Credential::ApiToken { token, .. } => {
            let token = plane.store.api_token(*token).await?;
            token.is_some_and(|token| token.expires_at > now)
        }
        Credential::SharedToken | Credential::Job(_) | Credential::Notice(_) => true,
    };
    let user = plane.store.user(*user).await?.filter(|_| alive).ok_or_else(unknown)?;
    actor_of(&user, *credential)
}

/// The moment at which the actor's credential ends by itself, so that a stream opened with it does
/// not outlive it.
pub async fn credential_expiry(
    plane: &ControlPlane,
    actor: &Actor,
) -> Result<Option<Timestamp>, Error> {
    let Actor::User { credential, .. } = actor else { return Ok(None) };
    match credential {
        Credential::Login(login) => {
            Ok(plane.store.login(*login).await?.map(|login| login.expires_at))
        }
        Credential::ApiToken { token, .. } => {
            Ok(plane.store.api_token(*token).await?.map(|token| token.expires_at))
        }
        Credential::SharedToken | Credential::Job(_) | Credential::Notice(_) => Ok(None),
    }
}

/// A line for the log about a refused sign-in.
pub(crate) fn refused_sign_in(
    plane: &ControlPlane,
    user: Option<&User>,
    how: &str,
    source: std::net::IpAddr,
) -> NewAuditRecord {
    let object = user.map_or_else(|| "user:unknown".to_owned(), |user| format!("user:{}", user.id));
    let facts = serde_json::json!({ "how": how, "source": source.to_string() });
    let tenant = user.map(|user| user.tenant);
    plane.audit_in(tenant, "anonymous".to_owned(), "login.start", object, "refused", &facts)
}
