use axum::Json;
use axum::extract::State;
use contract::sessions::{ChangeSession, OneSession};
use control::sessions;
use model::SessionId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Gives a session another title.
#[utoipa::path(patch, path = "/api/sessions/{session_id}", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = ChangeSession,
    responses((status = 200, body = OneSession)))]
pub(super) async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(body): Body<ChangeSession>,
) -> Answer<Json<OneSession>> {
    let session = match body.title {
        Some(title) => sessions::session_rename(&app.plane, &actor, id, &title).await?,
        None => sessions::session(&app.plane, &actor, id).await?,
    };
    let session = views::session(&app.plane, &session).await?;
    Ok(Json(OneSession { success: true, session }))
}
