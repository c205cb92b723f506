use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::machines::Done;
use contract::sessions::ChangeOption;
use control::controls;
use model::SessionId;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Changes one of the agent's options.
#[utoipa::path(put, path = "/api/sessions/{session_id}/option", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = ChangeOption,
    responses((status = 202, body = Done)))]
pub(super) async fn option(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(body): Body<ChangeOption>,
) -> Answer<(StatusCode, Json<Done>)> {
    controls::option_change(&app.plane, &actor, id, &body.option, &body.value).await?;
    Ok((StatusCode::ACCEPTED, Json(Done::YES)))
}
