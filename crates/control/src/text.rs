//! Names and titles that people give: trimmed, bounded, and without control characters.

use crate::Error;

/// A name of `what`, 1 to `limit` characters after trimming.
pub(crate) fn name(what: &'static str, text: &str, limit: usize) -> Result<String, Error> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > limit {
        let message = format!("{what} must have 1 to {limit} characters, not {length}");
        return Err(Error::invalid("invalid_name", message));
    }
    if text.chars().any(char::is_control) {
        let message = format!("{what} must not contain control characters");
        return Err(Error::invalid("invalid_name", message));
    }
    Ok(text.to_owned())
}

/// Text from a machine or a browser, made fit for one line: control characters become blanks, and
/// what is too long is cut.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("name", "  build ", 10).unwrap(), "build");
        assert_eq!(name("name", "机器一号", 4).unwrap(), "机器一号");
        for bad in ["", "   ", "a\nb", "\u{1b}[31m", "12345"] {
            assert!(name("name", bad, 4).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn foreign_text_becomes_one_short_line() {
        assert_eq!(one_line("a\r\nb\u{7}c", 4), "a  b");
    }
}
