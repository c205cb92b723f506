//! Our own errors, in the shape each dialect's clients understand.
//!
//! The status decides whether a client stops and shows the message, or hammers. What each does
//! was measured: after 401 Claude Code goes on in silence unless it hears `x-should-retry: false`;
//! after 403 Codex repeats itself five times, after 400 not once; after 503 it asks thirty times.
//! At the end of a budget all stop at 402, but for Codex, which repeats itself five times then and
//! stops at once at 429 with the code `insufficient_quota`.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::provider::{Dialect, ProviderName};

use crate::call::{Call, DisagreeingModels, Endpoint};
use crate::request::UnreadableRequest;
use crate::{anthropic, gemini, openai};

/// Whose clients must understand an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Of chat completions, embeddings and OpenAI's models.
    Chat,
    /// Of Responses; in practice Codex.
    Responses,
    /// Of Anthropic Messages.
    Anthropic,
    /// Of Gemini.
    Gemini,
}

impl Shape {
    /// The shape for a recognised call.
    pub const fn of(call: &Call) -> Self {
        match (call.dialect, call.endpoint) {
            (Dialect::OpenAi, Endpoint::Responses | Endpoint::ResponsesSocket) => Self::Responses,
            (Dialect::OpenAi, _) => Self::Chat,
            (Dialect::Anthropic, _) => Self::Anthropic,
            (Dialect::Gemini, _) => Self::Gemini,
        }
    }

    /// The likeliest shape for a call that was not recognised.
    pub fn guess(path: &str, headers: &HeaderMap) -> Self {
        if headers.contains_key("anthropic-version") || path.contains("/messages") {
            Self::Anthropic
        } else if headers.contains_key("x-goog-api-key") || path.contains("/v1beta") {
            Self::Gemini
        } else if path.contains("/responses") {
            Self::Responses
        } else {
            Self::Chat
        }
    }
}

/// Why the gateway does not forward a call, or why the upstream did not answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no token of ours, or not one that is known.
    Unauthorized,
    /// The token was good once: its session ended, it expired, or it was revoked.
    TokenEnded,
    /// The provider that the path names does not speak the call's dialect.
    ProviderForbidden {
        /// The provider asked for.
        provider: ProviderName,
    },
    /// The request says itself where it is to go.
    DestinationForbidden {
        /// What in it does, for people.
        named: String,
    },
    /// The token is not for this model.
    ModelForbidden {
        /// The model asked for, if any.
        model: Option<String>,
        /// The models that the token is for.
        allowed: Vec<String>,
    },
    /// There is no such endpoint here.
    EndpointForbidden {
        /// The method asked for.
        method: Method,
        /// The path asked for, below the gateway's own.
        path: String,
    },
    /// The request cannot be understood; the text says why.
    BadRequest(String),
    /// The tenant has no key for this provider.
    NoKey {
        /// The provider asked for.
        provider: ProviderName,
    },
    /// A quota does not allow the call; the text says which, and what can be done.
    OverBudget(String),
    /// The body is too large.
    TooLarge {
        /// What is allowed, in bytes.
        limit_bytes: u64,
    },
    /// Codex asked for a WebSocket. Told so, it falls back to plain HTTP at once.
    UpgradeRequired,
    /// The gateway itself cannot take a call now: its database does not answer, or it is stopping.
    Unavailable,
    /// No connection to the upstream could be made.
    UpstreamUnreachable {
        /// The provider asked for.
        provider: ProviderName,
    },
    /// The upstream was silent for too long.
    UpstreamTimeout {
        /// The provider asked for.
        provider: ProviderName,
    },
    /// The upstream's answer cannot be passed on: a redirect, a broken stream, too much of it.
    UpstreamUnusable {
        /// The provider asked for.
        provider: ProviderName,
        /// What is wrong with it, for people.
        problem: &'static str,
    },
}

/// A whole HTTP answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers, the content type among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What an error body says, in every shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault<'a> {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: &'a str,
}

