use axum::Json;
use axum::extract::State;
use contract::provider_keys::TestedProviderKey;
use control::provider_keys::trial::provider_key_test;
use model::ProviderKeyId;
use model::provider::{KeyTrial, ProviderKey};

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Tries a provider key out: asks its provider for the list of models, which costs nothing. The
/// answer is 200 whatever comes of it.
#[utoipa::path(post, path = "/api/remote/api-keys/{key_id}/test", tag = "provider keys",
    params(("key_id" = ProviderKeyId, Path)),
    responses((status = 200, body = TestedProviderKey)))]
pub(super) async fn test(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ProviderKeyId>,
) -> Answer<Json<TestedProviderKey>> {
    let gateway = app.gateway.clone();
    let try_out = |key: ProviderKey| async move { gateway.try_key(&key).await };
    let tried = provider_key_test(&app.plane, &actor, id, try_out).await?;
    Ok(Json(TestedProviderKey {
        success: tried.result == KeyTrial::Works,
        result: tried.result,
        message: tried.message,
        http_status: tried.http_status,
        duration_ms: u64::try_from(tried.duration.as_millis()).unwrap_or(u64::MAX),
        models: tried.models,
    }))
}
