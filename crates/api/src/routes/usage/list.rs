use axum::Json;
use axum::extract::State;
use contract::usage::Usage;
use control::usage;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// How many attempts are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 100;

/// How much of the ledger.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// At most this many, 1 to 1000.
    limit: Option<u32>,
}

/// Lists the last LLM calls: everybody's for administrators, else one's own.
#[utoipa::path(get, path = "/api/usage", tag = "usage", params(Part),
    responses((status = 200, body = Usage)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(part): Query<Part>,
) -> Answer<Json<Usage>> {
    let records = usage::usage(&app.plane, &actor, part.limit.unwrap_or(DEFAULT_LIMIT)).await?;
    Ok(Json(Usage { usage: records.iter().map(views::usage::usage).collect() }))
}
