use axum::extract::State;
use contract::sessions::OneSession;
use control::sessions;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::remote_words::{Told, Words};
use crate::{App, views};

/// Shows a session.
#[utoipa::path(get, path = "/api/sessions/{session_id}", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = OneSession)))]
pub(super) async fn show(
    State(app): State<App>,
    words: Words,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Told> {
    let session = sessions::session(&app.plane, &actor, id).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok(words.whole(&app.plane, &actor, session).await?)
}
