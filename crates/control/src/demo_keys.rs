//! Keys of the scripted model provider, for the demonstration: so that everything works without a
//! real one, and nothing of it is left afterwards.

use model::user::UserKind;
use model::{Actor, ProviderKeyId, Role, SecretString, TenantId};
use serde_json::json;

use crate::provider_keys::{NewProviderKey, sealed_key};
use crate::setup::{default_tenant, service_account};
use crate::{ControlPlane, Error};

/// The name of these keys, and of the account that stores them.
const NAME: &str = "gantline-demo";

/// Where the scripted provider is found, in each of its dialects.
#[derive(Debug, Clone)]
pub struct DemoProvider {
    /// Names of providers, with the address for each.
    pub addresses: Vec<(&'static str, String)>,
    /// The key that it accepts.
    pub secret: SecretString,
}

/// Stores a key for each provider that has no real one, and takes those away that an earlier
/// demonstration has left.
pub async fn demo_keys_put(plane: &ControlPlane, provider: &DemoProvider) -> Result<(), Error> {
    demo_keys_remove(plane).await?;
    let tenant = default_tenant(plane).await?;
    let account = service_account(plane, NAME, "Demonstration", Role::User).await?;
    let real = plane.store.provider_keys(tenant).await?;
    for (name, base_url) in &provider.addresses {
        if real.iter().any(|key| key.provider.as_str() == *name) {
            continue;
        }
        let request = NewProviderKey {
            base_url: Some(base_url.clone()),
            ..NewProviderKey::plain(*name, NAME, provider.secret.clone())
        };
        let key = sealed_key(plane, tenant, account, &request).await?;
        let facts = json!({ "provider": key.provider, "base_url": key.base_url });
        let object = format!("provider_key:{}", key.id);
        let record = plane.audit(&Actor::System, "provider_key.create", object, &facts);
        plane
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.provider_key_insert(&key).await?;
                    Ok(tx.audit_append(record).await?)
                })
            })
            .await?;
    }
    Ok(())
}

/// Takes away what a demonstration has left.
pub async fn demo_keys_remove(plane: &ControlPlane) -> Result<(), Error> {
    let Some((account, _)) = plane.store.user_by_name(NAME).await? else { return Ok(()) };
    // A person may have taken the name, and keeps what is theirs.
    if account.kind != UserKind::Service {
        return Ok(());
    }
    for key in plane.store.provider_keys(account.tenant).await? {
        if key.created_by == account.id {
            remove(plane, key.id, account.tenant).await?;
        }
    }
    Ok(())
}

async fn remove(plane: &ControlPlane, id: ProviderKeyId, tenant: TenantId) -> Result<(), Error> {
    let object = format!("provider_key:{id}");
    let record = plane.audit(&Actor::System, "provider_key.delete", object, &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.provider_key_delete(id, tenant).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await
}
