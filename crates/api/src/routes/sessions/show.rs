use axum::Json;
use axum::extract::State;
use contract::sessions::OneSession;
use control::sessions;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Shows a session.
#[utoipa::path(get, path = "/api/sessions/{session_id}", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = OneSession)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<OneSession>> {
    let session = sessions::session(&app.plane, &actor, id).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok(Json(OneSession { success: true, session }))
}
