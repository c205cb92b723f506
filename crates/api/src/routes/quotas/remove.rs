use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::quotas;
use model::QuotaId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Removes a quota, with what was granted above it.
#[utoipa::path(delete, path = "/api/quotas/{quota_id}", tag = "usage",
    params(("quota_id" = QuotaId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<QuotaId>,
) -> Answer<Json<Done>> {
    quotas::quota_delete(&app.plane, &actor, id).await?;
    Ok(Json(Done { success: true }))
}
