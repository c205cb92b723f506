use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::machines::Done;
use contract::sessions::ChangeModel;
use control::controls;
use model::SessionId;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Changes the agent's model.
#[utoipa::path(put, path = "/api/sessions/{session_id}/model", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = ChangeModel,
    responses((status = 202, body = Done)))]
pub(super) async fn model(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(body): Body<ChangeModel>,
) -> Answer<(StatusCode, Json<Done>)> {
    controls::model_change(&app.plane, &actor, id, &body.model).await?;
    Ok((StatusCode::ACCEPTED, Json(Done::YES)))
}
