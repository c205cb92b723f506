//! Which token of ours a call carries, wherever its client can put one.

use http::{HeaderMap, header};
use model::SecretString;

use crate::path;

/// The headers in which clients send a key as it is.
const PLAIN: [&str; 3] = ["x-api-key", "x-goog-api-key", "api-key"];

/// Finds the token in `Authorization: Bearer`, `x-api-key`, `x-goog-api-key`, `api-key` or
/// `?key=`.
///
/// `is_ours` says whether a text looks like a token of ours, by its form alone. One that does is
/// taken wherever it is found: Claude's adapter sends a placeholder as `Authorization` beside the
/// real token in `x-api-key`. `None` if there is no such text anywhere.
pub fn find(
    headers: &HeaderMap,
    query: Option<&str>,
    is_ours: impl Fn(&str) -> bool,
) -> Option<SecretString> {
    let bearer = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, token) = value.to_str().ok()?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let plain = PLAIN.iter().flat_map(|name| headers.get_all(*name));
    let plain = plain.filter_map(|value| value.to_str().ok()).map(str::trim);
    if let Some(token) = bearer.chain(plain).find(|token| is_ours(token)) {
        return Some(SecretString::from(token));
    }
    let in_query = path::value(query.unwrap_or(""), "key").filter(|token| is_ours(token));
    in_query.map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use model::ExposeSecret;

    use super::*;

    fn found(pairs: &[(&'static str, &str)], query: Option<&str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let token = find(&headers, query, |text| text.starts_with("glp_"));
        token.map(|token| token.expose_secret().to_owned())
    }

    /// S14: a token works the same in every place.
    #[test]
    fn a_token_is_found_in_every_place() {
        let places = [
            (&[("authorization", "Bearer glp_1")][..], None),
            (&[("authorization", "bearer  glp_1 ")], None),
            (&[("x-api-key", "glp_1")], None),
            (&[("x-goog-api-key", "glp_1")], None),
            (&[("api-key", "glp_1")], None),
            (&[], Some("alt=sse&key=glp_1")),
            (&[], Some("k%65y=glp%5F1")),
            (&[("authorization", "Basic x"), ("authorization", "Bearer glp_1")], None),
        ];
        for (headers, query) in places {
            assert_eq!(found(headers, query).as_deref(), Some("glp_1"), "{headers:?} {query:?}");
        }
    }

    #[test]
    fn a_placeholder_elsewhere_does_not_hide_it() {
        let both = [("authorization", "Bearer acp-proxy"), ("x-api-key", "glp_1")];
        assert_eq!(found(&both, Some("key=other")).as_deref(), Some("glp_1"));
        let both = [("authorization", "Bearer sk-real"), ("x-goog-api-key", "unused")];
        assert_eq!(found(&both, Some("key=glp_1")).as_deref(), Some("glp_1"));
    }

    #[test]
    fn what_is_not_ours_is_not_found() {
        for headers in [
            &[("authorization", "Bearer sk-foreign")][..],
            &[("authorization", "glp_1")],
            &[("authorization", "Basic glp_1")],
            &[("cookie", "token=glp_1")],
            &[],
        ] {
            assert_eq!(found(headers, Some("token=glp_1&apikey=glp_1")), None, "{headers:?}");
        }
    }
}
