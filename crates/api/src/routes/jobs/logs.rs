use axum::Json;
use axum::extract::State;
use contract::jobs::JobLogs;
use control::jobs;
use model::JobId;
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::views;

/// How many lines are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 200;

/// Which part of the log.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// Only what comes after this position; 0 if it is left out.
    #[serde(default)]
    after: u64,
    /// At most this many lines, 1 to 1000.
    limit: Option<u32>,
}

/// Reads a page of a job's log, the oldest line first. The last 1000 lines are kept.
#[utoipa::path(get, path = "/api/jobs/{job_id}/logs", tag = "jobs",
    params(("job_id" = JobId, Path), Part), responses((status = 200, body = JobLogs)))]
pub(super) async fn logs(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<JobId>,
    Query(part): Query<Part>,
) -> Answer<Json<JobLogs>> {
    let limit = part.limit.unwrap_or(DEFAULT_LIMIT);
    let (lines, last) = jobs::job_log(&app.plane, &actor, id, part.after, limit).await?;
    Ok(Json(JobLogs { logs: lines.iter().map(views::jobs::log_entry).collect(), last }))
}
