//! Names and titles that people give: trimmed, bounded, and without control characters.

use unicode_normalization::UnicodeNormalization;

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

/// The name with which somebody signs in: composed (Unicode's NFC), and without what cannot be seen,
/// so that two names that look alike are not two people.
pub(crate) fn username(text: &str) -> Result<String, Error> {
    let composed: String = text.nfc().collect();
    let name = name("the username", &composed, 64)?;
    if name.chars().any(is_invisible) {
        let message = "the username must not contain characters that cannot be seen";
        return Err(Error::invalid("invalid_name", message).with_hint("type it anew"));
    }
    Ok(name)
}

/// Unicode's `Default_Ignorable_Code_Point` (`DerivedCoreProperties`).
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
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
