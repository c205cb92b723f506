use axum::extract::State;
use contract::sessions::OneSession;
use control::pauses;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::remote_words::{Told, Words};
use crate::{App, views};

/// Has nothing of a session run any more: every process of it stands still where it is, and it takes
/// no prompt until it goes on. Answers when that is so; a status that is not `paused` yet says that
/// the machine was told to and has not answered in time. Doing it again changes nothing.
#[utoipa::path(post, path = "/api/sessions/{session_id}/pause", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = OneSession)))]
pub(super) async fn pause(
    State(app): State<App>,
    words: Words,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Told> {
    let session = pauses::session_pause(&app.plane, &actor, id).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok(words.one(session)?)
}
