use axum::extract::State;
use contract::sessions::{OneSession, StopSession};
use control::sessions;
use model::SessionId;

use crate::body::OptionalBody;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::remote_words::{Told, Words};
use crate::{App, views};

/// Ends a session and every process of it.
#[utoipa::path(post, path = "/api/sessions/{session_id}/stop", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = StopSession,
    responses((status = 200, body = OneSession)))]
pub(super) async fn stop(
    State(app): State<App>,
    words: Words,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    OptionalBody(body): OptionalBody<StopSession>,
) -> Answer<Told> {
    let session = sessions::session_stop(&app.plane, &actor, id, body.reason.as_deref()).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok(words.one(session)?)
}
