use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::auth::SignedIn;
use contract::second_factors::GiveCode;
use control::second_factors::Proof;
use control::second_step;

use super::signed_in;
use crate::body::Body;
use crate::caller::Source;
use crate::problem::Answer;
use crate::{App, cookie};

/// Makes the second step of a sign-in with a code of one's authenticator, or a recovery code. For the
/// browser that has made the first one.
#[utoipa::path(post, path = "/api/auth/login/code", tag = "auth", request_body = GiveCode,
    responses((status = 200, body = SignedIn)))]
pub(super) async fn step_code(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    Body(body): Body<GiveCode>,
) -> Answer<Response> {
    let step = cookie::STEP.of(&headers).unwrap_or_default();
    let done = second_step::show(&app.plane, &step, &Proof::Code(body.code), source).await?;
    Ok(signed_in(&app, &headers, StatusCode::OK, &done))
}
