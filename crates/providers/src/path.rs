//! Paths and queries as clients send them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A path without its escapes; `None` where they hide what is not text.
pub(crate) fn decoded(path: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(path).decode_utf8().ok()
}

/// Splits a decoded path into its segments. Doubled and trailing slashes, which come from base URLs
/// that end in one, are forgiven; `None` for what no client has a reason to send.
pub(crate) fn segments(decoded: &str) -> Option<Vec<&str>> {
    let segments: Vec<_> = decoded.split('/').filter(|segment| !segment.is_empty()).collect();
    let plain = |segment: &&str| {
        segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:@".contains(&b))
            && !segment.starts_with('.')
    };
    (decoded.len() <= 512 && segments.iter().all(plain)).then_some(segments)
}

/// The pairs of a query: the decoded name, and the pair as it was sent.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (String, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        (decode(name), pair)
    })
}

/// The decoded value of the first pair with that name.
pub(crate) fn value(query: &str, wanted: &str) -> Option<String> {
    let (_, pair) = pairs(query).find(|(name, _)| name == wanted)?;
    Some(decode(pair.split_once('=')?.1))
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_too_many_are_forgiven() {
        for path in ["/v1/messages", "//v1//messages/", "v1/messages", "/v1/mess%61ges"] {
            assert_eq!(segments(&decoded(path).unwrap()).unwrap(), ["v1", "messages"], "{path}");
        }
        assert_eq!(segments("/").unwrap(), Vec::<&str>::new());
    }

    #[test]
    fn tricks_are_not() {
        for path in [
            "/v1/../files",
            "/v1/%2e%2e/files",
            "/v1/./messages",
            "/v1/messages;x=1",
            "/v1/a b",
            "/v1/%00",
            "/v1/\\files",
            "/v1/%5cfiles",
            "/v1/%ff",
            "/v1/messages?x",
            "/v1/é",
            "/v1/%252e%252e/files",
            "/.env",
        ] {
            let decoded = decoded(path);
            assert_eq!(decoded.as_deref().and_then(segments), None, "{path}");
        }
        assert_eq!(segments(&format!("/{}", "a".repeat(600))), None);
    }

    #[test]
    fn queries_are_read_by_decoded_name() {
        assert_eq!(value("alt=sse&k%65y=a%2Bb", "key").unwrap(), "a+b");
        assert_eq!(value("alt=sse", "key"), None);
        let raw: Vec<_> = pairs("beta=true&&x=%41").map(|(_, pair)| pair).collect();
        assert_eq!(raw, ["beta=true", "x=%41"]);
    }
}
