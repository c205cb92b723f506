//! The LLM gateway's door. Agents come here with a token of their session and ask what they would
//! ask a model's provider; what follows the gateway's own path, whatever it is, goes to the
//! gateway, which answers in the words of that provider.
//!
//! Nothing of what other endpoints do with requests is done here: no account, no cookie, no body
//! of ours. It stands before the router and not in it, because agents make calls one after the other
//! and each would pay for the router's layers.

use std::error::Error as StdError;
use std::sync::Arc;

use axum::http::{Request, Response, StatusCode};
use bytes::Bytes;
use control::proxy_tokens::GATEWAY_PATH;
use gateway::Gateway;
use http_body_util::Either;

use super::Answer;
use crate::guard::{headers, host, origin};
use crate::{ApiConfig, App, problem};

/// Whether a request is for the gateway: every path below its own, and every method.
pub(super) fn takes<B>(request: &Request<B>) -> bool {
    below_gateway(request.uri().path()).is_some()
}

/// What a call needs.
#[derive(Clone)]
pub(super) struct Door {
    gateway: Gateway,
    config: Arc<ApiConfig>,
}

impl Door {
    pub(super) fn new(app: &App) -> Self {
        Self { gateway: app.gateway.clone(), config: app.config.clone() }
    }

    /// Answers one call of a model.
    pub(super) async fn answer<B>(&self, request: Request<B>) -> Response<Answer>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut response = match self.refusal(&request) {
            Some(refusal) => refusal.map(Either::Left),
            None => self.call(request).await.map(Either::Right),
        };
        headers::add(response.headers_mut());
        response
    }

    fn refusal<B>(&self, request: &Request<B>) -> Option<axum::response::Response> {
        let refusal = host::refusal(&self.config, request.headers());
        // Elsewhere a foreign page may read what needs no permission. Here there is no such thing
        // (S100).
        let foreign = || {
            let detail = "models are called by agents, not by the pages of other sites";
            problem::plain(StatusCode::FORBIDDEN, "foreign_origin", detail)
        };
        let is_ours = origin::is_ours(&self.config, request.headers());
        refusal.or_else(|| (!is_ours).then(foreign))
    }

    async fn call<B>(&self, mut request: Request<B>) -> Response<gateway::Body>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        if let Some(uri) = appended(request.uri()) {
            *request.uri_mut() = uri;
        }
        self.gateway.answer(request).await
    }
}

/// What follows the gateway's own path.
fn below_gateway(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(GATEWAY_PATH)?;
    matches!(rest.as_bytes().first(), None | Some(b'/' | b'?')).then_some(rest)
}

/// What the client appended to the gateway's address: a path and a query. A host in the request line
/// stays, for the gateway to judge.
fn appended(uri: &http::Uri) -> Option<http::Uri> {
    let rest = below_gateway(uri.path_and_query()?.as_str())?;
    let rest = if rest.starts_with('/') { rest.parse() } else { format!("/{rest}").parse() };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest.ok()?);
    http::Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests;
