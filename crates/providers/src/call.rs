//! Which endpoint a request is for. What is not in the list of one of the dialects is refused.

use std::borrow::Cow;

use http::uri::PathAndQuery;
use http::{HeaderMap, Method};
use model::provider::Dialect;

use crate::request::RequestFacts;
use crate::{anthropic, gemini, openai, path};

const MAX_QUERY_BYTES: usize = 4 * 1024;

/// An endpoint that may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// OpenAI `POST /chat/completions`.
    ChatCompletions,
    /// OpenAI `POST /responses`.
    Responses,
    /// OpenAI `GET /responses`, by which Codex asks for a WebSocket.
    ResponsesSocket,
    /// OpenAI `POST /embeddings`.
    Embeddings,
    /// Anthropic `POST /messages`.
    Messages,
    /// Anthropic `POST /messages/count_tokens`.
    CountMessageTokens,
    /// Anthropic clients' `HEAD /`: is anybody there?
    Probe,
    /// Gemini `POST /models/M:generateContent`.
    GenerateContent,
    /// Gemini `POST /models/M:streamGenerateContent`.
    StreamGenerateContent,
    /// Gemini `POST /models/M:countTokens`.
    CountContentTokens,
    /// `GET /models` of every dialect.
    Models,
    /// `GET /models/M` of every dialect.
    Model,
}

/// What a call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metering {
    /// One usage record for each attempt.
    Metered,
    /// Forwarded with the key, but it uses no tokens.
    Free,
    /// Answered here, never forwarded: [`Endpoint::Probe`] with 200 and no body,
    /// [`Endpoint::ResponsesSocket`] with `Refusal::UpgradeRequired`.
    Local,
}

/// How the answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In one piece.
    Whole,
    /// Event by event.
    Streamed,
}

/// A recognised call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The dialect it is in.
    pub dialect: Dialect,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The model, where the path names one.
    pub model: Option<String>,
    /// The version of the interface that the path names, such as `v1beta`; Gemini only.
    pub(crate) version: Option<String>,
    /// The query to forward, without anything that could be a credential.
    pub(crate) query: String,
}

/// A path that a dialect knows, before it becomes a [`Call`].
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) model: Option<String>,
    pub(crate) version: Option<String>,
}

impl Route {
    pub(crate) const fn to(endpoint: Endpoint) -> Self {
        Self { endpoint, model: None, version: None }
    }
}

