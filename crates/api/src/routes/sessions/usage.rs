use axum::Json;
use axum::extract::State;
use contract::usage::SessionUsage;
use control::usage;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Says what a session used.
#[utoipa::path(get, path = "/api/sessions/{session_id}/usage", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = SessionUsage)))]
pub(super) async fn usage(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<SessionUsage>> {
    let sum = usage::session_usage(&app.plane, &actor, id).await?;
    Ok(Json(views::usage::session_usage(id, &sum)))
}
