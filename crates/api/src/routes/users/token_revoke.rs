use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::users::UserRef;
use control::api_tokens;
use model::ApiTokenId;

use crate::App;
use crate::caller::Caller;
use crate::params::Paths;
use crate::problem::Answer;

/// Revokes somebody's API token. Every stream that was opened with it ends.
#[utoipa::path(delete, path = "/api/users/{user_id}/tokens/{token_id}", tag = "users",
    params(("user_id" = UserRef, Path), ("token_id" = ApiTokenId, Path)),
    responses((status = 200, body = Done)))]
pub(super) async fn token_revoke(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(user, token): Paths<UserRef, ApiTokenId>,
) -> Answer<Json<Done>> {
    api_tokens::api_token_revoke_of(&app.plane, &actor, user, token).await?;
    Ok(Json(Done::YES))
}
