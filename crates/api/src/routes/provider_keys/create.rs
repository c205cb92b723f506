use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::provider_keys::{CreateProviderKey, OneProviderKey};
use control::provider_keys::{self, NewProviderKey};

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Stores a provider key. It is sealed and never shown again.
#[utoipa::path(post, path = "/api/remote/api-keys", tag = "provider keys",
    request_body = CreateProviderKey, responses((status = 201, body = OneProviderKey)))]
pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<CreateProviderKey>,
) -> Answer<(StatusCode, Json<OneProviderKey>)> {
    let plain = NewProviderKey::plain(body.provider, body.key_name, body.api_key);
    let request = NewProviderKey {
        base_url: body.base_url,
        models: body.models,
        aliases: body.aliases.unwrap_or_default(),
        priority: body.priority.unwrap_or(plain.priority),
        weight: body.weight.unwrap_or(plain.weight),
        state: body.state.unwrap_or(plain.state),
        ..plain
    };
    let key = provider_keys::provider_key_create(&app.plane, &actor, request).await?;
    let answer = OneProviderKey { success: true, key: views::provider_key(&key) };
    Ok((StatusCode::CREATED, Json(answer)))
}
