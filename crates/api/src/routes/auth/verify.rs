use axum::Json;
use axum::extract::State;
use contract::auth::{VerifiedToken, VerifyToken};
use control::credentials;
use model::ExposeSecret;

use crate::App;
use crate::body::Body;
use crate::problem::Answer;

/// Says whether a token is good.
#[utoipa::path(post, path = "/api/auth/verify", tag = "auth", request_body = VerifyToken,
    responses((status = 200, body = VerifiedToken)))]
pub(super) async fn verify(
    State(app): State<App>,
    Body(body): Body<VerifyToken>,
) -> Answer<Json<VerifiedToken>> {
    credentials::authenticate_bearer(&app.plane, body.token.expose_secret()).await?;
    Ok(Json(VerifiedToken { valid: true }))
}
