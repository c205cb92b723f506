use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::policy_rules;
use model::PolicyRuleId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Takes a rule back. Repeating it changes nothing.
#[utoipa::path(delete, path = "/api/policy/rules/{rule_id}", tag = "policy",
    params(("rule_id" = PolicyRuleId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn rule_revoke(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<PolicyRuleId>,
) -> Answer<Json<Done>> {
    policy_rules::rule_revoke(&app.plane, &actor, id).await?;
    Ok(Json(Done { success: true }))
}
