use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::auth::{SignIn, SignedIn};
use control::sign_in;

use super::signed_in;
use crate::App;
use crate::body::Body;
use crate::caller::{Source, UserAgent};
use crate::problem::Answer;

/// Signs in with name and password.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = SignIn,
    responses((status = 200, body = SignedIn)))]
pub(super) async fn login(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    UserAgent(user_agent): UserAgent,
    Body(body): Body<SignIn>,
) -> Answer<Response> {
    let done =
        sign_in::sign_in(&app.plane, &body.username, body.password, &user_agent, source).await?;
    Ok(signed_in(&app, &headers, StatusCode::OK, &done))
}
