use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::provider_keys;
use model::ProviderKeyId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Deletes a provider key.
#[utoipa::path(delete, path = "/api/remote/api-keys/{key_id}", tag = "provider keys",
    params(("key_id" = ProviderKeyId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ProviderKeyId>,
) -> Answer<Json<Done>> {
    provider_keys::provider_key_delete(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
