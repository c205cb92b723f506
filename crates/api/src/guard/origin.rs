//! Does a page of ours ask? Browsers say in `Origin` and `Sec-Fetch-Site` which page sent a
//! request; programs that are not browsers say nothing, and carry no cookie that somebody else's
//! page could make use of.

use axum::extract::Request;
use axum::http::header::{COOKIE, HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::Response;

use crate::{ApiConfig, problem};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what somebody else's page has sent: every request that changes something, and every
/// upgrade to a WebSocket, which browsers let any page open (S17, S19).
pub fn refusal(config: &ApiConfig, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let upgrade = headers.contains_key(UPGRADE);
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if (upgrade || !safe) && !is_ours(config, headers) {
        let detail = "this request comes from a page of another site";
        return Some(problem::plain(StatusCode::FORBIDDEN, "foreign_origin", detail));
    }
    if upgrade && is_browser_without_origin(headers) {
        let detail = "a WebSocket that is opened with a cookie must say from which page";
        return Some(problem::plain(StatusCode::FORBIDDEN, "origin_missing", detail));
    }
    None
}

/// Only browsers keep cookies, and they say in every such request where it comes from.
fn is_browser_without_origin(headers: &HeaderMap) -> bool {
    headers.contains_key(COOKIE) && !headers.contains_key(ORIGIN)
}

/// Whether no page of another site has sent a request.
///
/// The order is that of Go's `http.CrossOriginProtection`: an origin that is ours settles it, one
/// that is not ours settles it too, and `Sec-Fetch-Site` decides where there is none.
pub fn is_ours(config: &ApiConfig, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    if let Some(origin) = origins.next() {
        let origin = origin.to_str().unwrap_or_default();
        return origins.next().is_none() && is_our_origin(config, headers, origin);
    }
    match headers.get(SEC_FETCH_SITE).map(http::HeaderValue::as_bytes) {
        None | Some(b"same-origin" | b"none") => true,
        Some(_) => false,
    }
}

/// Exactly the page's own address: scheme, host and port.
fn is_our_origin(config: &ApiConfig, headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if config.tls { "https" } else { "http" };
    let public = config
        .public_url
        .as_ref()
        .and_then(|url| Some(format!("{}://{}", url.scheme_str()?, url.authority()?.as_str())));
    (!host.is_empty() && origin.eq_ignore_ascii_case(&format!("{scheme}://{host}")))
        || public.is_some_and(|public| origin.eq_ignore_ascii_case(&public))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[track_caller]
    fn check(origin: &str, ours: bool) {
        let config = ApiConfig {
            public_url: Some("https://gantline.example.com".parse().unwrap()),
            ..ApiConfig::default()
        };
        let headers = headers(&[("host", "127.0.0.1:8080"), ("origin", origin)]);
        assert_eq!(is_ours(&config, &headers), ours, "{origin}");
    }

    /// S17: variants of the origin that look like it and are not.
    #[test]
    fn only_the_exact_origin_is_ours() {
        check("http://127.0.0.1:8080", true);
        check("https://gantline.example.com", true);
        for foreign in [
            "null",
            "",
            "http://127.0.0.1",
            "http://127.0.0.1:80800",
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8080.evil.example",
            "http://evil.example/127.0.0.1:8080",
            "https://evil-gantline.example.com",
            "https://gantline.example.com.evil.example",
            "https://gantline.example.com:8443",
            "http://gantline.example.com",
            "http://localhost:8080",
        ] {
            check(foreign, false);
        }
    }

    #[test]
    fn without_an_origin_the_browser_says_which_site_it_was() {
        for (site, ours) in
            [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)]
        {
            let headers = headers(&[("host", "127.0.0.1:8080"), ("sec-fetch-site", site)]);
            assert_eq!(is_ours(&ApiConfig::default(), &headers), ours, "{site}");
        }
        assert!(is_ours(&ApiConfig::default(), &headers(&[("host", "127.0.0.1:8080")])));
    }

    #[test]
    fn two_origins_are_none() {
        let mut two = headers(&[("host", "a:1"), ("origin", "http://a:1")]);
        two.append(ORIGIN, "http://a:1".parse().unwrap());
        assert!(!is_ours(&ApiConfig::default(), &two));
    }
}
