//! What signs the webhooks of a person's jobs: one secret for all of them, shown once.

use std::time::Duration;

use model::webhook::WebhookSecret;
use model::{Actor, SecretString, Timestamp, UserId, WebhookSecretId};
use policy::Action;
use serde_json::json;
use vault::{RowIdentity, SigningSecret};

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::{ControlPlane, Error};

/// For how long the secret before goes on signing if nothing else is said.
pub const DEFAULT_OVERLAP: Duration = Duration::from_hours(24);

/// The longest time for which it can.
pub const LONGEST_OVERLAP: Duration = Duration::from_hours(7 * 24);

/// What may be known of the secrets of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretFacts {
    /// When the current one was made.
    pub created_at: Timestamp,
    /// Until when the one before it signs too, if it still does.
    pub previous_until: Option<Timestamp>,
}

/// What may be known of the acting user's secrets; nothing if there is none.
pub async fn webhook_secret(
    plane: &ControlPlane,
    actor: &Actor,
) -> Result<Option<SecretFacts>, Error> {
    let secrets = plane.store.webhook_secrets(acting_user(actor)?, plane.now()).await?;
    let previous_until = secrets.get(1).and_then(|secret| secret.retires_at);
    Ok(secrets.first().map(|secret| SecretFacts { created_at: secret.created_at, previous_until }))
}

/// Makes a secret for the acting user, whose text is never shown again. The one before it signs
/// beside it for `overlap`, so that receivers can be changed one by one; with none it is over at
/// once.
pub async fn webhook_secret_create(
    plane: &ControlPlane,
    actor: &Actor,
    overlap: Duration,
) -> Result<(SecretFacts, SecretString), Error> {
    let tenant = acting_tenant(actor)?;
    let user = authorise_in(actor, Action::CredentialManageOwn, tenant)?;
    if overlap > LONGEST_OVERLAP {
        let message =
            format!("the secret before signs for at most {} seconds", LONGEST_OVERLAP.as_secs());
        return Err(Error::invalid("invalid_time", message));
    }
    let now = plane.now();
    let text = SigningSecret::mint(&**plane.rng()).text();
    let id = WebhookSecretId::new(now, &**plane.rng());
    let row = RowIdentity::WebhookSecret { tenant, user, secret: id };
    let sealed = {
        let ring = plane.key_ring.read();
        let ring = ring.map_err(|_| Error::internal("the key ring is poisoned"))?;
        ring.seal(&**plane.rng(), &row, &text).map_err(Error::internal)?
    };
    let secret = WebhookSecret { id, tenant, user, sealed, created_at: now, retires_at: None };
    let facts = json!({ "previous_signs_s": overlap.as_secs() });
    let object = format!("webhook_secret:{id}");
    let record = plane.audit(actor, "webhook_secret.create", object, &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.webhook_secret_put(&secret, now + overlap).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    let facts = webhook_secret(plane, actor).await?;
    Ok((facts.unwrap_or(SecretFacts { created_at: now, previous_until: None }), text))
}

/// The secrets that sign for a user now, opened, the current one first. One that cannot be opened
/// is left out and complained about: another one may do.
pub(crate) async fn signing(
    plane: &ControlPlane,
    user: UserId,
) -> Result<Vec<SigningSecret>, Error> {
    let secrets = plane.store.webhook_secrets(user, plane.now()).await?;
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    let open = |secret: &WebhookSecret| match ring.open(&RowIdentity::from(secret), &secret.sealed)
    {
        Ok(text) => SigningSecret::parse(model::ExposeSecret::expose_secret(&text)),
        Err(error) => {
            tracing::error!(webhook_secret.id = %secret.id, %error, "cannot open a webhook secret");
            None
        }
    };
    Ok(secrets.iter().filter_map(open).collect())
}
