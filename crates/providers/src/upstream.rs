//! Where a call goes: a provider's base URL and the call's path below it.

use std::fmt;

use http::Uri;
use http::uri::{Authority, Scheme};
use model::provider::Dialect;

use crate::call::Call;
use crate::{anthropic, gemini, openai};

const MAX_BYTES: usize = 1024;

/// A text cannot be a provider's base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// It is not a URL with scheme and host.
    #[error("a base URL looks like https://api.example.com/v1")]
    NotAUrl,
    /// It is too long.
    #[error("a base URL has at most {MAX_BYTES} bytes")]
    TooLong,
    /// Its scheme is another.
    #[error("a base URL begins with https:// or http://")]
    Scheme,
    /// It carries a user name or password.
    #[error("a base URL carries no user name or password; the key is stored apart from it")]
    UserInfo,
    /// It carries a query or fragment, or a path with dots or escapes.
    #[error("a base URL ends with its path: no ?, no #, no %, no ..")]
    Extra,
}

/// A provider's base URL: http or https, a host, perhaps a path; no user, no query.
///
/// Says nothing about where the host is. Whoever connects checks that at every connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    scheme: Scheme,
    authority: Authority,
    /// Begins with `/` unless it is empty, and never ends with one.
    path: String,
}

impl BaseUrl {
    /// Reads a base URL.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let text = text.trim();
        if text.len() > MAX_BYTES {
            return Err(InvalidBaseUrl::TooLong);
        }
        if text.contains(['?', '#', '%']) {
            return Err(InvalidBaseUrl::Extra);
        }
        let uri: Uri = text.parse().map_err(|_| InvalidBaseUrl::NotAUrl)?;
        let path = uri.path().trim_end_matches('/').to_owned();
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(InvalidBaseUrl::NotAUrl);
        };
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(InvalidBaseUrl::Scheme);
        }
        if authority.as_str().contains('@') {
            return Err(InvalidBaseUrl::UserInfo);
        }
        if path.split('/').any(|segment| segment.starts_with('.')) {
            return Err(InvalidBaseUrl::Extra);
        }
        Ok(Self { scheme, authority, path })
    }

    /// The scheme.
    pub const fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Host and port, for the connection and the `Host` header.
    pub const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The address of a call. The version is written once, whether or not the base URL has it.
    pub fn uri(&self, call: &Call) -> Uri {
        let path = match call.dialect {
            Dialect::OpenAi => {
                // This dialect's base URLs carry their version, or a path of the vendor's own
                // choice; only a bare host leaves it to us.
                let base = if self.path.is_empty() { "/v1" } else { &self.path };
                format!("{base}{}", openai::upstream_path(call.endpoint, call.model.as_deref()))
            }
            Dialect::Anthropic => {
                let path = anthropic::upstream_path(call.endpoint, call.model.as_deref());
                format!("{}{path}", self.versioned("v1"))
            }
            Dialect::Gemini => {
                let version = call.version.as_deref().unwrap_or(gemini::DEFAULT_VERSION);
                let path = gemini::upstream_path(call.endpoint, call.model.as_deref());
                format!("{}{path}", self.versioned(version))
            }
        };
        let question = if call.query.is_empty() { "" } else { "?" };
        let path_and_query = format!("{path}{question}{}", call.query);
        // The base URL was a URI, the path is made of plain characters, and the query came in
        // one.
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path_and_query)
            .build()
            .expect("parts of URIs make a URI")
    }

    fn versioned(&self, version: &str) -> String {
        let last = self.path.rsplit('/').next().unwrap_or("");
        let is_version = last
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
        if is_version { self.path.clone() } else { format!("{}/{version}", self.path) }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::*;
    use crate::recognise;

    fn uri(base: &str, method: &Method, path: &str, query: Option<&str>) -> String {
        let call = recognise(method, path, query, &HeaderMap::new()).unwrap();
        BaseUrl::parse(base).unwrap().uri(&call).to_string()
    }

    #[test]
    fn the_version_is_written_once() {
        let cases = [
            (
                "https://api.openai.com/v1",
                "/v1/chat/completions",
                "https://api.openai.com/v1/chat/completions",
            ),
            ("https://api.openai.com/v1/", "/responses", "https://api.openai.com/v1/responses"),
            ("https://api.openai.com", "/v1/v1/responses", "https://api.openai.com/v1/responses"),
            (
                "https://open.example/api/paas/v4",
                "/v1/chat/completions",
                "https://open.example/api/paas/v4/chat/completions",
            ),
            ("http://127.0.0.1:11434/v1", "/v1/embeddings", "http://127.0.0.1:11434/v1/embeddings"),
            ("https://api.anthropic.com", "/v1/messages", "https://api.anthropic.com/v1/messages"),
            ("https://api.anthropic.com/v1", "/messages", "https://api.anthropic.com/v1/messages"),
            (
                "https://api.deepseek.com/anthropic",
                "/v1/messages/count_tokens",
                "https://api.deepseek.com/anthropic/v1/messages/count_tokens",
            ),
            (
                "https://g.example",
                "/v1beta/models/gemini-2.5-pro:countTokens",
                "https://g.example/v1beta/models/gemini-2.5-pro:countTokens",
            ),
            (
                "https://g.example/v1beta",
                "/v1/models/m:generateContent",
                "https://g.example/v1beta/models/m:generateContent",
            ),
            (
                "https://g.example",
                "/models/m:generateContent",
                "https://g.example/v1beta/models/m:generateContent",
            ),
        ];
        for (base, path, wanted) in cases {
            assert_eq!(uri(base, &Method::POST, path, None), wanted);
        }
        assert_eq!(
            uri("https://api.openai.com/v1", &Method::GET, "/v1/models", Some("client_version=1")),
            "https://api.openai.com/v1/models?client_version=1"
        );
    }

    /// S85: a credential in the query goes nowhere, and the rest stays as it was.
    #[test]
    fn credentials_in_the_query_are_dropped() {
        let path = "/v1beta/models/m:streamGenerateContent";
        for query in
            ["key=glp_x&alt=sse", "alt=sse&k%65y=glp_x", "alt=sse&access_token=x&api-key=y"]
        {
            let wanted = format!("https://g.example{path}?alt=sse");
            assert_eq!(uri("https://g.example", &Method::POST, path, Some(query)), wanted);
        }
        assert_eq!(
            uri("https://a.example", &Method::POST, "/v1/messages", Some("beta=true&x=%41+b")),
            "https://a.example/v1/messages?beta=true&x=%41+b"
        );
    }

    /// S86, S87: nothing but scheme, host and path.
    #[test]
    fn other_urls_are_refused_with_a_reason() {
        for (text, error) in [
            ("", InvalidBaseUrl::NotAUrl),
            ("api.openai.com/v1", InvalidBaseUrl::NotAUrl),
            ("/v1", InvalidBaseUrl::NotAUrl),
            ("ftp://x/v1", InvalidBaseUrl::Scheme),
            ("https://user:pass@x/v1", InvalidBaseUrl::UserInfo),
            ("https://x@y/v1", InvalidBaseUrl::UserInfo),
            ("https://x/v1?api-version=1", InvalidBaseUrl::Extra),
            ("https://x/v1#a", InvalidBaseUrl::Extra),
            ("https://x/a/../b", InvalidBaseUrl::Extra),
            ("https://x/%2e%2e/b", InvalidBaseUrl::Extra),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(error), "{text}");
        }
        let url = BaseUrl::parse(" https://x:8443/v1/ ").unwrap();
        assert_eq!(
            (url.to_string().as_str(), url.authority().as_str()),
            ("https://x:8443/v1", "x:8443")
        );
    }
}
