use std::time::Duration;

use axum::Json;
use axum::extract::State;
use contract::permissions::{AnswerPermission, OnePermission};
use control::Error;
use control::permissions::{self, AnswerRequest};
use control::policy_rules::AlwaysRequest;
use model::PermissionRequestId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Answers a question. The first answer counts.
#[utoipa::path(post, path = "/api/permissions/{request_id}/answer", tag = "permissions",
    params(("request_id" = PermissionRequestId, Path)), request_body = AnswerPermission,
    responses((status = 200, body = OnePermission)))]
pub(super) async fn answer(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<PermissionRequestId>,
    Body(body): Body<AnswerPermission>,
) -> Answer<Json<OnePermission>> {
    let mut digest = [0; 32];
    hex::decode_to_slice(&body.digest, &mut digest).map_err(|_| {
        Error::invalid("invalid_digest", "digest must be the one that came with the question")
    })?;
    let always = body.always.map(|always| AlwaysRequest {
        reach: always.reach,
        first_words: always.first_words,
        within: always.within,
        lasts: always.expires_in_s.map(Duration::from_secs),
    });
    let request = AnswerRequest { answer: body.answer, note: body.note, digest, always };
    let question = permissions::permission_answer(&app.plane, &actor, id, request).await?;
    Ok(Json(OnePermission { success: true, permission: views::permission(&question)? }))
}
