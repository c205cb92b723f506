use axum::http::{HeaderMap, Method};
use http_body_util::{BodyExt, Empty};
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::routes::Doors;
use crate::server::limits::TimeLimits;
use crate::tests;

/// The doors of a server that nobody has set up yet.
async fn doors() -> (Doors, TempDir) {
    let (app, directory) = tests::app().await;
    (Doors::new(app), directory)
}

/// What the doors answer to somebody on this computer.
async fn answer(doors: &Doors, request: http::request::Builder) -> Response<Answer> {
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    doors.answer(request, ([127, 0, 0, 1], 1).into(), TimeLimits::default()).await
}

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

async fn ask(method: Method, path: &str, headers: &[(&str, &str)]) -> Answered {
    let (doors, _directory) = doors().await;
    let mut request = http::Request::builder().method(method).uri(path).header("host", "127.0.0.1");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = answer(&doors, request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Answered { status: parts.status, headers: parts.headers, body }
}

#[test]
fn what_follows_the_gateways_path_is_what_was_appended() {
    for (uri, below) in [
        ("/api/remote/llm-proxy", "/"),
        ("/api/remote/llm-proxy/", "/"),
        ("/api/remote/llm-proxy?key=x", "/?key=x"),
        ("/api/remote/llm-proxy/v1/messages?beta=true", "/v1/messages?beta=true"),
        ("/api/remote/llm-proxy//v1/messages", "//v1/messages"),
        ("/api/remote/llm-proxy/%2e%2e/v1/files", "/%2e%2e/v1/files"),
        // S86: the gateway must see that somebody else is meant, to refuse it.
        ("http://evil.example/api/remote/llm-proxy/v1/messages", "http://evil.example/v1/messages"),
    ] {
        assert_eq!(appended(&uri.parse().unwrap()).unwrap().to_string(), below, "{uri}");
    }
}

/// Whatever is appended, and however it is asked for, the gateway answers, in the words of the
/// provider that the caller wanted.
#[tokio::test]
async fn every_path_below_the_gateways_own_is_the_gateways() {
    for (path, code) in [
        ("/v1/chat/completions", "/error/code"),
        ("//v1/responses", "/error/code"),
        ("/deepseek/v1/chat/completions", "/error/code"),
        ("/v1/messages?beta=true", "/error/type"),
        ("/v1beta/models/m:generateContent", "/error/status"),
        ("/v1/nothing/of/the/kind", "/error/code"),
        ("/", "/error/code"),
        ("", "/error/code"),
    ] {
        let answered = ask(Method::POST, &format!("{GATEWAY_PATH}{path}"), &[]).await;
        assert_eq!(answered.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answered.headers["content-type"], "application/json", "{path}");
        assert!(answered.body.pointer(code).is_some(), "{path}: {}", answered.body);
    }
    for path in ["", "/"] {
        let probe = ask(Method::HEAD, &format!("{GATEWAY_PATH}{path}"), &[]).await;
        assert_eq!(probe.status, StatusCode::OK);
    }
    let beside = ask(Method::POST, &format!("{GATEWAY_PATH}x/v1/messages"), &[]).await;
    assert_eq!(beside.body["code"], "no_such_endpoint");
}

/// S100: a page of another site gets nothing, not even what it might read elsewhere, and no page
/// is told that it may ask.
#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let path = format!("{GATEWAY_PATH}/v1/models");
    for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS] {
        for header in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let answered = ask(method.clone(), &path, &[header]).await;
            assert_eq!(answered.status, StatusCode::FORBIDDEN, "{method} {header:?}");
        }
    }
    let preflight = [("access-control-request-method", "POST")];
    for answered in [
        ask(Method::OPTIONS, &path, &preflight).await,
        ask(Method::GET, &path, &[("origin", "http://127.0.0.1")]).await,
    ] {
        assert_eq!(answered.status, StatusCode::UNAUTHORIZED);
        let allows = |name: &http::HeaderName| name.as_str().starts_with("access-control");
        assert!(!answered.headers.keys().any(allows), "{:?}", answered.headers);
    }
}

/// S22: somebody else's name in `Host` leads nowhere here either.
#[tokio::test]
async fn somebody_elses_name_is_refused() {
    let (doors, _directory) = doors().await;
    let request = http::Request::post(format!("{GATEWAY_PATH}/v1/messages"));
    let response = answer(&doors, request.header("host", "evil.example")).await;
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
}
