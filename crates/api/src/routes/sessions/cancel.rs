use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::machines::Done;
use contract::sessions::CancelTurn;
use control::turns;
use model::SessionId;

use crate::App;
use crate::body::OptionalBody;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Stops a turn, queued or running.
#[utoipa::path(post, path = "/api/sessions/{session_id}/cancel", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = CancelTurn,
    responses((status = 202, body = Done)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    OptionalBody(body): OptionalBody<CancelTurn>,
) -> Answer<(StatusCode, Json<Done>)> {
    turns::turn_cancel(&app.plane, &actor, id, body.turn_id).await?;
    Ok((StatusCode::ACCEPTED, Json(Done::YES)))
}
