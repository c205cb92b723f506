//! Queries: names and values, encoded.

use std::fmt::{Display, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path with a query behind it.
pub(crate) struct Path {
    text: String,
    has_query: bool,
}

impl Path {
    /// A path that needs no encoding.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), has_query: false }
    }

    /// Adds a value, if there is one.
    pub(crate) fn with(mut self, name: &str, value: Option<impl Display>) -> Self {
        let Some(value) = value else { return self };
        let separator = if self.has_query { '&' } else { '?' };
        let value = value.to_string();
        // Writing to a string does not fail.
        let _ = write!(self.text, "{separator}{name}={}", utf8_percent_encode(&value, RESERVED));
        self.has_query = true;
        self
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_and_absent_ones_left_out() {
        let path = Path::new("/api/sessions")
            .with("cursor", Some("1.a&b=/é"))
            .with("limit", None::<u32>)
            .with("after", Some(3));
        assert_eq!(path.into_text(), "/api/sessions?cursor=1.a%26b%3D%2F%C3%A9&after=3");
    }
}
