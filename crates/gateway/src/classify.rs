//! Phase 2: which endpoint is called, and what does its body ask for.

use http::Method;
use http::request::Parts;
use model::provider::ProviderName;
use providers::{Call, Endpoint, Refusal, RequestFacts, Shape, destination, recognise};

/// Beginnings of paths that are versions of an interface and never the name of a provider.
const VERSIONS: [&str; 3] = ["v1", "v1beta", "v1alpha"];

/// What a request is for, by its path alone.
pub(crate) struct Target {
    /// The shape in which errors are told.
    pub(crate) shape: Shape,
    /// The provider, where the path names one.
    pub(crate) provider: Option<ProviderName>,
    call: Option<Call>,
}

/// What a call asks for.
pub(crate) struct Asked {
    pub(crate) call: Call,
    /// The provider, where the path names one.
    pub(crate) provider: Option<ProviderName>,
    /// The model, by path or by body.
    pub(crate) model: Option<String>,
    /// What is known of the body; `None` where there is none.
    pub(crate) facts: Option<RequestFacts>,
    /// The size of the body.
    pub(crate) body_bytes: u64,
}

impl Target {
    /// Reads a request's path: an endpoint as its client knows it, perhaps behind the name of a
    /// provider, as in `/deepseek/v1/chat/completions`.
    pub(crate) fn of(parts: &Parts) -> Self {
        let path = parts.uri.path();
        let recognise =
            |path: &str| recognise(&parts.method, path, parts.uri.query(), &parts.headers);
        let (provider, call) = match recognise(path) {
            Some(call) => (None, Some(call)),
            None => match behind_provider(path) {
                Some((provider, rest)) => (Some(provider), recognise(rest)),
                None => (None, None),
            },
        };
        let guess = || Shape::guess(path, &parts.headers);
        let shape = call.as_ref().map_or_else(guess, Shape::of);
        Self { shape, provider, call }
    }

    /// Whether a client asks if anybody is there. It gets its answer before it has shown a token:
    /// some send none with it, and the answer tells nothing.
    pub(crate) fn is_probe(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.endpoint == Endpoint::Probe)
    }

    /// The call, if it is for an endpoint that exists here and that its provider speaks, and leaves
    /// to us where it goes; and the provider, where the path names one.
    pub(crate) fn into_call(self, parts: &Parts) -> Result<(Call, Option<ProviderName>), Refusal> {
        if let Some(named) = destination::named_in_head(&parts.uri, &parts.headers) {
            return Err(Refusal::DestinationForbidden { named });
        }
        let Some(call) = self.call else {
            let path = parts.uri.path().to_owned();
            return Err(Refusal::EndpointForbidden { method: parts.method.clone(), path });
        };
        match self.provider {
            Some(provider) if provider.dialect() != call.dialect => {
                Err(Refusal::ProviderForbidden { provider })
            }
            provider => Ok((call, provider)),
        }
    }
}

/// Reads what must be known of the body, without parsing it.
pub(crate) fn classify(
    call: Call,
    provider: Option<ProviderName>,
    body: &[u8],
) -> Result<Asked, Refusal> {
    let facts = match call.endpoint.method() {
        Method::POST => Some(RequestFacts::read(body)?),
        _ => None,
    };
    let model = match &facts {
        Some(facts) => call.asked_model(facts)?,
        None => call.model.clone(),
    };
    Ok(Asked { call, provider, model, facts, body_bytes: body.len() as u64 })
}

/// The name before a path's first slash and what follows it, if that can be a provider's.
fn behind_provider(path: &str) -> Option<(ProviderName, &str)> {
    let path = path.trim_start_matches('/');
    let (name, _) = path.split_once('/')?;
    let provider = (!VERSIONS.contains(&name)).then(|| name.parse().ok())??;
    Some((provider, &path[name.len()..]))
}

#[cfg(test)]
mod tests {
    use model::provider::Dialect;

    use super::*;

    fn target(method: &str, path: &str) -> (Target, Parts) {
        let request = http::Request::builder().method(method).uri(path).body(()).unwrap();
        let (parts, ()) = request.into_parts();
        (Target::of(&parts), parts)
    }

    #[track_caller]
    fn check(path: &str, provider: Option<&str>, dialect: Dialect) {
        let (target, parts) = target("POST", path);
        let (call, named) = target.into_call(&parts).unwrap();
        assert_eq!(named.as_ref().map(ProviderName::as_str), provider, "{path}");
        assert_eq!(call.dialect, dialect, "{path}");
    }

    /// What clients append to their base URLs, which may name a provider.
    #[test]
    fn a_path_may_name_its_provider() {
        check("/v1/chat/completions", None, Dialect::OpenAi);
        check("/chat/completions", None, Dialect::OpenAi);
        check("/v1/messages?beta=true", None, Dialect::Anthropic);
        check("/v1beta/models/gemini-2.5-pro:generateContent", None, Dialect::Gemini);
        check("/deepseek/v1/chat/completions", Some("deepseek"), Dialect::OpenAi);
        check("/qwen//chat/completions", Some("qwen"), Dialect::OpenAi);
        check("//qwen/v1/responses", Some("qwen"), Dialect::OpenAi);
        check("/anthropic/v1/messages", Some("anthropic"), Dialect::Anthropic);
        check("/google/v1beta/models/m:countTokens", Some("google"), Dialect::Gemini);
    }

    /// S84: other endpoints do not exist, behind a provider's name or not.
    #[test]
    fn other_paths_are_refused() {
        for (method, path) in [
            ("POST", "/"),
            ("POST", "/v1/files"),
            ("POST", "/openai/v1/files"),
            ("DELETE", "/v1/models/gpt-5.5"),
            ("POST", "/v1/v1/v1/chat/completions"),
            ("POST", "/openai/openai/v1/chat/completions"),
            ("POST", "/OpenAI/v1/chat/completions"),
            ("POST", "/openai/../v1/files"),
        ] {
            let (target, parts) = target(method, path);
            let refused = target.into_call(&parts);
            assert!(matches!(refused, Err(Refusal::EndpointForbidden { .. })), "{method} {path}");
        }
    }

    /// S84: a provider is spoken to in its own dialect.
    #[test]
    fn a_provider_answers_its_own_dialect_alone() {
        for (path, named) in
            [("/openai/v1/messages", "openai"), ("/anthropic/v1/chat/completions", "anthropic")]
        {
            let (target, parts) = target("POST", path);
            let provider = named.parse().unwrap();
            let refused = target.into_call(&parts);
            assert_eq!(refused, Err(Refusal::ProviderForbidden { provider }), "{path}");
        }
    }

    #[test]
    fn errors_have_a_shape_before_anything_else_is_known() {
        for (path, shape) in [
            ("/v1/responses", Shape::Responses),
            ("/v1/messages", Shape::Anthropic),
            ("/deepseek/v1/chat/completions", Shape::Chat),
            ("/v1beta/models/m:generateContent", Shape::Gemini),
            ("/v1/messages/batches", Shape::Anthropic),
        ] {
            assert_eq!(target("POST", path).0.shape, shape, "{path}");
        }
    }
}
