use axum::Json;
use axum::extract::State;
use contract::quotas::QuotaStatuses;
use control::quotas;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// What it is about.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// The quotas under which this session works, with those of its machine and model.
    session_id: Option<SessionId>,
}

/// Says how far quotas are used up that concern one.
#[utoipa::path(get, path = "/api/quota/status", tag = "usage", params(About),
    responses((status = 200, body = QuotaStatuses)))]
pub(super) async fn status(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(about): Query<About>,
) -> Answer<Json<QuotaStatuses>> {
    let mut quotas = Vec::new();
    for status in quotas::quota_status(&app.plane, &actor, about.session_id).await? {
        quotas.push(views::usage::quota_status(&app.plane, &status).await?);
    }
    Ok(Json(QuotaStatuses { quotas, session_id: about.session_id }))
}
