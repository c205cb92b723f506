use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::quotas::RaiseQuota;
use control::quotas;
use model::QuotaId;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Grants more than a quota allows, until its day or month is over.
#[utoipa::path(post, path = "/api/quotas/{quota_id}/raise", tag = "usage",
    params(("quota_id" = QuotaId, Path)), request_body = RaiseQuota,
    responses((status = 200, body = Done)))]
pub(super) async fn raise(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<QuotaId>,
    Body(body): Body<RaiseQuota>,
) -> Answer<Json<Done>> {
    let RaiseQuota { of, amount } = body;
    quotas::quota_raise(&app.plane, &actor, id, of.as_deref(), amount).await?;
    Ok(Json(Done { success: true }))
}
