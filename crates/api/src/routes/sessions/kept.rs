use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::kept_transcripts;
use model::SessionId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Deletes what is kept of a session's transcript on the server, for good. What its machine holds stays
/// there.
#[utoipa::path(delete, path = "/api/sessions/{session_id}/kept-transcript", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<Done>> {
    kept_transcripts::kept_transcript_delete(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
