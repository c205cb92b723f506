use axum::Json;
use axum::extract::State;
use contract::auth::ApiTokens;
use control::api_tokens;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists one's own API tokens.
#[utoipa::path(get, path = "/api/auth/tokens", tag = "auth", responses((status = 200, body = ApiTokens)))]
pub(super) async fn tokens(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<ApiTokens>> {
    let tokens = api_tokens::api_tokens(&app.plane, &actor).await?;
    Ok(Json(ApiTokens { tokens: tokens.iter().map(views::api_token).collect() }))
}
