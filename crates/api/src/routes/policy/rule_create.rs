use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::policy::{CreateRule, OneRule};
use control::policy_rules::{self, RuleRequest};

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Gives a rule. It holds in sessions that run, too, as soon as their machines have heard of it.
#[utoipa::path(post, path = "/api/policy/rules", tag = "policy", request_body = CreateRule,
    responses((status = 201, body = OneRule)))]
pub(super) async fn rule_create(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<CreateRule>,
) -> Answer<(StatusCode, Json<OneRule>)> {
    let request = RuleRequest {
        effect: body.effect,
        tool: body.tool,
        matches: body.matches,
        title: body.title,
        machine: body.machine_id,
        workspace: body.project_path,
        lasts: body.expires_in_s.map(Duration::from_secs),
    };
    let rule = policy_rules::rule_create(&app.plane, &actor, request).await?;
    let rule = views::policy_rule(&rule)?;
    Ok((StatusCode::CREATED, Json(OneRule { success: true, rule })))
}
