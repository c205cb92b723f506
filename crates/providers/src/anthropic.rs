//! The Anthropic dialect: Messages, token counting, models.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::usage::TokenCounts;
use serde_json::json;

use crate::call::{Endpoint, Route, without_version};
use crate::json::Scalar;
use crate::refusal::Fault;
use crate::usage::{Found, Reported};

pub(crate) fn route(method: &Method, segments: &[&str]) -> Option<Route> {
    let endpoint = match (method.as_str(), without_version(segments)) {
        ("POST", ["messages"]) => Endpoint::Messages,
        ("POST", ["messages", "count_tokens"]) => Endpoint::CountMessageTokens,
        // Claude Code asks `HEAD /` before anything else.
        ("HEAD", []) => Endpoint::Probe,
        ("GET", ["models"]) => Endpoint::Models,
        ("GET", ["models", model]) => {
            return Some(Route { model: Some((*model).to_owned()), ..Route::to(Endpoint::Model) });
        }
        _ => return None,
    };
    Some(Route::to(endpoint))
}

/// The path below a base URL and its version.
pub(crate) fn upstream_path(endpoint: Endpoint, model: Option<&str>) -> String {
    match (endpoint, model) {
        (Endpoint::CountMessageTokens, _) => "/messages/count_tokens".to_owned(),
        (Endpoint::Model, Some(model)) => format!("/models/{model}"),
        (Endpoint::Models | Endpoint::Model, _) => "/models".to_owned(),
        _ => "/messages".to_owned(),
    }
}

pub(crate) fn set_key(
    headers: &mut HeaderMap,
    key: &str,
) -> Result<(), header::InvalidHeaderValue> {
    let mut value = HeaderValue::try_from(key)?;
    value.set_sensitive(true);
    headers.insert("x-api-key", value);
    Ok(())
}

/// A stream tells of its input in `message_start`, below `message`, and of its output in every
/// `message_delta`, which may repeat the rest.
pub(crate) fn absorb(found: &mut Found, path: &[&[u8]], value: Scalar<'_>) {
    let path = path.strip_prefix(&[b"message".as_slice()]).unwrap_or(path);
    let usage = &mut found.usage;
    match path {
        [b"usage", b"input_tokens"] => usage.input = value.count(),
        [b"usage", b"output_tokens"] => usage.output = value.count(),
        [b"usage", b"cache_read_input_tokens"] => usage.cache_read = value.count(),
        [b"usage", b"cache_creation_input_tokens"] => usage.cache_write = value.count(),
        [b"usage", b"cache_creation", b"ephemeral_1h_input_tokens"] => {
            usage.cache_write_1h = value.count();
        }
        [b"model"] => found.model = value.text(),
        [b"delta", b"stop_reason"] => found.ends |= matches!(value, Scalar::String(_)),
        _ => {}
    }
}

/// Whether an event of that name is the last of a stream.
pub(crate) fn ends_stream(event: &str) -> bool {
    event == "message_stop"
}

/// Input tokens exclude what was read from or written to a cache.
pub(crate) fn counts(reported: &Reported) -> TokenCounts {
    TokenCounts {
        input: reported.input,
        cache_read: reported.cache_read,
        cache_write: reported.cache_write,
        cache_write_1h: reported.cache_write_1h.min(reported.cache_write),
        output: reported.output,
        reasoning: 0,
    }
}

pub(crate) fn error_body(fault: &Fault<'_>) -> String {
    json!({
        "type": "error",
        "error": { "type": error_type(fault.status), "message": fault.message },
    })
    .to_string()
}

pub(crate) fn error_event(fault: &Fault<'_>) -> String {
    format!("\n\nevent: error\ndata: {}\n\n", error_body(fault))
}

fn error_type(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        status if status >= 500 => "api_error",
        _ => "invalid_request_error",
    }
}
