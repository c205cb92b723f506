use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::auth::{RotateApiToken, RotatedApiToken};
use contract::users::UserRef;
use control::api_tokens;
use model::ApiTokenId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Paths;
use crate::problem::Answer;
use crate::{App, views};

/// Makes an API token in the place of one of a service account, which goes on working for a while.
/// Its text is shown this one time.
#[utoipa::path(post, path = "/api/users/{user_id}/tokens/{token_id}/rotate", tag = "users",
    params(("user_id" = UserRef, Path), ("token_id" = ApiTokenId, Path)), request_body = RotateApiToken,
    responses((status = 201, body = RotatedApiToken)))]
pub(super) async fn token_rotate(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(user, id): Paths<UserRef, ApiTokenId>,
    Body(body): Body<RotateApiToken>,
) -> Answer<(StatusCode, Json<RotatedApiToken>)> {
    let rotated =
        api_tokens::api_token_rotate_of(&app.plane, &actor, user, (id, body.into())).await?;
    Ok((StatusCode::CREATED, Json(views::rotated_token(&rotated))))
}
