//! The Gemini dialect: generate, stream, count, models.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::usage::TokenCounts;
use serde_json::json;

use crate::call::{Endpoint, Route};
use crate::json::Scalar;
use crate::refusal::Fault;
use crate::usage::{Found, Reported};

/// The version that clients speak unless they say another.
pub(crate) const DEFAULT_VERSION: &str = "v1beta";

/// The action stands behind the model's name: `models/M:generateContent`. A bare list of models
/// is this dialect's only where the path says `v1beta` or `v1alpha`; `v1` is shared.
pub(crate) fn route(method: &Method, segments: &[&str]) -> Option<Route> {
    let (version, rest) = match segments {
        [version @ ("v1beta" | "v1alpha" | "v1"), rest @ ..] => (Some((*version).to_owned()), rest),
        rest => (None, rest),
    };
    let own = version.as_deref().is_some_and(|version| version != "v1");
    match (method.as_str(), rest) {
        ("POST", ["models", action]) => {
            let (model, verb) = action.rsplit_once(':')?;
            let endpoint = match verb {
                "generateContent" => Endpoint::GenerateContent,
                "streamGenerateContent" => Endpoint::StreamGenerateContent,
                "countTokens" => Endpoint::CountContentTokens,
                _ => return None,
            };
            let named = !model.is_empty() && !model.contains(':');
            named.then(|| Route { endpoint, model: Some(model.to_owned()), version })
        }
        ("GET", ["models"]) if own => Some(Route { version, ..Route::to(Endpoint::Models) }),
        ("GET", ["models", model]) if own && !model.contains(':') => {
            Some(Route { endpoint: Endpoint::Model, model: Some((*model).to_owned()), version })
        }
        _ => None,
    }
}

/// Whether a query may carry that name. `fields` would make the upstream leave out what is used,
/// `callback` would turn the answer into a script.
pub(crate) fn allows(name: &str) -> bool {
    !matches!(name.trim_start_matches('$'), "fields" | "callback")
}

/// The path below a base URL and its version.
pub(crate) fn upstream_path(endpoint: Endpoint, model: Option<&str>) -> String {
    let model = model.unwrap_or("");
    match endpoint {
        Endpoint::GenerateContent => format!("/models/{model}:generateContent"),
        Endpoint::StreamGenerateContent => format!("/models/{model}:streamGenerateContent"),
        Endpoint::CountContentTokens => format!("/models/{model}:countTokens"),
        Endpoint::Model => format!("/models/{model}"),
        _ => "/models".to_owned(),
    }
}

pub(crate) fn set_key(
    headers: &mut HeaderMap,
    key: &str,
) -> Result<(), header::InvalidHeaderValue> {
    let mut value = HeaderValue::try_from(key)?;
    value.set_sensitive(true);
    headers.insert("x-goog-api-key", value);
    Ok(())
}

/// Every event tells the sums so far. Without `alt=sse` a stream is one JSON array of events.
pub(crate) fn absorb(found: &mut Found, path: &[&[u8]], value: Scalar<'_>) {
    let path = path.strip_prefix(&[b"[]".as_slice()]).unwrap_or(path);
    let usage = &mut found.usage;
    match path {
        [b"usageMetadata", b"promptTokenCount"] => usage.input = value.count(),
        [b"usageMetadata", b"toolUsePromptTokenCount"] => usage.tool_use = value.count(),
        [b"usageMetadata", b"cachedContentTokenCount"] => usage.cache_read = value.count(),
        [b"usageMetadata", b"candidatesTokenCount"] => usage.output = value.count(),
        [b"usageMetadata", b"thoughtsTokenCount"] => usage.reasoning = value.count(),
        [b"modelVersion"] => found.model = value.text(),
        [b"candidates", b"[]", b"finishReason"] | [b"promptFeedback", b"blockReason"] => {
            found.ends |= matches!(value, Scalar::String(_));
        }
        _ => {}
    }
}

/// Prompt tokens include cached ones; candidates exclude thoughts, which are billed as output.
pub(crate) fn counts(reported: &Reported) -> TokenCounts {
    let cache_read = reported.cache_read.min(reported.input);
    TokenCounts {
        input: reported.input - cache_read + reported.tool_use,
        cache_read,
        cache_write: 0,
        cache_write_1h: 0,
        output: reported.output + reported.reasoning,
        reasoning: reported.reasoning,
    }
}

pub(crate) fn error_body(fault: &Fault<'_>) -> String {
    json!({
        "error": {
            "code": fault.status.as_u16(),
            "message": fault.message,
            "status": status_name(fault.status),
        }
    })
    .to_string()
}

pub(crate) fn error_event(fault: &Fault<'_>) -> String {
    format!("\r\n\r\ndata: {}\r\n\r\n", error_body(fault))
}

/// The names of google.rpc.Code.
fn status_name(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "UNAUTHENTICATED",
        402 | 429 => "RESOURCE_EXHAUSTED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        502 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        status if status >= 500 => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    }
}
