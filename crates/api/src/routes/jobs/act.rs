use axum::Json;
use axum::extract::State;
use contract::jobs::{ActOnJob, JobView};
use control::{Error, jobs, webhooks};
use model::JobId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Cancels a job (`cancel`), queues one that has failed once more (`retry`), or sends its webhook
/// once more (`send_webhook`).
#[utoipa::path(post, path = "/api/jobs/{job_id}", tag = "jobs",
    params(("job_id" = JobId, Path)), request_body = ActOnJob,
    responses((status = 200, body = JobView)))]
pub(super) async fn act(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<JobId>,
    Body(body): Body<ActOnJob>,
) -> Answer<Json<JobView>> {
    match body.action.as_str() {
        "cancel" => drop(jobs::job_cancel(&app.plane, &actor, id).await?),
        "retry" => drop(jobs::job_retry(&app.plane, &actor, id).await?),
        "send_webhook" => webhooks::webhook_send_again(&app.plane, &actor, id).await?,
        _ => {
            let error = Error::invalid("unknown_action", "unknown action");
            return Err(error.with_hint("`cancel`, `retry` or `send_webhook`").into());
        }
    }
    let job = jobs::job(&app.plane, &actor, id).await?;
    Ok(Json(views::jobs::whole(&app.plane, job).await?))
}
