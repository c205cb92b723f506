use axum::Json;
use axum::extract::State;
use contract::quotas::{AnswerBudget, OneBudgetRequest};
use control::budget_requests::{self, BudgetAnswer};
use model::BudgetRequestId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Grants a session more, so that its agent goes on, or tells it to stop.
#[utoipa::path(post, path = "/api/quota/requests/{budget_request_id}/answer", tag = "usage",
    params(("budget_request_id" = BudgetRequestId, Path)), request_body = AnswerBudget,
    responses((status = 200, body = OneBudgetRequest)))]
pub(super) async fn answer(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<BudgetRequestId>,
    Body(body): Body<AnswerBudget>,
) -> Answer<Json<OneBudgetRequest>> {
    let answer = match body {
        AnswerBudget::Grant { amount } => BudgetAnswer::Grant(amount),
        AnswerBudget::Stop {} => BudgetAnswer::Decline,
    };
    let request = budget_requests::budget_request_answer(&app.plane, &actor, id, answer).await?;
    let request = views::usage::budget_request(&app.plane, &actor, &request).await?;
    Ok(Json(OneBudgetRequest { success: true, request }))
}
