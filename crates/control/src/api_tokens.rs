//! Lasting tokens of users and of service accounts.

use std::time::Duration;

use bus::{Event, Revocation};
use contract::auth::RotateApiToken;
use contract::users::UserRef;
use model::user::{ApiToken, User, UserKind};
use model::{Actor, ApiTokenId, SecretString, TenantId, TokenScope, TokenScopes, UserId};
use policy::Action;
use serde_json::json;
use vault::Token;
use vault::token::Api;

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::users::{account, account_to_change};
use crate::{ControlPlane, Error, credentials, text};

/// For how many days a token works if nothing is said.
const DEFAULT_DAYS: u16 = 90;

/// The longest time for which a replaced token goes on working.
const LONGEST_OVERLAP: Duration = Duration::from_hours(1);

/// A token that is asked for.
#[derive(Debug, Clone, Default)]
pub struct TokenRequest {
    /// What to call it.
    pub name: String,
    /// For how many days it works.
    pub days: Option<u16>,
    /// What it may be used for; everything that its owner may do if nothing is said. Nothing at all
    /// is not everything, and refused.
    pub scopes: Option<Vec<TokenScope>>,
}

/// How a token is to be replaced.
#[derive(Debug, Clone, Copy)]
pub struct Rotation {
    /// For how long the old token goes on working.
    pub overlap: Duration,
    /// For how many days the new one works; for as long as the old one was made for if nothing is
    /// said.
    pub days: Option<u16>,
}

impl From<RotateApiToken> for Rotation {
    fn from(asked: RotateApiToken) -> Self {
        let overlap = Duration::from_mins(asked.overlap_minutes.into());
        Self { overlap, days: asked.expires_in_days }
    }
}

/// A token in the place of another.
#[derive(Debug, Clone)]
pub struct Rotated {
    /// The new one.
    pub token: ApiToken,
    /// Its text, which is never shown again.
    pub text: SecretString,
    /// The old one, with its new end.
    pub previous: ApiToken,
}

/// Makes a token for the acting user. Its text is never shown again.
pub async fn api_token_create(
    plane: &ControlPlane,
    actor: &Actor,
    request: TokenRequest,
) -> Result<(ApiToken, SecretString), Error> {
    let tenant = acting_tenant(actor)?;
    let user = authorise_in(actor, Action::CredentialManageOwn, tenant)?;
    create(plane, actor, (user, tenant), request).await
}

/// Makes a token for a service account. Nobody makes one for a person: with it they could act in
/// that person's name.
pub async fn api_token_create_for(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
    request: TokenRequest,
) -> Result<(ApiToken, SecretString), Error> {
    let user = account_to_change(plane, actor, user).await?;
    check_service(&user)?;
    create(plane, actor, (user.id, user.tenant), request).await
}

async fn create(
    plane: &ControlPlane,
    actor: &Actor,
    (user, tenant): (UserId, TenantId),
    request: TokenRequest,
) -> Result<(ApiToken, SecretString), Error> {
    let name = text::name("the token's name", &request.name, 100)?;
    let lasts = lifetime(request.days.unwrap_or(DEFAULT_DAYS))?;
    let scopes = request.scopes.as_deref().map_or(Some(TokenScopes::FULL), TokenScopes::of);
    let scopes = scopes.ok_or_else(|| {
        let message = "a token without a scope could do nothing; leave scopes out for all";
        Error::invalid("no_scopes", message)
    })?;
    let (view, token) = mint(plane, user, (name, scopes, lasts));
    let object = format!("api_token:{}", view.id);
    let facts = json!({
        "days": days(lasts), "user": user.to_string(), "scopes": scopes.to_string(),
    });
    let record = plane.audit_about(actor, tenant, "api_token.create", object, &facts);
    let (stored, digest) = (view.clone(), *token.digest().as_bytes());
    plane
        .store
        .write(move |tx| {
            Box::pin(async move {
                tx.api_token_insert(&stored, &digest).await?;
                tx.audit_append(record).await
            })
        })
        .await?;
    Ok((view, token.text()))
}

/// For how long a token works.
fn lifetime(days: u16) -> Result<Duration, Error> {
    if !(1..=365).contains(&days) {
        let message = format!("a token works for 1 to 365 days, not {days}");
        return Err(Error::invalid("invalid_lifetime", message));
    }
    Ok(Duration::from_hours(u64::from(days) * 24))
}

const fn days(lasts: Duration) -> u64 {
    lasts.as_secs() / Duration::from_hours(24).as_secs()
}

/// A token that nobody knows of yet.
fn mint(
    plane: &ControlPlane,
    user: UserId,
    (name, scopes, lasts): (String, TokenScopes, Duration),
) -> (ApiToken, Token<Api>) {
    let now = plane.now();
    let token = Token::<Api>::mint(&**plane.rng(), ApiTokenId::new(now, &**plane.rng()));
    let view = ApiToken {
        id: token.id(),
        user,
        name,
        scopes,
        created_at: now,
        last_used_at: None,
        expires_at: now + lasts,
    };
    (view, token)
}

