use axum::Json;
use axum::extract::State;
use contract::jobs::JobView;
use control::jobs;
use model::JobId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Shows a job with its log, its attempts and, once it is there, its result.
#[utoipa::path(get, path = "/api/jobs/{job_id}", tag = "jobs",
    params(("job_id" = JobId, Path)), responses((status = 200, body = JobView)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<JobId>,
) -> Answer<Json<JobView>> {
    let job = jobs::job(&app.plane, &actor, id).await?;
    Ok(Json(views::jobs::whole(&app.plane, job).await?))
}
