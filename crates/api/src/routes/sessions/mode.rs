use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::machines::Done;
use contract::sessions::ChangeMode;
use control::controls;
use model::SessionId;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Changes the agent's mode.
#[utoipa::path(put, path = "/api/sessions/{session_id}/mode", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = ChangeMode,
    responses((status = 202, body = Done)))]
pub(super) async fn mode(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(body): Body<ChangeMode>,
) -> Answer<(StatusCode, Json<Done>)> {
    controls::mode_change(&app.plane, &actor, id, &body.mode).await?;
    Ok((StatusCode::ACCEPTED, Json(Done::YES)))
}
