use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::second_factors::GiveCode;
use control::second_factors;

use crate::App;
use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;

/// Switches one's own second factor off.
#[utoipa::path(post, path = "/api/auth/second-factor/remove", tag = "auth",
    request_body = GiveCode, responses((status = 200, body = Done)))]
pub(super) async fn second_factor_remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<GiveCode>,
) -> Answer<Json<Done>> {
    second_factors::second_factor_remove(&app.plane, &actor, &body.code, source).await?;
    Ok(Json(Done::YES))
}
