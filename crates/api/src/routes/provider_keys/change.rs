use axum::Json;
use axum::extract::State;
use contract::provider_keys::{ChangeProviderKey, OneProviderKey, ServedModels};
use control::provider_keys::change::{Models, ProviderKeyChange, provider_key_change};
use model::ProviderKeyId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Changes a provider key: its name, what it serves, its place among the others, whether it is
/// used, or its secret. What is left out stays.
#[utoipa::path(patch, path = "/api/remote/api-keys/{key_id}", tag = "provider keys",
    params(("key_id" = ProviderKeyId, Path)), request_body = ChangeProviderKey,
    responses((status = 200, body = OneProviderKey)))]
pub(super) async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ProviderKeyId>,
    Body(body): Body<ChangeProviderKey>,
) -> Answer<Json<OneProviderKey>> {
    let change = ProviderKeyChange {
        name: body.key_name,
        secret: body.api_key,
        base_url: body.base_url,
        models: body.models.map(|ServedModels(models)| models.map_or(Models::All, Models::Only)),
        aliases: body.aliases,
        priority: body.priority,
        weight: body.weight,
        state: body.state,
    };
    let key = provider_key_change(&app.plane, &actor, id, change).await?;
    Ok(Json(OneProviderKey { success: true, key: views::provider_key(&key) }))
}
