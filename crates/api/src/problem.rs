//! Every error leaves as `application/problem+json`.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::remote::RemoteStatus;
use control::{Error, Meaning};

/// An error on its way out. One that refuses somebody something takes along what is to be written
/// down of it.
#[derive(Debug)]
pub struct Problem(pub Error);

/// The answer of every endpoint.
pub type Answer<T> = Result<T, Problem>;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let (status, title) = describe(error.meaning);
        if error.meaning == Meaning::Internal {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(source, "a request failed");
        }
        let mut response = respond(status, title, &error);
        if let Some(refusal) = error.refusal() {
            response.extensions_mut().insert(refusal);
        }
        response
    }
}

/// A problem that has no use case behind it.
pub fn plain(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    respond(status, title, &Error::invalid(code, detail))
}

fn respond(status: StatusCode, title: &str, error: &Error) -> Response {
    let session_status = error.session_state.map(RemoteStatus::from);
    let problem = contract::Problem {
        title: title.to_owned(),
        status: status.as_u16(),
        code: error.code.to_owned(),
        detail: error.message.clone(),
        error: error.message.clone(),
        hint: error.hint.clone().or_else(|| Some(general_hint(status).to_owned())),
        success: session_status.map(|_| false),
        session_status,
        request_id: None,
    };
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = error.retry_after_s {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

const fn describe(meaning: Meaning) -> (StatusCode, &'static str) {
    match meaning {
        Meaning::Unauthenticated => (StatusCode::UNAUTHORIZED, "Not signed in"),
        Meaning::Denied => (StatusCode::FORBIDDEN, "Not allowed"),
        Meaning::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        Meaning::Invalid => (StatusCode::BAD_REQUEST, "Invalid request"),
        Meaning::Conflict => (StatusCode::CONFLICT, "Conflict"),
        Meaning::Throttled => (StatusCode::TOO_MANY_REQUESTS, "Too many attempts"),
        Meaning::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Not available now"),
        Meaning::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal error"),
    }
}

/// What to do about an error that has no better hint.
fn general_hint(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => {
            "sign in, or send an API token as `Authorization: Bearer <token>`"
        }
        StatusCode::FORBIDDEN => "ask somebody who may, or sign in with another account",
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            "look it up in the list of such things, and the endpoint in /api/openapi.json"
        }
        StatusCode::CONFLICT => "look at its state and decide again",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            "nothing was changed; try again a little later"
        }
        StatusCode::INTERNAL_SERVER_ERROR => "the server's log says what happened",
        _ => "/api/openapi.json says what is taken here",
    }
}
