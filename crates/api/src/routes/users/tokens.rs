use axum::Json;
use axum::extract::State;
use contract::auth::ApiTokens;
use contract::users::UserRef;
use control::api_tokens;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lists somebody's API tokens.
#[utoipa::path(get, path = "/api/users/{user_id}/tokens", tag = "users",
    params(("user_id" = UserRef, Path)), responses((status = 200, body = ApiTokens)))]
pub(super) async fn tokens(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
) -> Answer<Json<ApiTokens>> {
    let tokens = api_tokens::api_tokens_of(&app.plane, &actor, user).await?;
    Ok(Json(ApiTokens { tokens: tokens.iter().map(views::api_token).collect() }))
}
