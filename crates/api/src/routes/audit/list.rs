use axum::Json;
use axum::extract::State;
use contract::Time;
use contract::audit::Audit;
use control::Error;
use control::audit::{self, AuditFilter};
use model::audit::{AuditLog, AuditResult};
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
    /// Whose: `tenant`, or `server` for that of the installation [default: tenant].
    log: Option<AuditLog>,
    /// Only what was done by this one, such as `user:0190…`.
    actor: Option<String>,
    /// Only this action, such as `session.start`, or all that begin so, such as `session`.
    action: Option<String>,
    /// Only what was done to this, such as `machine:0190…`.
    object: Option<String>,
    /// Only what was done, or what was refused.
    result: Option<AuditResult>,
    /// From when on.
    since: Option<Time>,
    /// Until when, without that moment.
    until: Option<Time>,
    /// From the answer before.
    cursor: Option<String>,
    /// At most this many, 1 to 500.
    limit: Option<u32>,
}

/// Reads the audit log, the newest first. Where a filter finds little in a long log, an answer may
/// hold few lines or none although there are more: go on as long as there is a `next_cursor`.
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(Part),
    responses((status = 200, body = Audit)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(part): Query<Part>,
) -> Answer<Json<Audit>> {
    let below = part.cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| {
        Error::invalid("invalid_cursor", "use the next_cursor of the answer before, unchanged")
    })?;
    let limit = part.limit.unwrap_or(DEFAULT_LIMIT);
    let filter = AuditFilter {
        actor: part.actor,
        action: part.action,
        object: part.object,
        went_well: part.result.map(|result| result == AuditResult::Ok),
        since: part.since.map(|time| time.0),
        until: part.until.map(|time| time.0),
    };
    let log = part.log.unwrap_or_default();
    let page = audit::audit_page(&app.plane, &actor, log, &filter, below, limit).await?;
    let names = audit::audit_names(&app.plane, &actor, &page.records).await?;
    let records = page.records.iter().map(views::audit).collect::<Result<_, _>>()?;
    Ok(Json(Audit { records, names, next_cursor: page.next.map(|below| below.to_string()) }))
}
