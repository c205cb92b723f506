//! The OpenAI dialect: chat completions, Responses, embeddings, models.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::usage::TokenCounts;
use serde_json::json;

use crate::call::{Endpoint, Route, without_version};
use crate::json::Scalar;
use crate::refusal::Fault;
use crate::usage::{Found, Reported};

pub(crate) fn route(method: &Method, segments: &[&str]) -> Option<Route> {
    let endpoint = match (method.as_str(), without_version(segments)) {
        ("POST", ["chat", "completions"]) => Endpoint::ChatCompletions,
        ("POST", ["responses"]) => Endpoint::Responses,
        ("GET", ["responses"]) => Endpoint::ResponsesSocket,
        ("POST", ["embeddings"]) => Endpoint::Embeddings,
        ("GET", ["models"]) => Endpoint::Models,
        ("GET", ["models", model]) => {
            return Some(Route { model: Some((*model).to_owned()), ..Route::to(Endpoint::Model) });
        }
        _ => return None,
    };
    Some(Route::to(endpoint))
}

/// The path below a base URL, which for this dialect carries its version.
pub(crate) fn upstream_path(endpoint: Endpoint, model: Option<&str>) -> String {
    match (endpoint, model) {
        (Endpoint::ChatCompletions, _) => "/chat/completions".to_owned(),
        (Endpoint::Embeddings, _) => "/embeddings".to_owned(),
        (Endpoint::Model, Some(model)) => format!("/models/{model}"),
        (Endpoint::Models | Endpoint::Model, _) => "/models".to_owned(),
        _ => "/responses".to_owned(),
    }
}

pub(crate) fn set_key(
    headers: &mut HeaderMap,
    key: &str,
) -> Result<(), header::InvalidHeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {key}"))?;
    value.set_sensitive(true);
    headers.insert(header::AUTHORIZATION, value);
    Ok(())
}

/// Chat completions name their fields `prompt_tokens` and `completion_tokens`, embeddings too.
/// Responses say `input_tokens` and `output_tokens`, in a stream below `response`.
pub(crate) fn absorb(found: &mut Found, path: &[&[u8]], value: Scalar<'_>) {
    if path == [b"type"] {
        found.ends = value.text().is_some_and(|name| ends_stream(&name));
        return;
    }
    let path = path.strip_prefix(&[b"response".as_slice()]).unwrap_or(path);
    let usage = &mut found.usage;
    match path {
        [b"usage", b"prompt_tokens" | b"input_tokens"] => usage.input = value.count(),
        [b"usage", b"completion_tokens" | b"output_tokens"] => usage.output = value.count(),
        [b"usage", b"prompt_tokens_details" | b"input_tokens_details", b"cached_tokens"] => {
            usage.cache_read = value.count();
        }
        [
            b"usage",
            b"completion_tokens_details" | b"output_tokens_details",
            b"reasoning_tokens",
        ] => {
            usage.reasoning = value.count();
        }
        // DeepSeek's own spelling of cached prompt tokens.
        [b"usage", b"prompt_cache_hit_tokens"] => {
            usage.cache_read = usage.cache_read.or(value.count());
        }
        [b"model"] => found.model = value.text(),
        [b"choices", b"[]", b"finish_reason"] => found.ends |= matches!(value, Scalar::String(_)),
        _ => {}
    }
}

/// The chunk without choices, which tells what a chat completion's stream has used, is the last.
pub(crate) fn absorb_empty(found: &mut Found, path: &[&[u8]]) {
    found.ends |= path == [b"choices"];
}

/// Whether an event of that name is the last of a Responses stream.
pub(crate) fn ends_stream(event: &str) -> bool {
    matches!(event, "response.completed" | "response.incomplete" | "response.failed")
}

/// Prompt tokens include those read from a cache.
pub(crate) fn counts(reported: &Reported) -> TokenCounts {
    let cache_read = reported.cache_read.min(reported.input);
    TokenCounts {
        input: reported.input - cache_read,
        cache_read,
        cache_write: 0,
        cache_write_1h: 0,
        output: reported.output,
        reasoning: reported.reasoning.min(reported.output),
    }
}

pub(crate) fn error_body(fault: &Fault<'_>) -> String {
    json!({
        "error": {
            "message": fault.message,
            "type": error_type(fault.status),
            "param": null,
            "code": fault.code,
        }
    })
    .to_string()
}

/// In a chat completion's stream. The clients raise an error as soon as they see `error`.
pub(crate) fn chat_error_event(fault: &Fault<'_>) -> String {
    format!("\n\ndata: {}\n\n", error_body(fault))
}

/// In a Responses stream. Codex stops at once on `response.failed`; on a stream that merely ends
/// it sends the request again, five times.
pub(crate) fn responses_error_event(fault: &Fault<'_>) -> String {
    let event = json!({
        "type": "response.failed",
        "response": {
            "object": "response",
            "status": "failed",
            "error": { "code": fault.code, "message": fault.message },
            "usage": null,
        }
    });
    format!("\n\nevent: response.failed\ndata: {event}\n\n")
}

fn error_type(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        402 | 429 => "insufficient_quota",
        status if status >= 500 => "server_error",
        _ => "invalid_request_error",
    }
}