/// Replaces a token of the acting user by one that may do the same. The old one goes on working for a
/// while, so that what uses it can be changed over; then it is refused everywhere, and what was
/// opened with it ends.
pub async fn api_token_rotate(
    plane: &ControlPlane,
    actor: &Actor,
    id: ApiTokenId,
    rotation: Rotation,
) -> Result<Rotated, Error> {
    let tenant = acting_tenant(actor)?;
    let user = authorise_in(actor, Action::CredentialManageOwn, tenant)?;
    rotate(plane, actor, (user, tenant), (id, rotation)).await
}

/// Replaces a token of a service account.
pub async fn api_token_rotate_of(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
    (id, rotation): (ApiTokenId, Rotation),
) -> Result<Rotated, Error> {
    let user = account_to_change(plane, actor, user).await?;
    check_service(&user)?;
    rotate(plane, actor, (user.id, user.tenant), (id, rotation)).await
}

async fn rotate(
    plane: &ControlPlane,
    actor: &Actor,
    (user, tenant): (UserId, TenantId),
    (id, rotation): (ApiTokenId, Rotation),
) -> Result<Rotated, Error> {
    if rotation.overlap > LONGEST_OVERLAP {
        let message = "the old token goes on for at most 60 minutes";
        return Err(Error::invalid("invalid_overlap", message));
    }
    let asked = rotation.days.map(lifetime).transpose()?;
    let now = plane.now();
    let tokens = plane.store.api_tokens(user).await?;
    let old = tokens.into_iter().find(|token| token.id == id);
    let mut previous = old.ok_or_else(|| Error::not_found("token"))?;
    let lasts = asked.unwrap_or_else(|| whole_days(previous.expires_at.since(previous.created_at)));
    let (view, token) = mint(plane, user, (previous.name.clone(), previous.scopes, lasts));
    previous.expires_at = previous.expires_at.min(now + rotation.overlap);
    let facts = json!({
        "user": user.to_string(),
        "new": view.id.to_string(),
        "days": days(lasts),
        "overlap_seconds": rotation.overlap.as_secs(),
    });
    let object = format!("api_token:{id}");
    let record = plane.audit_about(actor, tenant, "api_token.rotate", object, &facts);
    let (stored, digest, end) = (view.clone(), *token.digest().as_bytes(), previous.expires_at);
    let is_replaced = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let worked = tx.api_token_end_by((id, user), now, end).await?;
                if worked {
                    tx.api_token_insert(&stored, &digest).await?;
                    tx.audit_append(record).await?;
                }
                Ok(worked)
            })
        })
        .await?;
    if !is_replaced {
        return Err(Error::not_found("token"));
    }
    if rotation.overlap.is_zero() {
        credentials::revoked(plane, Revocation::ApiToken(id));
    } else {
        plane.bus.tell(Event::Shortened(id));
    }
    Ok(Rotated { token: view, text: token.text(), previous })
}

/// As many whole days as hold this, and one at least.
fn whole_days(lasts: Duration) -> Duration {
    let day = Duration::from_hours(24);
    let days = lasts.as_secs().div_ceil(day.as_secs()).clamp(1, 365);
    Duration::from_secs(days * day.as_secs())
}

/// The acting user's tokens.
pub async fn api_tokens(plane: &ControlPlane, actor: &Actor) -> Result<Vec<ApiToken>, Error> {
    Ok(plane.store.api_tokens(acting_user(actor)?).await?)
}

/// Somebody's tokens.
pub async fn api_tokens_of(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
) -> Result<Vec<ApiToken>, Error> {
    let user = account(plane, actor, user).await?;
    Ok(plane.store.api_tokens(user.id).await?)
}

/// Revokes a token of the acting user. Its open streams end within seconds.
pub async fn api_token_revoke(
    plane: &ControlPlane,
    actor: &Actor,
    id: ApiTokenId,
) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    let user = authorise_in(actor, Action::CredentialManageOwn, tenant)?;
    revoke(plane, actor, (user, tenant), id).await
}

/// Revokes somebody's token. Its open streams end within seconds.
pub async fn api_token_revoke_of(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
    id: ApiTokenId,
) -> Result<(), Error> {
    let user = account_to_change(plane, actor, user).await?;
    revoke(plane, actor, (user.id, user.tenant), id).await
}

async fn revoke(
    plane: &ControlPlane,
    actor: &Actor,
    (user, tenant): (UserId, TenantId),
    id: ApiTokenId,
) -> Result<(), Error> {
    let object = format!("api_token:{id}");
    let facts = json!({ "user": user.to_string() });
    let record = plane.audit_about(actor, tenant, "api_token.revoke", object, &facts);
    let revoked = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let revoked = tx.api_token_delete(id, user).await?;
                if revoked {
                    tx.audit_append(record).await?;
                }
                Ok(revoked)
            })
        })
        .await?;
    if !revoked {
        return Err(Error::not_found("token"));
    }
    credentials::revoked(plane, Revocation::ApiToken(id));
    Ok(())
}

fn check_service(user: &User) -> Result<(), Error> {
    if user.kind == UserKind::Service {
        return Ok(());
    }
    let message = "tokens of people are made by themselves";
    let error = Error::conflict("not_a_service_account", message);
    Err(error.with_hint("make a service account for a program"))
}
