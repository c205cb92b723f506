use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::sessions;
use model::SessionId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Ends a session and forgets it. What stands in its workspace stays.
#[utoipa::path(delete, path = "/api/sessions/{session_id}", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<Done>> {
    sessions::session_delete(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
