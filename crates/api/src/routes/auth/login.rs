use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use contract::auth::{SignIn, SignedIn};
use control::sign_in;

use super::entered;
use crate::App;
use crate::body::Body;
use crate::caller::{Source, UserAgent};
use crate::problem::Answer;

/// Signs in with name and password. An account with a second factor is answered with 401 and the code
/// `second_factor_needed`, and its browser gives the code to `/api/auth/login/code`; one that must
/// have one and has none with `second_factor_setup_needed`, and sets it up at
/// `/api/auth/login/second-factor`.
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
    Ok(entered(&app, &headers, &done))
}
