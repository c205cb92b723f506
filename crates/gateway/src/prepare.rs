//! Phase 5: what goes to the upstream. Its address is the administrator's, its headers are written
//! anew, and of the body a few bytes change at the most.

use http::Request;
use http::request::Parts;
use model::ExposeSecret;
use providers::{Refusal, headers, patch};

use crate::choose_key::Key;
use crate::classify::Asked;
use crate::request_body::{Outgoing, RequestBody};

/// A request that is ready to be sent.
pub(crate) struct Prepared {
    pub(crate) request: Request<Outgoing>,
    pub(crate) usage_chunk: UsageChunk,
}

/// What the client expects of the chunk that tells usage, in a chat completion's stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsageChunk {
    /// If there is one, the client has asked for it.
    Wanted,
    /// We have asked for it; the client must not see it.
    Unwanted,
}

/// Puts a request together. Nothing that the client says has a part in where it goes (S86).
pub(crate) fn prepare(
    parts: &Parts,
    asked: &Asked,
    key: &Key,
    body: &RequestBody,
) -> Result<Prepared, Refusal> {
    let facts = asked.facts.as_ref();
    let usage = facts.and_then(|facts| patch::ask_for_usage(&asked.call, facts));
    let usage_chunk = if usage.is_some() { UsageChunk::Unwanted } else { UsageChunk::Wanted };
    let upstream_model = key.renamed.as_ref().map(|renamed| renamed.upstream.as_str());
    let renamed = facts.zip(upstream_model);
    let renamed = renamed.and_then(|(facts, model)| patch::rename_model(facts, model));
    let pieces = patch::apply(&body.bytes, usage.into_iter().chain(renamed).collect());
    let mut request = Request::new(body.outgoing(pieces));
    *request.method_mut() = asked.call.endpoint.method();
    *request.uri_mut() = key.base_url.uri(&asked.call.with_model(upstream_model));
    *request.headers_mut() = headers::forwarded(&parts.headers);
    let dialect = asked.call.dialect;
    headers::set_key(dialect, request.headers_mut(), key.secret.expose_secret()).map_err(|_| {
        tracing::error!(provider_key.id = %key.id, "a provider key has characters no header has");
        Refusal::Unavailable
    })?;
    Ok(Prepared { request, usage_chunk })
}
