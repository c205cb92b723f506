use axum::Json;
use axum::extract::State;
use contract::quotas::Quotas;
use control::quotas;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the quotas of the tenant, for administrators.
#[utoipa::path(get, path = "/api/quotas", tag = "usage",
    responses((status = 200, body = Quotas)))]
pub(super) async fn list(State(app): State<App>, Caller(actor): Caller) -> Answer<Json<Quotas>> {
    let mut quotas = Vec::new();
    for quota in quotas::quotas(&app.plane, &actor).await? {
        quotas.push(views::usage::quota(&app.plane, &quota).await?);
    }
    Ok(Json(Quotas { quotas }))
}
