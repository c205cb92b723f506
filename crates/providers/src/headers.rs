//! Headers, both ways. Neither way are they handed through: each direction writes its own.

use std::time::Duration;

use http::header::{self, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue};
use model::provider::Dialect;

use crate::{anthropic, gemini, openai};

/// Asks nginx not to collect a stream before passing it on.
static X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A value longer than this is dropped from an answer.
const MAX_VALUE_BYTES: usize = 4 * 1024;

/// The headers that go on to the upstream: every end-to-end header of the client's, so that
/// `anthropic-beta`, `user-agent` and those that nobody knows yet arrive, without credentials,
/// without what describes this connection, and without what would let the client choose another
/// method, account or answer. The key is set apart, by [`set_key`].
pub fn forwarded(client: &HeaderMap) -> HeaderMap {
    let named_by_connection = named_by_connection(client);
    // Room also for the key and the host, which follow.
    let mut forwarded = HeaderMap::with_capacity(client.len() + 3);
    for (name, value) in client {
        if !is_withheld(name) && !named_by_connection.contains(name) {
            forwarded.append(name.clone(), value.clone());
        }
    }
    // A compressed answer could not be read for usage.
    forwarded.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    forwarded
}

/// Sets the provider's key the way the dialect wants it. An error if the key has characters that
/// no header may have.
pub fn set_key(
    dialect: Dialect,
    headers: &mut HeaderMap,
    key: &str,
) -> Result<(), InvalidHeaderValue> {
    match dialect {
        Dialect::OpenAi => openai::set_key(headers, key),
        Dialect::Anthropic => anthropic::set_key(headers, key),
        Dialect::Gemini => gemini::set_key(headers, key),
    }
}

/// The headers of an upstream's answer that go back to the client: those in a list. What an
/// upstream says about cookies, redirects, connections or accounts stays here.
pub fn answered(upstream: &HeaderMap) -> HeaderMap {
    // Room also for what browsers are told about every answer.
    let mut answered = HeaderMap::with_capacity(upstream.len() + 12);
    for (name, value) in upstream {
        if is_answered(name.as_str()) && value.len() <= MAX_VALUE_BYTES {
            answered.append(name.clone(), value.clone());
        }
    }
    let content_type = upstream.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    answered.insert(header::CONTENT_TYPE, content_type_for_clients(content_type));
    answered.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answered.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store, no-transform"),
    );
    answered.insert(&X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    answered
}

