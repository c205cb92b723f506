//! The scripts that install and remove a machine: the same bytes for everybody (S126), compiled in.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// Installs a machine on Linux and macOS; with `--uninstall` removes it.
#[utoipa::path(get, path = "/api/remote/agent/install.sh", tag = "agent",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn install_sh(headers: HeaderMap) -> Response {
    answer(&headers, include_str!("../../../../../packaging/install.sh"))
}

/// Removes a machine on Linux and macOS.
#[utoipa::path(get, path = "/api/remote/agent/uninstall.sh", tag = "agent",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn uninstall_sh(headers: HeaderMap) -> Response {
    answer(&headers, include_str!("../../../../../packaging/uninstall.sh"))
}

/// Installs a machine on Windows; with `-Uninstall` removes it.
#[utoipa::path(get, path = "/api/remote/agent/install.ps1", tag = "agent",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn install_ps1(headers: HeaderMap) -> Response {
    answer(&headers, include_str!("../../../../../packaging/install.ps1"))
}

/// Removes a machine on Windows.
#[utoipa::path(get, path = "/api/remote/agent/uninstall.ps1", tag = "agent",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn uninstall_ps1(headers: HeaderMap) -> Response {
    answer(&headers, include_str!("../../../../../packaging/uninstall.ps1"))
}

/// As plain text, so that people can read in a browser what they are about to run.
fn answer(asked: &HeaderMap, script: &'static str) -> Response {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
    let tag = format!("\"{}\"", hex::encode(digest));
    let known = asked.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
    let mut response = if known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(script).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (ETAG, tag)));
    response
}
