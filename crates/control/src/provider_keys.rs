//! Keys of LLM providers: sealed on arrival, never shown again.

use model::provider::{ProviderKey, ProviderName};
use model::{Actor, ExposeSecret, ProviderKeyId, SecretString, TenantId};
use outbound::Guard;
use policy::Action;
use providers::{BaseUrl, InvalidBaseUrl};
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
    let facts = json!({ "provider": key.provider, "base_url": key.base_url });
    let object = format!("provider_key:{}", key.id);
    let record = plane.audit(actor, "provider_key.create", object, &facts);
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
    match inserted {
        Ok(()) => Ok(key),
        Err(error) if error.is_duplicate() => {
            let message = format!("{} has a key of that name already", key.provider);
            Err(Error::conflict("name_taken", message))
        }
        Err(error) => Err(error.into()),
    }
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
    let object = format!("provider_key:{id}");
    let record = plane.audit(actor, "provider_key.delete", object, &json!({}));
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
    if deleted { Ok(()) } else { Err(Error::not_found("key")) }
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
    let secret = usable_secret(&request.secret)?;
    let guard = Guard::new(&plane.config.trusted_upstreams);
    let base_url = base_url(&guard, &provider, request.base_url.as_deref()).await?;
    let now = plane.now();
    let id = ProviderKeyId::new(now, &**plane.rng());
    let row = RowIdentity { tenant, provider: &provider, key: id };
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    let sealed = ring
        .seal(&**plane.rng(), &row, &secret)
        .map_err(|error| Error::invalid("secret_too_long", error.to_string()))?;
    let hint = hint(secret.expose_secret());
    Ok(ProviderKey {
        id,
        tenant,
        provider,
        name,
        base_url,
        sealed,
        hint,
        created_by,
        created_at: now,
    })
}

/// A secret travels in a header, so it must be one line of printable ASCII.
fn usable_secret(secret: &SecretString) -> Result<SecretString, Error> {
    let text = secret.expose_secret().trim();
    if text.is_empty() || !text.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) {
        let message = "the key must be one word of printable ASCII characters";
        return Err(Error::invalid("invalid_secret", message));
    }
    Ok(SecretString::from(text))
}

/// The last four characters, where there are enough others to keep the secret one.
fn hint(secret: &str) -> String {
    if secret.len() < 12 { String::new() } else { secret[secret.len() - 4..].to_owned() }
}

/// Checks where calls would go, with the eyes of whoever makes them later: nowhere that is not
/// public and encrypted, unless the server's own configuration trusts the host (S87).
async fn base_url(
    guard: &Guard,
    provider: &ProviderName,
    given: Option<&str>,
) -> Result<String, Error> {
    let refused = |message: String| Error::invalid("invalid_base_url", message);
    let given = given.map(str::trim).filter(|url| !url.is_empty());
    let Some(text) = given.or_else(|| provider.default_base_url()) else {
        return Err(refused(format!("{provider} has no address of its own; give base_url")));
    };
    let url = BaseUrl::parse(text).map_err(|error| refused(error.to_string()))?;
    let uri: Result<http::Uri, _> = url.to_string().parse();
    let uri = uri.map_err(|_| refused(InvalidBaseUrl::NotAUrl.to_string()))?;
    guard.check(&uri).await.map_err(|forbidden| {
        refused(format!(
            "base_url is refused: {forbidden}; a model server in your own network must be listed \
             in the server's configuration (--trusted-upstream {})",
            url.authority()
        ))
    })?;
    Ok(url.to_string())
}

#[cfg(test)]
mod tests;
