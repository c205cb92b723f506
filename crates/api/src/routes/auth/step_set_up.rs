use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::second_factors::OfferedSecondFactor;
use control::second_step;

use crate::problem::Answer;
use crate::{App, cookie, views};

/// Begins to set up an authenticator on the way in, where everybody must have one. For the browser
/// that has made the first step.
#[utoipa::path(post, path = "/api/auth/login/second-factor", tag = "auth",
    responses((status = 200, body = OfferedSecondFactor)))]
pub(super) async fn step_set_up(
    State(app): State<App>,
    headers: HeaderMap,
) -> Answer<Json<OfferedSecondFactor>> {
    let step = cookie::STEP.of(&headers).unwrap_or_default();
    let offer = second_step::set_up_begin(&app.plane, &step).await?;
    Ok(Json(views::second_factors::offered(&offer)))
}
