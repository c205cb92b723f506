//! Keys of LLM providers: sealed on arrival, never shown again.
//!
//! - [`change`]: what may be different afterwards, a new secret among it
//! - [`trial`]: is it any good
//! - `checked`: what is fit to be stored

pub mod change;
pub mod trial;

mod checked;

use std::collections::BTreeMap;

use model::provider::{KeyState, KeyUse, ProviderKey, ProviderName};
use model::{Actor, ExposeSecret, ProviderKeyId, SecretString, TenantId};
use outbound::Guard;
use policy::Action;
use serde_json::json;
use vault::RowIdentity;

use crate::authorise::{acting_tenant, authorise_in};
use crate::{ControlPlane, Error, text};

/// A key that is to be stored.
#[derive(Debug)]
pub struct NewProviderKey {
    /// Whose secret it is.
    pub provider: String,
    /// What to call it.
    pub name: String,
    /// The secret.
    pub secret: SecretString,
    /// Where calls go; the vendor's own address if there is none.
    pub base_url: Option<String>,
    /// The models that it serves; all if there is no list.
    pub models: Option<Vec<String>>,
    /// Further names of models.
    pub aliases: BTreeMap<String, String>,
    /// Higher ones are chosen first.
    pub priority: i64,
    /// The share among equals.
    pub weight: u32,
    /// Whether it is chosen at all.
    pub state: KeyState,
}

impl NewProviderKey {
    /// A key that serves everything and is as good as every other.
    pub fn plain(
        provider: impl Into<String>,
        name: impl Into<String>,
        secret: SecretString,
    ) -> Self {
        let KeyUse { models, aliases, priority, weight, state } = KeyUse::default();
        let (provider, name) = (provider.into(), name.into());
        Self { provider, name, secret, base_url: None, models, aliases, priority, weight, state }
    }
}

/// Stores a key.
pub async fn provider_key_create(
    plane: &ControlPlane,
    actor: &Actor,
    request: NewProviderKey,
) -> Result<ProviderKey, Error> {
    let tenant = acting_tenant(actor)?;
    let created_by = authorise_in(actor, Action::ProviderKeyManage, tenant)?;
    let key = sealed_key(plane, tenant, created_by, &request).await?;
    let facts = json!({
        "provider": key.provider, "base_url": key.base_url, "models": key.serves.models,
        "aliases": key.serves.aliases,
    });
    let record = plane.audit(actor, "provider_key.create", object(key.id), &facts);
    let stored = key.clone();
    let inserted = plane
        .store
        .write::<_, store::StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.provider_key_insert(&stored).await?;
                tx.audit_append(record).await
            })
        })
        .await;
    inserted.map_err(|error| name_taken(error, &key.provider))?;
    Ok(key)
}

/// The keys of the actor's tenant.
pub async fn provider_keys(plane: &ControlPlane, actor: &Actor) -> Result<Vec<ProviderKey>, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::ProviderKeyManage, tenant)?;
    Ok(plane.store.provider_keys(tenant).await?)
}

/// Deletes a key. Calls that are under way with it are finished; there are no further ones.
pub async fn provider_key_delete(
    plane: &ControlPlane,
    actor: &Actor,
    id: ProviderKeyId,
) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::ProviderKeyManage, tenant)?;
    let record = plane.audit(actor, "provider_key.delete", object(id), &json!({}));
    let deleted = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let deleted = tx.provider_key_delete(id, tenant).await?;
                if deleted {
                    tx.audit_append(record).await?;
                }
                Ok(deleted)
            })
        })
        .await?;
    if deleted { Ok(()) } else { Err(no_key()) }
}

pub(crate) async fn sealed_key(
    plane: &ControlPlane,
    tenant: TenantId,
    created_by: model::UserId,
    request: &NewProviderKey,
) -> Result<ProviderKey, Error> {
    let provider: ProviderName = request
        .provider
        .parse()
        .map_err(|error| Error::invalid("invalid_provider", format!("{error}")))?;
    let name = text::name("the key's name", &request.name, 100)?;
    let secret = checked::secret(&request.secret)?;
    let serves = KeyUse {
        models: checked::models(&provider, request.models.as_deref())?,
        aliases: checked::aliases(&provider, &request.aliases)?,
        priority: checked::priority(request.priority)?,
        weight: checked::weight(request.weight)?,
        state: request.state,
    };
    let base_url = checked::base_url(&guard(plane), &provider, request.base_url.as_deref()).await?;
    let now = plane.now();
    let id = ProviderKeyId::new(now, &**plane.rng());
    let row = RowIdentity::ProviderKey { tenant, provider: &provider, key: id };
    let sealed = seal(plane, &row, &secret)?;
    let hint = hint(secret.expose_secret());
    Ok(ProviderKey {
        id,
        tenant,
        provider,
        name,
        base_url,
        sealed,
        hint,
        serves,
        last_trial: None,
        created_by,
        created_at: now,
        secret_set_at: now,
    })
}

fn seal(
    plane: &ControlPlane,
    row: &RowIdentity<'_>,
    secret: &SecretString,
) -> Result<Vec<u8>, Error> {
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    ring.seal(&**plane.rng(), row, secret)
        .map_err(|error| Error::invalid("secret_too_long", error.to_string()))
}

fn guard(plane: &ControlPlane) -> Guard {
    Guard::new(&plane.config.trusted_upstreams)
}

/// The last four characters, where there are enough others to keep the secret one.
fn hint(secret: &str) -> String {
    if secret.len() < 12 { String::new() } else { secret[secret.len() - 4..].to_owned() }
}

fn object(id: ProviderKeyId) -> String {
    format!("provider_key:{id}")
}

fn no_key() -> Error {
    Error::not_found("key")
}

fn name_taken(error: store::StoreError, provider: &ProviderName) -> Error {
    if error.is_duplicate() {
        Error::conflict("name_taken", format!("{provider} has a key of that name already"))
    } else {
        error.into()
    }
}
