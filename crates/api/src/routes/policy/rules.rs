use axum::Json;
use axum::extract::State;
use contract::policy::Rules;
use control::policy_rules;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// Which rules.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Those that hold in this session.
    session_id: Option<SessionId>,
}

/// Lists rules in force: one's own and those for everybody; administrators see all of the tenant's.
#[utoipa::path(get, path = "/api/policy/rules", tag = "policy", params(Filter),
    responses((status = 200, body = Rules)))]
pub(super) async fn rules(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Json<Rules>> {
    let rules = policy_rules::rules(&app.plane, &actor, filter.session_id).await?;
    let rules = rules.iter().map(views::policy_rule).collect::<Result<_, _>>()?;
    Ok(Json(Rules { rules }))
}
