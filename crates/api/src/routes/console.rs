//! The console: what is not an endpoint.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use console_assets::{Asset, Cache};

/// A file of the console, or its first page for paths of its own. `None` where nothing of it was
/// asked for.
pub(super) fn serve(request: &Request) -> Option<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let asset = console_assets::find(request.uri().path(), header(request, ACCEPT_ENCODING))?;
    Some(respond(asset, header(request, IF_NONE_MATCH)))
}

/// The browser is told that it has the file already where that is so.
fn respond(asset: Asset, known: &str) -> Response {
    let is_known = known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag);
    let cache = match asset.cache {
        Cache::Immutable => "public, max-age=31536000, immutable",
        Cache::Revalidate => "no-cache",
    };
    let etag = HeaderValue::from_str(&asset.etag).ok();
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(asset.bytes).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = asset.content_encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.extend(etag.map(|etag| (ETAG, etag)));
    response
}

fn header(request: &Request, name: HeaderName) -> &str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http;

    use super::*;

    fn asked(method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Option<Response> {
        let mut request = http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        serve(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn only_reading_leads_to_the_console_and_never_to_an_endpoints_path() {
        assert!(asked(Method::GET, "/inbox", &[]).is_some());
        assert!(asked(Method::HEAD, "/", &[]).is_some());
        assert!(asked(Method::POST, "/inbox", &[]).is_none());
        assert!(asked(Method::GET, "/api/nothing", &[]).is_none());
        assert!(asked(Method::GET, "/assets/nothing.js", &[]).is_none());
    }

    #[test]
    fn a_page_that_the_browser_has_is_not_sent_again() {
        let first = asked(Method::GET, "/", &[]).unwrap();
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[CACHE_CONTROL], "no-cache");
        let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("\"other\", W/{tag}")] {
            let again = asked(Method::GET, "/", &[(IF_NONE_MATCH, &known)]).unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(again.headers()[ETAG], tag.as_str());
        }
        let other = asked(Method::GET, "/", &[(IF_NONE_MATCH, "\"other\"")]).unwrap();
        assert_eq!(other.status(), StatusCode::OK);
    }
}
