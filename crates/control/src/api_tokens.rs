//! Lasting tokens of users.

use std::time::Duration;

use bus::Revocation;
use model::user::ApiToken;
use model::{Actor, ApiTokenId, SecretString};
use serde_json::json;
use vault::Token;
use vault::token::Api;

use crate::authorise::acting_user;
use crate::{ControlPlane, Error, credentials, text};

/// For how many days a token works if nothing is said.
const DEFAULT_DAYS: u16 = 90;

/// Makes a token for the acting user. Its text is never shown again.
pub async fn api_token_create(
    plane: &ControlPlane,
    actor: &Actor,
    name: &str,
    days: Option<u16>,
) -> Result<(ApiToken, SecretString), Error> {
    let user = acting_user(actor)?;
    let name = text::name("the token's name", name, 100)?;
    let days = days.unwrap_or(DEFAULT_DAYS);
    if !(1..=365).contains(&days) {
        let message = format!("a token works for 1 to 365 days, not {days}");
        return Err(Error::invalid("invalid_lifetime", message));
    }
    let now = plane.now();
    let token = Token::<Api>::mint(&**plane.rng(), ApiTokenId::new(now, &**plane.rng()));
    let lasts = Duration::from_secs(u64::from(days) * 24 * 60 * 60);
    let view = ApiToken {
        id: token.id(),
        user,
        name,
        created_at: now,
        last_used_at: None,
        expires_at: now + lasts,
    };
    let object = format!("api_token:{}", view.id);
    let record = plane.audit(actor, "api_token.create", object, &json!({ "days": days }));
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

/// The acting user's tokens.
pub async fn api_tokens(plane: &ControlPlane, actor: &Actor) -> Result<Vec<ApiToken>, Error> {
    Ok(plane.store.api_tokens(acting_user(actor)?).await?)
}

/// Revokes a token of the acting user. Its open streams end within seconds.
pub async fn api_token_revoke(
    plane: &ControlPlane,
    actor: &Actor,
    id: ApiTokenId,
) -> Result<(), Error> {
    let user = acting_user(actor)?;
    let record = plane.audit(actor, "api_token.revoke", format_args!("api_token:{id}"), &json!({}));
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
