use axum::Json;
use axum::extract::State;
use contract::sessions::Sessions;
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::pages::{self, SessionList};
use crate::params::Query;
use crate::problem::Answer;

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// From the answer before.
    cursor: Option<String>,
    /// At most this many, 1 to 200.
    limit: Option<u32>,
}

/// Lists the sessions that were put away, the last active first.
#[utoipa::path(get, path = "/api/sessions/archive", tag = "sessions", params(Page),
    responses((status = 200, body = Sessions)))]
pub(super) async fn archived(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(Page { cursor, limit }): Query<Page>,
) -> Answer<Json<Sessions>> {
    let list = SessionList { archived: true, cursor, limit, ..SessionList::default() };
    Ok(Json(pages::sessions(&app.plane, &actor, list).await?))
}
