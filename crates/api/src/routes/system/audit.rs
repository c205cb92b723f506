use axum::Json;
use axum::extract::State;
use contract::audit::Audit;
use control::{Error, audit};
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// How many lines are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 100;

/// Which part of the log.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// From the answer before.
    cursor: Option<String>,
    /// At most this many, 1 to 500.
    limit: Option<u32>,
}

/// Reads the audit log, the newest first.
#[utoipa::path(get, path = "/api/audit", tag = "system", params(Part),
    responses((status = 200, body = Audit)))]
pub(super) async fn audit(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(part): Query<Part>,
) -> Answer<Json<Audit>> {
    let below = part.cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| {
        Error::invalid("invalid_cursor", "use the next_cursor of the answer before, unchanged")
    })?;
    let limit = part.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, 500);
    let page = audit::audit_page(&app.plane, &actor, below, limit).await?;
    let full = page.len() == limit as usize;
    let next_cursor = page.last().filter(|_| full).map(|last| last.position.to_string());
    let records = page.iter().map(views::audit).collect::<Result<_, _>>()?;
    Ok(Json(Audit { records, next_cursor }))
}
