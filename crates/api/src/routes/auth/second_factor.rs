use axum::Json;
use axum::extract::State;
use contract::second_factors::SecondFactorView;
use control::second_factors;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Says how one's own second factor stands.
#[utoipa::path(get, path = "/api/auth/second-factor", tag = "auth",
    responses((status = 200, body = SecondFactorView)))]
pub(super) async fn second_factor(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<SecondFactorView>> {
    let standing = second_factors::second_factor(&app.plane, &actor).await?;
    Ok(Json(views::second_factors::standing(&standing)))
}
