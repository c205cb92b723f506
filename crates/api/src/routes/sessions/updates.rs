use axum::Json;
use axum::extract::State;
use contract::sessions::Updates;
use control::transcripts;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::{App, views};

/// Which part of the transcript.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// Only what comes after this position; 0 if it is left out.
    #[serde(default)]
    after: u64,
    /// About how many bytes, at most 524288; at least one record is answered if there is one.
    max_bytes: Option<u32>,
}

/// Reads a page of a chat's transcript from its machine.
#[utoipa::path(get, path = "/api/sessions/{session_id}/updates", tag = "sessions",
    params(("session_id" = SessionId, Path), Part), responses((status = 200, body = Updates)))]
pub(super) async fn updates(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(part): Query<Part>,
) -> Answer<Json<Updates>> {
    let page = transcripts::updates(&app.plane, &actor, id, part.after, part.max_bytes).await?;
    Ok(Json(Updates { updates: views::records(page.records), last: page.last }))
}
