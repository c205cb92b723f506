use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::sessions::{ContentBlock, CreateTurn, OneTurn, PromptContent};
use control::Error;
use control::turns::{self, PromptRequest};
use model::SessionId;
use serde_json::value::{RawValue, to_raw_value};

use crate::body::LargeBody;
use crate::caller::Caller;
use crate::params::{IdempotencyKey, Path};
use crate::problem::Answer;
use crate::{App, views};

/// Gives the agent a prompt. Once this has answered, the prompt is stored. With the header
/// `Idempotency-Key` the same prompt sent again starts no second turn.
#[utoipa::path(post, path = "/api/sessions/{session_id}/prompt", tag = "sessions",
    params(("session_id" = SessionId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = CreateTurn, responses((status = 202, body = OneTurn)))]
pub(super) async fn prompt(
    State(app): State<App>,
    Caller(actor): Caller,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Path(id): Path<SessionId>,
    LargeBody(body): LargeBody<CreateTurn>,
) -> Answer<(StatusCode, Json<OneTurn>)> {
    let request = PromptRequest {
        content: content(body.content)?,
        when_busy: body.when_busy,
        idempotency_key,
    };
    let turn = turns::prompt(&app.plane, &actor, id, request).await?;
    let answer = OneTurn { success: true, turn: views::turn(&turn) };
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

fn content(content: PromptContent) -> Result<Box<RawValue>, Error> {
    let blocks = match content {
        PromptContent::Text(text) => vec![ContentBlock::Text { text }],
        PromptContent::Blocks(blocks) => blocks,
    };
    let empty = |block: &ContentBlock| matches!(block, ContentBlock::Text { text } if text.trim().is_empty());
    if blocks.iter().all(empty) {
        return Err(Error::invalid("empty_prompt", "the prompt is empty"));
    }
    to_raw_value(&blocks).map_err(Error::internal)
}
