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
    let request = NewProviderKey {
        provider: body.provider,
        name: body.key_name,
        secret: body.api_key,
        base_url: body.base_url,
    };
    let key = provider_keys::provider_key_create(&app.plane, &actor, request).await?;
    let answer = OneProviderKey { success: true, key: views::provider_key(&key) };
    Ok((StatusCode::CREATED, Json(answer)))
}
