use axum::Json;
use axum::extract::State;
use contract::sessions::Turns;
use control::turns;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the last turns of a session, the newest first.
#[utoipa::path(get, path = "/api/sessions/{session_id}/turns", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = Turns)))]
pub(super) async fn turns(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<Turns>> {
    let turns = turns::turns(&app.plane, &actor, id).await?;
    Ok(Json(Turns { turns: turns.iter().map(views::turn).collect() }))
}
