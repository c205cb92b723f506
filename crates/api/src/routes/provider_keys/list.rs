use axum::Json;
use axum::extract::State;
use contract::provider_keys::ProviderKeys;
use control::provider_keys;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the provider keys of the tenant, without their secrets.
#[utoipa::path(get, path = "/api/remote/api-keys", tag = "provider keys",
    responses((status = 200, body = ProviderKeys)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<ProviderKeys>> {
    let keys = provider_keys::provider_keys(&app.plane, &actor).await?;
    Ok(Json(ProviderKeys { keys: keys.iter().map(views::provider_key).collect() }))
}
