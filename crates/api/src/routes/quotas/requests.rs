use axum::Json;
use axum::extract::State;
use contract::quotas::BudgetRequests;
use control::budget_requests;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// Which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Those of one session.
    session_id: Option<SessionId>,
}

/// Lists sessions that wait because a quota has stopped them: all for administrators, else one's
/// own.
#[utoipa::path(get, path = "/api/quota/requests", tag = "usage", params(Which),
    responses((status = 200, body = BudgetRequests)))]
pub(super) async fn requests(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Answer<Json<BudgetRequests>> {
    let requests = budget_requests::budget_requests(&app.plane, &actor, which.session_id).await?;
    Ok(Json(views::usage::budget_requests(&app.plane, &actor, &requests).await?))
}
