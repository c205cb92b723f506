use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::enrolments;
use model::EnrolmentId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Revokes a registration token that was not used.
#[utoipa::path(delete, path = "/api/remote/enrolments/{enrolment_id}", tag = "machines",
    params(("enrolment_id" = EnrolmentId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn enrolment_revoke(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<EnrolmentId>,
) -> Answer<Json<Done>> {
    enrolments::enrolment_revoke(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
