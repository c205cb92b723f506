use axum::Json;
use axum::extract::State;
use contract::machines::Enrolments;
use control::enrolments;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the registration tokens of the tenant.
#[utoipa::path(get, path = "/api/remote/enrolments", tag = "machines",
    responses((status = 200, body = Enrolments)))]
pub(super) async fn enrolments(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<Enrolments>> {
    let now = app.plane.clock().now();
    let enrolments = enrolments::enrolments(&app.plane, &actor).await?;
    let enrolments = enrolments.iter().map(|enrolment| views::enrolment(enrolment, now)).collect();
    Ok(Json(Enrolments { enrolments }))
}
