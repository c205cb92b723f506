use axum::Json;
use axum::extract::State;
use contract::jobs::Jobs;
use model::MachineId;
use model::job::JobState;
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::pages::{self, JobList};
use crate::params::Query;
use crate::problem::Answer;

/// Which jobs.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only in this state.
    status: Option<JobState>,
    /// Only on this machine.
    machine_id: Option<MachineId>,
    /// From the answer before.
    cursor: Option<String>,
    /// At most this many, 1 to 200.
    limit: Option<u32>,
}

/// Lists the jobs that one may see, the newest first.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(Filter),
    responses((status = 200, body = Jobs)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Json<Jobs>> {
    let Filter { status, machine_id, cursor, limit } = filter;
    let list = JobList { status, machine_id, cursor, limit };
    Ok(Json(pages::jobs(&app.plane, &actor, list).await?))
}