impl From<UnreadableRequest> for Refusal {
    fn from(problem: UnreadableRequest) -> Self {
        match problem {
            UnreadableRequest::Destination(member) => {
                Self::DestinationForbidden { named: format!("{member} in the body") }
            }
            problem => Self::BadRequest(problem.to_string()),
        }
    }
}

impl From<DisagreeingModels> for Refusal {
    fn from(problem: DisagreeingModels) -> Self {
        Self::BadRequest(problem.to_string())
    }
}

impl Refusal {
    /// The answer, as long as none has begun.
    pub fn answer(&self, shape: Shape) -> Answer {
        let status = self.status(shape);
        let message = self.message();
        let fault = Fault { status, code: self.code(), message: &message };
        let body = match (self, shape) {
            (Self::NoKey { .. }, _) => no_key_body(&message),
            (_, Shape::Chat | Shape::Responses) => openai::error_body(&fault),
            (_, Shape::Anthropic) => anthropic::error_body(&fault),
            (_, Shape::Gemini) => gemini::error_body(&fault),
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let retry = if self.is_retryable() { "true" } else { "false" };
        headers.insert("x-should-retry", HeaderValue::from_static(retry));
        if *self == Self::UpgradeRequired {
            // RFC 9110 §15.5.22 wants to hear which protocol would do; ours is the one in use.
            headers.insert(header::UPGRADE, HeaderValue::from_static("HTTP/1.1"));
        }
        Answer { status, headers, body: body.into() }
    }

    /// What is said when the stream has begun already. The connection must be cut after it: a
    /// stream that merely ends makes some clients send their request again, one of them for ever.
    pub fn event(&self, shape: Shape) -> Bytes {
        let message = self.message();
        let fault = Fault { status: self.status(shape), code: self.code(), message: &message };
        let event = match shape {
            Shape::Chat => openai::chat_error_event(&fault),
            Shape::Responses => openai::responses_error_event(&fault),
            Shape::Anthropic => anthropic::error_event(&fault),
            Shape::Gemini => gemini::error_event(&fault),
        };
        event.into()
    }

    /// Whether the same call may succeed a little later.
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Unavailable
                | Self::UpstreamUnreachable { .. }
                | Self::UpstreamTimeout { .. }
                | Self::UpstreamUnusable { .. }
        )
    }

    /// Whether somebody was denied something. What they could not know of or do anything about is
    /// none: bad luck, and the WebSocket that Codex asks for each time.
    pub const fn is_denial(&self) -> bool {
        !self.is_retryable() && !matches!(self, Self::UpgradeRequired)
    }

    /// The model, provider or place that was asked for and is not to be had.
    pub fn asked(&self) -> Option<String> {
        let asked = match self {
            Self::ModelForbidden { model, .. } => model.as_deref()?,
            Self::ProviderForbidden { provider } | Self::NoKey { provider } => provider.as_str(),
            Self::DestinationForbidden { named } => named,
            _ => return None,
        };
        Some(asked.chars().take(100).collect())
    }

    /// A stable name, for records and for clients that read it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "invalid_token",
            Self::TokenEnded => "token_ended",
            Self::ProviderForbidden { .. } => "provider_not_allowed",
            Self::DestinationForbidden { .. } => "destination_not_allowed",
            Self::ModelForbidden { .. } => "model_not_allowed",
            Self::EndpointForbidden { .. } => "endpoint_not_allowed",
            Self::BadRequest(_) => "invalid_request",
            Self::NoKey { .. } => "config_error",
            // The one word at which Codex stops at once.
            Self::OverBudget(_) => "insufficient_quota",
            Self::TooLarge { .. } => "request_too_large",
            Self::UpgradeRequired => "upgrade_required",
            Self::Unavailable => "gateway_unavailable",
            Self::UpstreamUnreachable { .. } => "upstream_unreachable",
            Self::UpstreamTimeout { .. } => "upstream_timeout",
            Self::UpstreamUnusable { .. } => "upstream_unusable",
        }
    }

    /// What is wrong and what is allowed, for people.
    pub fn message(&self) -> String {
        match self {
            Self::Unauthorized => {
                "This needs the proxy token that Gantline gave the session.".to_owned()
            }
            Self::TokenEnded => {
                "The session of this proxy token has ended. Start a new session.".to_owned()
            }
            Self::ProviderForbidden { provider } => {
                let speaks = spoken(provider.dialect());
                format!("The provider '{provider}' does not answer this call. It answers {speaks}.")
            }
            Self::DestinationForbidden { named } => {
                let named: String = named.chars().take(100).collect();
                format!(
                    "Where calls go is said by administrators; leave out {named}. Allowed is the \
                     name of a provider that has a key here, at the beginning of the path, such as \
                     /openai/v1/chat/completions."
                )
            }
            Self::ModelForbidden { model: Some(model), allowed } => {
                let model: String = model.chars().take(100).collect();
                format!("This session may not use the model '{model}'. {}", list(allowed))
            }
            Self::ModelForbidden { model: None, allowed } => {
                format!("The request names no model. {}", list(allowed))
            }
            Self::EndpointForbidden { method, path } => {
                let path: String = path.chars().take(100).collect();
                format!(
                    "{method} {path} is not available here. Available are chat completions, \
                     Responses, embeddings, Anthropic Messages, Gemini generateContent, token \
                     counting and models."
                )
            }
            Self::BadRequest(problem) => format!("The request was not forwarded: {problem}."),
            Self::NoKey { provider } => {
                format!("No API key configured for provider '{provider}'")
            }
            Self::OverBudget(message) => message.clone(),
            Self::TooLarge { limit_bytes } => {
                format!("The request body is larger than {limit_bytes} bytes.")
            }
            Self::UpgradeRequired => {
                "WebSocket is not available here; use POST over HTTP/1.1.".to_owned()
            }
            Self::Unavailable => {
                "The gateway cannot take this call now. Try again in a moment.".to_owned()
            }
            Self::UpstreamUnreachable { provider } => {
                format!("The provider '{provider}' cannot be reached.")
            }
            Self::UpstreamTimeout { provider } => {
                format!("The provider '{provider}' did not answer in time.")
            }
            Self::UpstreamUnusable { provider, problem } => {
                format!("The answer of the provider '{provider}' cannot be used: {problem}.")
            }
        }
    }

    fn status(&self, shape: Shape) -> StatusCode {
        let responses = shape == Shape::Responses;
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::TokenEnded if responses => StatusCode::BAD_REQUEST,
            Self::OverBudget(_) if responses => StatusCode::TOO_MANY_REQUESTS,
            Self::TokenEnded | Self::OverBudget(_) => StatusCode::PAYMENT_REQUIRED,
            Self::ProviderForbidden { .. }
            | Self::DestinationForbidden { .. }
            | Self::ModelForbidden { .. }
            | Self::EndpointForbidden { .. } => {
                if responses {
                    StatusCode::BAD_REQUEST
                } else {
                    StatusCode::FORBIDDEN
                }
            }
            Self::BadRequest(_) | Self::NoKey { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UpgradeRequired => StatusCode::UPGRADE_REQUIRED,
            // 503 would fit better, and makes Codex ask thirty times.
            Self::Unavailable
            | Self::UpstreamUnreachable { .. }
            | Self::UpstreamUnusable { .. } => StatusCode::BAD_GATEWAY,
            Self::UpstreamTimeout { .. } => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// The one body that is promised to the letter, in every dialect.
fn no_key_body(message: &str) -> String {
    format!(r#"{{"error": {{"message": "{message}", "type": "config_error"}}}}"#)
}

/// What is answered in a dialect, for people.
const fn spoken(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::OpenAi => "chat completions, Responses, embeddings and models",
        Dialect::Anthropic => "Anthropic Messages, their token counting and models",
        Dialect::Gemini => "generateContent, streamGenerateContent, countTokens and models",
    }
}

fn list(allowed: &[impl AsRef<str>]) -> String {
    let names: Vec<_> = allowed.iter().map(AsRef::as_ref).take(20).collect();
    if names.is_empty() {
        "None is allowed.".to_owned()
    } else {
        format!("Allowed: {}.", names.join(", "))
    }
}

#[cfg(test)]
mod tests;
