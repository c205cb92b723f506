use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::passkeys::SecondStepView;
use control::second_step;

use crate::problem::Answer;
use crate::{App, cookie, public_url};

/// Says what may be shown in the second step of a sign-in. For the browser that has made the first
/// one.
#[utoipa::path(get, path = "/api/auth/login/step", tag = "auth",
    responses((status = 200, body = SecondStepView)))]
pub(super) async fn step_ways(
    State(app): State<App>,
    headers: HeaderMap,
) -> Answer<Json<SecondStepView>> {
    let step = cookie::STEP.of(&headers).unwrap_or_default();
    let party = public_url::passkeys(&app, &headers).ok();
    let ways = second_step::ways(&app.plane, &step, party.as_ref()).await?;
    Ok(Json(SecondStepView { codes: ways.codes, passkeys: ways.passkeys }))
}
