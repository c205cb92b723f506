use axum::Json;
use axum::extract::State;
use contract::presence::SessionPresence;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Says who looks at a session at this moment.
#[utoipa::path(get, path = "/api/sessions/{session_id}/presence", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = SessionPresence)))]
pub(super) async fn presence(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<SessionPresence>> {
    let there = control::presence::present(&app.plane, &actor, id).await?;
    Ok(Json(views::presence(id, &there)))
}
