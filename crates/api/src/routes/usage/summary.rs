use axum::Json;
use axum::extract::State;
use contract::usage::UsageSummary;

use super::Part;
use crate::App;
use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;

/// Adds up what was used: everybody's for administrators, else one's own.
#[utoipa::path(get, path = "/api/usage/summary", tag = "usage", params(Part),
    responses((status = 200, body = UsageSummary)))]
pub(super) async fn summary(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(part): Query<Part>,
) -> Answer<Json<UsageSummary>> {
    Ok(Json(part.summary(&app, &actor).await?))
}
