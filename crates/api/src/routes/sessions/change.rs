use axum::extract::State;
use contract::sessions::{ChangeSession, OneSession};
use control::labels::{self, LabelChange};
use model::SessionId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::remote_words::{Told, Words};
use crate::{App, views};

/// Names a session, tags it, or puts it away.
#[utoipa::path(patch, path = "/api/sessions/{session_id}", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = ChangeSession,
    responses((status = 200, body = OneSession)))]
pub(super) async fn change(
    State(app): State<App>,
    words: Words,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(body): Body<ChangeSession>,
) -> Answer<Told> {
    let ChangeSession { name, tags, add_tags, remove_tags, archived } = body;
    let change = LabelChange { name, tags, add_tags, remove_tags, archived };
    let session = labels::session_label(&app.plane, &actor, id, change).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok(words.one(session)?)
}
