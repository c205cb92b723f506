use axum::Json;
use axum::extract::State;
use contract::jobs::{JobRemoval, RemovedJob};
use control::jobs::{self, Removal};
use model::JobId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Cancels a job that is not finished; removes the record of one that is.
#[utoipa::path(delete, path = "/api/jobs/{job_id}", tag = "jobs",
    params(("job_id" = JobId, Path)), responses((status = 200, body = RemovedJob)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<JobId>,
) -> Answer<Json<RemovedJob>> {
    let (outcome, job) = match jobs::job_remove(&app.plane, &actor, id).await? {
        Removal::Canceled(job) => (JobRemoval::Canceled, job),
        Removal::Deleted(job) => (JobRemoval::Deleted, job),
    };
    let job = views::jobs::summary(&app.plane, &job).await?;
    Ok(Json(RemovedJob { success: true, outcome, job }))
}