/// Recognises a call by method and path; `None` for everything that is not allowed.
///
/// `path` is what follows the gateway's own prefix, in any of the forms that clients make of it:
/// with or without `/v1`, with a doubled slash. Nothing of it is forwarded: [`BaseUrl::uri`]
/// writes the upstream's path anew.
///
/// [`BaseUrl::uri`]: crate::BaseUrl::uri
pub fn recognise(
    method: &Method,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Option<Call> {
    let path = path::decoded(path)?;
    let segments = path::segments(&path)?;
    let (dialect, route) = route(method, &segments, headers)?;
    let query = query.unwrap_or("");
    let allowed = |name: &str| dialect != Dialect::Gemini || gemini::allows(name);
    let fine = is_query(query) && path::pairs(query).all(|(name, _)| allowed(&name));
    fine.then(|| Call {
        dialect,
        endpoint: route.endpoint,
        model: route.model,
        version: route.version,
        query: forwarded_query(query),
    })
}

impl Endpoint {
    /// What a call to it costs.
    pub const fn metering(self) -> Metering {
        match self {
            Self::ChatCompletions
            | Self::Responses
            | Self::Embeddings
            | Self::Messages
            | Self::GenerateContent
            | Self::StreamGenerateContent => Metering::Metered,
            Self::CountMessageTokens | Self::CountContentTokens | Self::Models | Self::Model => {
                Metering::Free
            }
            Self::Probe | Self::ResponsesSocket => Metering::Local,
        }
    }

    /// The method that the upstream expects.
    pub const fn method(self) -> Method {
        match self {
            Self::Models | Self::Model | Self::ResponsesSocket => Method::GET,
            Self::Probe => Method::HEAD,
            _ => Method::POST,
        }
    }
}

impl Call {
    /// How the answer is wanted, by path or by body.
    pub const fn delivery(&self, facts: &RequestFacts) -> Delivery {
        match self.endpoint {
            Endpoint::StreamGenerateContent => Delivery::Streamed,
            Endpoint::ChatCompletions | Endpoint::Responses | Endpoint::Messages => facts.delivery,
            _ => Delivery::Whole,
        }
    }

    /// The same call for a model that the upstream knows by another name, where that stands in the
    /// path: in Gemini's dialect, whose names of models are made for it. `None` leaves it as it is.
    pub fn with_model(&self, model: Option<&str>) -> Cow<'_, Self> {
        match (model, &self.model) {
            (Some(model), Some(_)) if self.dialect == Dialect::Gemini => {
                Cow::Owned(Self { model: Some(model.to_owned()), ..self.clone() })
            }
            _ => Cow::Borrowed(self),
        }
    }

    /// Whether Codex asks, which wants its own shape of a list of models: it says its version.
    pub(crate) fn is_for_codex(&self) -> bool {
        self.dialect == Dialect::OpenAi && path::value(&self.query, "client_version").is_some()
    }

    /// The call by which a key of a provider is tried out: its list of models, which costs nothing.
    pub fn models(dialect: Dialect) -> Self {
        Self {
            dialect,
            endpoint: Endpoint::Models,
            model: None,
            version: None,
            query: String::new(),
        }
    }

    /// The model that is asked for, by path or by body. `Err` if both name one and disagree.
    pub fn asked_model(&self, facts: &RequestFacts) -> Result<Option<String>, DisagreeingModels> {
        match (&self.model, &facts.model) {
            (Some(in_path), Some(in_body)) => {
                let bare = in_body.strip_prefix("models/").unwrap_or(in_body);
                if bare == in_path { Ok(Some(bare.to_owned())) } else { Err(DisagreeingModels) }
            }
            (Some(model), None) | (None, Some(model)) => Ok(Some(model.clone())),
            (None, None) => Ok(None),
        }
    }
}

/// Path and body name different models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the path and the body name different models")]
pub struct DisagreeingModels;

fn route(method: &Method, segments: &[&str], headers: &HeaderMap) -> Option<(Dialect, Route)> {
    if let Some(route) = gemini::route(method, segments) {
        return Some((Dialect::Gemini, route));
    }
    // `/models` is spelled alike; only Anthropic's clients say which version they speak.
    let openai = || openai::route(method, segments).map(|route| (Dialect::OpenAi, route));
    let anthropic = || anthropic::route(method, segments).map(|route| (Dialect::Anthropic, route));
    if headers.contains_key("anthropic-version") {
        anthropic().or_else(openai)
    } else {
        openai().or_else(anthropic)
    }
}

/// The path without the versions that base URLs carry: clients append `/v1/…` or `/…` to a base
/// URL that itself may end in `/v1`.
pub(crate) fn without_version<'a, 'b>(segments: &'a [&'b str]) -> &'a [&'b str] {
    let versions = segments.iter().take(2).take_while(|segment| **segment == "v1").count();
    &segments[versions..]
}

/// Whether a text can be part of a URI as it is.
fn is_query(query: &str) -> bool {
    let parses = || format!("/?{query}").parse::<PathAndQuery>().is_ok();
    query.is_empty() || (query.len() <= MAX_QUERY_BYTES && parses())
}

fn forwarded_query(query: &str) -> String {
    let credential = |name: &str| {
        let name = name.to_ascii_lowercase();
        let name = name.trim_start_matches('$').replace(['-', '_'], "");
        matches!(
            name.as_str(),
            "key" | "apikey" | "accesstoken" | "oauthtoken" | "token" | "authtoken"
        )
    };
    let kept = path::pairs(query).filter(|(name, _)| !credential(name));
    kept.map(|(_, pair)| pair).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests;
