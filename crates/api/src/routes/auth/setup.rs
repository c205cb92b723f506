use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::auth::{Setup, SignedIn};
use control::setup::{self, FirstAdministrator};

use super::signed_in;
use crate::App;
use crate::body::Body;
use crate::caller::{Source, UserAgent};
use crate::problem::Answer;

/// Makes the first administrator with the secret that the server printed, and signs them in.
#[utoipa::path(post, path = "/api/setup", tag = "auth", request_body = Setup,
    responses((status = 201, body = SignedIn)))]
pub(super) async fn setup(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    UserAgent(user_agent): UserAgent,
    Body(body): Body<Setup>,
) -> Answer<Response> {
    let request = FirstAdministrator {
        secret: body.secret,
        username: body.username,
        display_name: body.display_name,
        password: body.password,
    };
    let done = setup::administrator_create(&app.plane, request, &user_agent, source).await?;
    Ok(signed_in(&app, &headers, StatusCode::CREATED, &done))
}
