use axum::extract::State;
use contract::sessions::OneSession;
use control::pauses;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::remote_words::{Told, Words};
use crate::{App, views};

/// Lets a session go on from where it stands. Doing it again changes nothing.
#[utoipa::path(post, path = "/api/sessions/{session_id}/resume", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = OneSession)))]
pub(super) async fn resume(
    State(app): State<App>,
    words: Words,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Told> {
    let session = pauses::session_resume(&app.plane, &actor, id).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok(words.one(session)?)
}
