use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, Method};
use control::{ControlPlane, PlaneConfig};
use gateway::{Gateway, Limits, Settings};
use host::{SystemClock, SystemRng};
use http_body_util::BodyExt;
use serde_json::Value;
use store::Store;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::*;
use crate::{ApiConfig, routes};

/// The doors of a server that nobody has set up yet.
async fn doors() -> (axum::Router, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let keys_directory = directory.path().join("keys");
    host::private::directory(&keys_directory).unwrap();
    let store = Store::open(&directory.path().join("gantline.db")).await.unwrap();
    let (clock, rng) = (Arc::new(SystemClock::start()), Arc::new(SystemRng::default()));
    let config = PlaneConfig {
        keys_directory,
        key_ring_file: None,
        shared_token: None,
        trusted_upstreams: Vec::new(),
        stale_after: Duration::from_secs(90),
        job_limits: control::jobs::JobLimits::default(),
        job_retention: Some(Duration::from_hours(24)),
    };
    let plane = ControlPlane::start(store, clock.clone(), rng.clone(), config).await.unwrap();
    let gateway = Gateway::new(Settings {
        store: plane.store.clone(),
        key_ring: plane.key_ring.clone(),
        clock,
        rng,
        trusted_upstreams: Vec::new(),
        limits: Limits::default(),
    });
    let app = App {
        plane: Arc::new(plane),
        gateway,
        config: Arc::new(ApiConfig::default()),
        tasks: TaskTracker::new(),
        stopping: CancellationToken::new(),
    };
    (routes::router(app), directory)
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
    let response = doors.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
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
        // S86: a host in the request line is not where the call goes.
        ("http://evil.example/api/remote/llm-proxy/v1/messages", "/v1/messages"),
    ] {
        let below_gateway = below_gateway(&uri.parse().unwrap()).unwrap();
        let authority = below_gateway.authority();
        assert_eq!((below_gateway.to_string().as_str(), authority), (below, None), "{uri}");
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
    let request = request.header("host", "evil.example").body(Body::empty()).unwrap();
    let response = doors.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
}
