//! Where a call goes is said by administrators alone (S86). A call that names a place of its own is
//! refused instead of being cleaned: an upstream may be a gateway itself, and follow what we do not know
//! to take away.

use http::{HeaderMap, HeaderName, Uri, header};

use crate::path;

/// Headers with which other gateways are told where to go: Helicone's, Portkey's, and those of gateways
/// that were found to follow any.
static HEADERS: [HeaderName; 5] = [
    HeaderName::from_static("x-provider-endpoint"),
    HeaderName::from_static("helicone-target-url"),
    HeaderName::from_static("helicone-openai-api-base"),
    HeaderName::from_static("x-portkey-custom-host"),
    HeaderName::from_static("x-portkey-config"),
];

/// Members of a body, or names in a query, with which `LiteLLM` is told where to go (CVE-2024-6587).
const MEMBERS: [&str; 5] = ["api_base", "base_url", "litellm_params", "model_list", "user_config"];

/// What in the head of a request names a place of the caller's choice, for people.
pub fn named_in_head(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    if let Some(host) = other_host(uri, headers) {
        return Some(format!("the host {host}"));
    }
    if let Some(name) = HEADERS.iter().find(|name| headers.contains_key(*name)) {
        return Some(format!("the header {name}"));
    }
    let mut pairs = path::pairs(uri.query().unwrap_or(""));
    let name = pairs.find_map(|(name, _)| member(name.as_bytes()))?;
    Some(format!("{name} in the query"))
}

/// The member of that name that would choose where the call goes, if it is one.
pub(crate) fn member(name: &[u8]) -> Option<&'static str> {
    MEMBERS.into_iter().find(|member| name.eq_ignore_ascii_case(member.as_bytes()))
}

/// The host in the request line, if it is another one than the server was asked under: a whole URL is
/// what is sent to proxies (RFC 9112 §3.2.2), and we are none.
fn other_host<'a>(uri: &'a Uri, headers: &HeaderMap) -> Option<&'a str> {
    let authority = uri.authority()?.as_str();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let same = host.is_some_and(|host| host.eq_ignore_ascii_case(authority));
    (!same).then_some(authority)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn named(uri: &str, header: Option<(&'static str, &'static str)>) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("gantline.test"));
        if let Some((name, value)) = header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        named_in_head(&uri.parse().unwrap(), &headers)
    }

    /// S86: a whole URL, a header or a name in the query is no way to choose where a call goes.
    #[test]
    fn a_place_in_the_head_is_found() {
        for (uri, header, expect) in [
            ("http://evil.example/v1/messages", None, "the host evil.example"),
            ("http://gantline.test@evil.example/v1", None, "the host gantline.test@evil.example"),
            ("/v1", Some(("x-provider-endpoint", "http://e")), "the header x-provider-endpoint"),
            ("/v1", Some(("helicone-target-url", "http://e")), "the header helicone-target-url"),
            ("/v1?api_base=http://e", None, "api_base in the query"),
            ("/v1?x=1&b%61se_url=http://e", None, "base_url in the query"),
            ("/v1?API_BASE", None, "api_base in the query"),
        ] {
            assert_eq!(named(uri, header).as_deref(), Some(expect), "{uri}");
        }
    }

    #[test]
    fn what_every_client_sends_names_no_place() {
        for uri in [
            "/v1/messages?beta=true",
            "http://gantline.test/v1/messages",
            "http://GANTLINE.test/v1/messages",
            "/v1beta/models/m:generateContent?alt=sse&key=x",
        ] {
            assert_eq!(named(uri, Some(("x-forwarded-host", "in.front.example"))), None, "{uri}");
        }
    }
}
