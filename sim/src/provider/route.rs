//! Which endpoint a request is for, told from the end of its path.

use http::Method;
use model::provider::Dialect;

use super::gemini::Framing;
use super::record::Exchange;

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// `HEAD /`.
    Probe,
    /// `GET /responses`, by which Codex asks for a WebSocket.
    Socket,
    Models {
        dialect: Dialect,
        name: Option<String>,
    },
    Count {
        dialect: Dialect,
    },
    Embeddings,
    Write(Writing),
}

/// An endpoint at which the model writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Writing {
    Chat,
    Responses,
    Messages,
    Generate { model: String },
    Stream { model: String, framing: Framing },
}

impl Route {
    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Self::Probe => Dialect::Anthropic,
            Self::Socket | Self::Embeddings => Dialect::OpenAi,
            Self::Models { dialect, .. } | Self::Count { dialect } => *dialect,
            Self::Write(writing) => writing.dialect(),
        }
    }

    pub(super) const fn wants_key(&self) -> bool {
        !matches!(self, Self::Probe | Self::Socket)
    }
}

impl Writing {
    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Self::Chat | Self::Responses => Dialect::OpenAi,
            Self::Messages => Dialect::Anthropic,
            Self::Generate { .. } | Self::Stream { .. } => Dialect::Gemini,
        }
    }

    pub(super) const fn stream_type(&self) -> &'static str {
        match self {
            Self::Stream { framing: Framing::Array, .. } => "application/json",
            _ => "text/event-stream",
        }
    }
}

pub(super) fn find(exchange: &Exchange) -> Option<Route> {
    let segments: Vec<&str> = exchange.path.split('/').filter(|part| !part.is_empty()).collect();
    let gemini = segments.iter().any(|segment| segment.starts_with("v1beta"));
    let dialect = || {
        if gemini {
            Dialect::Gemini
        } else if exchange.headers.contains_key("anthropic-version") {
            Dialect::Anthropic
        } else {
            Dialect::OpenAi
        }
    };
    let named = |name: &str| Route::Models { dialect: dialect(), name: Some(name.to_owned()) };
    match (&exchange.method, &segments[..]) {
        (&Method::HEAD, _) => Some(Route::Probe),
        (&Method::GET, [.., "responses"]) => Some(Route::Socket),
        (&Method::GET, [.., "models"]) => Some(Route::Models { dialect: dialect(), name: None }),
        (&Method::GET, [.., "models", name]) => Some(named(name)),
        (&Method::POST, [.., "chat", "completions"]) => Some(Route::Write(Writing::Chat)),
        (&Method::POST, [.., "responses"]) => Some(Route::Write(Writing::Responses)),
        (&Method::POST, [.., "messages"]) => Some(Route::Write(Writing::Messages)),
        (&Method::POST, [.., "messages", "count_tokens"]) => {
            Some(Route::Count { dialect: Dialect::Anthropic })
        }
        (&Method::POST, [.., "embeddings"]) => Some(Route::Embeddings),
        (&Method::POST, [.., "models", action]) => generate(action, exchange.query.as_deref()),
        _ => None,
    }
}

fn generate(action: &str, query: Option<&str>) -> Option<Route> {
    let (model, verb) = action.rsplit_once(':')?;
    let model = model.to_owned();
    let events = query.is_some_and(|query| query.split('&').any(|pair| pair == "alt=sse"));
    let framing = if events { Framing::Events } else { Framing::Array };
    match verb {
        "generateContent" => Some(Route::Write(Writing::Generate { model })),
        "streamGenerateContent" => Some(Route::Write(Writing::Stream { model, framing })),
        "countTokens" => Some(Route::Count { dialect: Dialect::Gemini }),
        _ => None,
    }
}
