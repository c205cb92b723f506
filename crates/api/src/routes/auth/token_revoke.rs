use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::api_tokens;
use model::ApiTokenId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Revokes one of one's own API tokens. Every stream that was opened with it ends.
#[utoipa::path(delete, path = "/api/auth/tokens/{token_id}", tag = "auth",
    params(("token_id" = ApiTokenId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn token_revoke(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ApiTokenId>,
) -> Answer<Json<Done>> {
    api_tokens::api_token_revoke(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
