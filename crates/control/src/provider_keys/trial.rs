//! Trying a key out.

use model::provider::{ProviderKey, TriedKey};
use model::{Actor, ProviderKeyId};
use policy::Action;
use serde_json::json;

use super::{no_key, object};
use crate::authorise::{acting_tenant, authorise_in};
use crate::{ControlPlane, Error};

/// Tries a key out, active or not, and remembers what came of it. `try_out` makes the call to the
/// provider; it is the LLM gateway's, which makes all of them.
pub async fn provider_key_test<F>(
    plane: &ControlPlane,
    actor: &Actor,
    id: ProviderKeyId,
    try_out: impl FnOnce(ProviderKey) -> F,
) -> Result<TriedKey, Error>
where
    F: Future<Output = TriedKey>,
{
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::ProviderKeyManage, tenant)?;
    let key = plane.store.provider_key(id, tenant).await?.ok_or_else(no_key)?;
    let trial = try_out(key.clone()).await;
    let facts = json!({ "result": trial.result, "http_status": trial.http_status });
    let record = plane.audit(actor, "provider_key.test", object(id), &facts);
    let (result, now) = (trial.result, plane.now());
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.provider_key_tried(&key, result, now).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    Ok(trial)
}
