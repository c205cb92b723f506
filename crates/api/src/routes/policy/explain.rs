use axum::Json;
use axum::extract::State;
use contract::policy::{ExplainPolicy, OtherEffect, PartReason, PolicyExplained, ToolEffect};
use control::policies;
use policy::explain::{origins, reason, verdicts};
use policy::{Door, Resolved, Warning};

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Says what a policy would do with each tool, and why each part of it is as it is.
#[utoipa::path(post, path = "/api/policy/explain", tag = "policy", request_body = ExplainPolicy,
    responses((status = 200, body = PolicyExplained)))]
pub(super) async fn explain(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<ExplainPolicy>,
) -> Answer<Json<PolicyExplained>> {
    let door = Door::documented(body.interactive.unwrap_or(true));
    let resolved = policies::policy_explain(&app.plane, &actor, &body.options, door).await?;
    Ok(Json(explained(&resolved)))
}

fn explained(resolved: &Resolved) -> PolicyExplained {
    let reasons = origins(resolved).map(|(part, origin)| PartReason {
        part,
        origin,
        reason: reason(resolved, part, origin),
    });
    let verdicts = verdicts(&resolved.policy);
    PolicyExplained {
        policy: views::policy(resolved),
        reasons: reasons.into(),
        tools: verdicts
            .known
            .iter()
            .map(|(tool, verdict)| ToolEffect {
                tool: *tool,
                effect: verdict.effect,
                reason: verdict.reason.to_owned(),
            })
            .collect(),
        other_tools: OtherEffect {
            effect: verdicts.other.effect,
            reason: verdicts.other.reason.to_owned(),
        },
        warnings: resolved
            .warnings
            .iter()
            .map(|warning| Warning::sentence(*warning).to_owned())
            .collect(),
    }
}
