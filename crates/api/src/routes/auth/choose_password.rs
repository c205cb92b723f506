use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use contract::auth::{ChoosePassword, SignedIn};
use control::password_links;

use super::entered;
use crate::App;
use crate::body::Body;
use crate::caller::{Source, UserAgent};
use crate::problem::Answer;

/// Chooses a password with a one-time link, and signs in, with the same second step as after a
/// password. Whatever the account had before, logins
/// and tokens, ends.
#[utoipa::path(post, path = "/api/auth/link/password", tag = "auth",
    request_body = ChoosePassword, responses((status = 200, body = SignedIn)))]
pub(super) async fn choose_password(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    UserAgent(user_agent): UserAgent,
    Body(body): Body<ChoosePassword>,
) -> Answer<Response> {
    let ChoosePassword { secret, password } = body;
    let done =
        password_links::password_link_use(&app.plane, &secret, password, &user_agent, source)
            .await?;
    Ok(entered(&app, &headers, &done))
}