/// How long an upstream asks to be left alone, in the forms that model providers use: seconds, or
/// milliseconds in a header of OpenAI's.
pub fn retry_after(upstream: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| upstream.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let millis = number("retry-after-ms").map(|millis| millis / 1_000.0);
    let seconds = millis.or_else(|| number("retry-after"))?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn is_withheld(name: &HeaderName) -> bool {
    const WITHHELD: [&str; 41] = [
        // Hop by hop: RFC 9110 §7.6.1, and the names that older software uses.
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        // Credentials, and the accounts they belong to.
        "authorization",
        "x-api-key",
        "x-goog-api-key",
        "api-key",
        "cookie",
        "cookie2",
        "openai-organization",
        "openai-project",
        "x-goog-user-project",
        "x-goog-authenticated-user-email",
        // Written anew for the connection to the upstream.
        "host",
        "content-length",
        "accept-encoding",
        "expect",
        // Where the call came from.
        "forwarded",
        "via",
        "x-real-ip",
        "true-client-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "cf-connecting-ip",
        "origin",
        "referer",
        // Would make another call of it: another method, or an answer without its usage.
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
        "x-goog-fieldmask",
        "x-original-url",
        "x-rewrite-url",
        "x-provider-endpoint",
        "range",
        "if-none-match",
    ];
    let name = name.as_str();
    WITHHELD.contains(&name) || name.starts_with("x-forwarded-") || name.starts_with("sec-")
}

/// The headers that the client declares to be about this connection only.
fn named_by_connection(client: &HeaderMap) -> Vec<HeaderName> {
    let values = client.get_all(header::CONNECTION).iter();
    let names = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    names.filter_map(|name| name.trim().parse().ok()).collect()
}

fn is_answered(name: &str) -> bool {
    const ANSWERED: [&str; 11] = [
        "content-encoding",
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
        "request-id",
        "x-request-id",
        "openai-processing-ms",
        "openai-version",
        "openai-model",
        "x-reasoning-included",
        "server-timing",
    ];
    ANSWERED.contains(&name)
        || name.starts_with("anthropic-ratelimit-")
        || name.starts_with("x-ratelimit-")
}

/// Only what an LLM endpoint answers keeps its type; a page that somebody put in its place is
/// shown as text and never as a page.
fn content_type_for_clients(upstream: Option<&str>) -> HeaderValue {
    let essence = upstream.and_then(|value| value.split(';').next()).unwrap_or("").trim();
    let known = ["application/json", "text/event-stream", "application/x-ndjson"];
    match known.iter().find(|known| essence.eq_ignore_ascii_case(known)) {
        Some(&"text/event-stream") => HeaderValue::from_static("text/event-stream; charset=utf-8"),
        Some(known) => HeaderValue::from_static(known),
        None => HeaderValue::from_static("text/plain; charset=utf-8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    /// P07: what Claude Code, Codex and opencode were seen to send, and what they may send tomorrow.
    #[test]
    fn what_clients_say_end_to_end_arrives() {
        let sent = [
            ("anthropic-beta", "claude-code-20250219,context-1m-2025-08-07"),
            ("anthropic-version", "2023-06-01"),
            ("user-agent", "claude-cli/2.1.197"),
            ("x-app", "cli"),
            ("x-claude-code-session-id", "1"),
            ("x-stainless-timeout", "600"),
            ("session-id", "2"),
            ("x-codex-turn-metadata", "{}"),
            ("originator", "codex_exec"),
            ("x-session-affinity", "3"),
            ("content-type", "application/json"),
            ("accept", "text/event-stream"),
            ("x-nobody-knows-yet", "4"),
        ];
        let forwarded = forwarded(&headers(&sent));
        for (name, value) in sent {
            assert_eq!(forwarded[name], value, "{name}");
        }
        assert_eq!(forwarded.len(), sent.len() + 1);
        assert_eq!(forwarded["accept-encoding"], "identity");
    }

    /// S85: no credential, no forwarding header, nothing hop by hop.
    #[test]
    fn what_is_not_the_upstreams_business_stays_here() {
        let forwarded = forwarded(&headers(&[
            ("authorization", "Bearer glp_x"),
            ("x-api-key", "glp_x"),
            ("api-key", "glp_x"),
            ("x-goog-api-key", "glp_x"),
            ("cookie", "a=b"),
            ("proxy-authorization", "x"),
            ("openai-organization", "org"),
            ("openai-project", "p"),
            ("host", "evil"),
            ("content-length", "5"),
            ("transfer-encoding", "chunked"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("upgrade", "h2c"),
            ("keep-alive", "1"),
            ("expect", "100-continue"),
            ("accept-encoding", "gzip"),
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-host", "e"),
            ("forwarded", "for=1"),
            ("via", "1.1 x"),
            ("x-real-ip", "1"),
            ("origin", "http://e"),
            ("referer", "http://e"),
            ("sec-fetch-site", "none"),
            ("sec-websocket-key", "x"),
            ("x-http-method-override", "DELETE"),
            ("x-goog-fieldmask", "candidates"),
            ("x-provider-endpoint", "http://e"),
            ("connection", "close, X-Secret-Hop"),
            ("connection", "x-other-hop"),
            ("x-secret-hop", "1"),
            ("x-other-hop", "1"),
        ]));
        assert_eq!(names(&forwarded), ["accept-encoding"]);
    }

    #[test]
    fn a_key_is_set_once_and_never_shown() {
        for (dialect, name, value) in [
            (Dialect::OpenAi, "authorization", "Bearer sk-canary"),
            (Dialect::Anthropic, "x-api-key", "sk-canary"),
            (Dialect::Gemini, "x-goog-api-key", "sk-canary"),
        ] {
            let mut headers = forwarded(&headers(&[("authorization", "Bearer glp_x")]));
            set_key(dialect, &mut headers, "sk-canary").unwrap();
            assert_eq!(names(&headers), {
                let mut n = vec!["accept-encoding", name];
                n.sort_unstable();
                n
            });
            assert_eq!(headers[name], value);
            assert!(!format!("{headers:?}").contains("canary"), "{headers:?}");
            assert!(set_key(dialect, &mut headers, "sk\r\nx: y").is_err());
        }
    }

    /// S90: only what is in the list comes back.
    #[test]
    fn an_upstream_cannot_set_what_it_likes() {
        let answered = answered(&headers(&[
            ("set-cookie", "a=b"),
            ("location", "http://e"),
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("transfer-encoding", "chunked"),
            ("content-length", "7"),
            ("trailer", "x"),
            ("access-control-allow-origin", "*"),
            ("server", "x"),
            ("www-authenticate", "Basic"),
            ("anthropic-organization-id", "org"),
            ("x-own", "1"),
            ("openai-organization", "org"),
            ("content-security-policy", "x"),
            ("alt-svc", "h3"),
            ("request-id", "req_1"),
            ("retry-after", "3"),
            ("x-should-retry", "true"),
            ("anthropic-ratelimit-tokens-remaining", "9"),
            ("x-ratelimit-limit-requests", "9"),
            ("content-type", "text/event-stream"),
        ]));
        assert_eq!(
            names(&answered),
            [
                "anthropic-ratelimit-tokens-remaining",
                "cache-control",
                "content-type",
                "request-id",
                "retry-after",
                "x-accel-buffering",
                "x-content-type-options",
                "x-ratelimit-limit-requests",
                "x-should-retry",
            ]
        );
    }

    #[test]
    fn a_long_value_is_dropped() {
        let mut upstream = HeaderMap::new();
        upstream.insert("request-id", HeaderValue::from_str(&"x".repeat(5000)).unwrap());
        assert!(!answered(&upstream).contains_key("request-id"));
    }

    #[test]
    fn how_long_to_wait_is_read_in_every_form() {
        for (name, value, wait) in [
            ("retry-after", "7", Some(7_000)),
            ("retry-after", " 1.5 ", Some(1_500)),
            ("retry-after-ms", "250", Some(250)),
            ("retry-after", "-1", None),
            ("retry-after", "NaN", None),
            ("retry-after", "1e300", None),
            ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", None),
            ("x-other", "7", None),
        ] {
            let wait = wait.map(Duration::from_millis);
            assert_eq!(retry_after(&headers(&[(name, value)])), wait, "{name}: {value}");
        }
        let both = headers(&[("retry-after", "7"), ("retry-after-ms", "6500")]);
        assert_eq!(retry_after(&both), Some(Duration::from_millis(6_500)));
    }

    /// S90: an upstream's page never becomes a page of ours.
    #[test]
    fn only_the_types_of_an_llm_endpoint_are_kept() {
        for (given, kept) in [
            (Some("application/json; charset=UTF-8"), "application/json"),
            (Some("Text/Event-Stream"), "text/event-stream; charset=utf-8"),
            (Some("text/html"), "text/plain; charset=utf-8"),
            (Some("application/javascript"), "text/plain; charset=utf-8"),
            (None, "text/plain; charset=utf-8"),
        ] {
            assert_eq!(content_type_for_clients(given), kept, "{given:?}");
        }
    }
}
