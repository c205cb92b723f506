use axum::extract::{FromRequest, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use control::Error;
use model::machine::Carrier;
use transport::polling::{DeskFull, PollId, PollRefused};
use wire::poll::{POLL_CONTENT_TYPE, POLL_ID_BYTES, PollBodyError, PollRequest};

use super::link::browser_refusal;
use crate::App;
use crate::body::{PollBody, Refused};
use crate::problem::{self, Problem};

/// How long a machine that comes while there is no room is asked to wait, in seconds.
const COME_BACK_IN_S: u64 = 5;

/// The link of a machine whose network lets no WebSocket through: messages in bodies, up and down.
/// The machine proves on it who it is, as on the WebSocket.
#[utoipa::path(post, path = "/api/remote/agent/poll", tag = "agent",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "What the server has received, and what it has to say",
        body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn poll(State(app): State<App>, request: Request) -> Response {
    if let Some(refusal) = browser_refusal(request.headers()) {
        return refusal;
    }
    answered(&app, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn answered(app: &App, request: Request) -> Result<Response, Unanswered> {
    let PollBody(body) = PollBody::from_request(request, app).await?;
    let request = PollRequest::from_body(body)?;
    let id = connection(app, &request)?;
    let answer = app.polls.answer(id, request).await?;
    let kind = HeaderValue::from_static(POLL_CONTENT_TYPE);
    Ok(([(CONTENT_TYPE, kind)], answer.to_body()).into_response())
}

/// The connection that a request belongs to; the first one begins it.
fn connection(app: &App, request: &PollRequest) -> Result<PollId, Unanswered> {
    if !request.poll_id.is_empty() {
        let id = <[u8; POLL_ID_BYTES]>::try_from(&request.poll_id[..]);
        return id.map(PollId).map_err(|_| Unanswered::NoId);
    }
    let mut id = [0; POLL_ID_BYTES];
    app.plane.rng().fill(&mut id);
    let polled = app.polls.open(PollId(id))?;
    let relay = app.plane.relay.clone();
    // Its own limits end it: the handshake's, and that of silence.
    app.tasks.spawn(async move { relay.serve_link(polled, Carrier::LongPoll).await });
    Ok(PollId(id))
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error(transparent)]
    Body(#[from] Refused),
    #[error("the body is not what is expected here: {0}")]
    Malformed(#[from] PollBodyError),
    #[error("the body is not what is expected here: a poll id has {POLL_ID_BYTES} bytes")]
    NoId,
    #[error(transparent)]
    Full(#[from] DeskFull),
    #[error(transparent)]
    Refused(#[from] PollRefused),
}

impl IntoResponse for Unanswered {
    fn into_response(self) -> Response {
        let (status, code) = match self {
            Self::Body(refused) => return refused.into_response(),
            Self::Full(full) => {
                let mut error = Error::unavailable("too_many_polls", full.to_string());
                error.retry_after_s = Some(COME_BACK_IN_S);
                return Problem(error).into_response();
            }
            Self::Malformed(_) | Self::NoId => (StatusCode::BAD_REQUEST, "invalid_body"),
            Self::Refused(PollRefused::Unknown) => (StatusCode::NOT_FOUND, "no_such_poll"),
            Self::Refused(PollRefused::WrongNumber(_)) => (StatusCode::CONFLICT, "wrong_number"),
        };
        problem::plain(status, code, self.to_string())
    }
}
