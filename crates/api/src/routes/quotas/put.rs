use axum::Json;
use axum::extract::State;
use contract::quotas::{OneQuota, PutQuota};
use control::quotas::{self, NewQuota};

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Sets a quota, or changes the limit of the one for the same. It counts what was used before.
#[utoipa::path(put, path = "/api/quotas", tag = "usage", request_body = PutQuota,
    responses((status = 200, body = OneQuota)))]
pub(super) async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<PutQuota>,
) -> Answer<Json<OneQuota>> {
    let PutQuota { subject, of, measure, period, limit, at_stop } = body;
    let request = NewQuota { subject, of, measure, period, limit, at_stop };
    let quota = quotas::quota_put(&app.plane, &actor, request).await?;
    let quota = views::usage::quota(&app.plane, &quota).await?;
    Ok(Json(OneQuota { success: true, quota }))
}
