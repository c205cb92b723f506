//! Text inside XML.

use super::Unwritable;

/// Text as it stands in an element. What XML 1.0 has no way to write (§2.2) is refused.
pub(super) fn escaped(text: &str) -> Result<String, Unwritable> {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&apos;"),
            '\n' | '\t' => written.push(character),
            '\u{fffe}' | '\u{ffff}' => return Err(Unwritable(text.to_owned())),
            _ if character.is_control() => return Err(Unwritable(text.to_owned())),
            _ => written.push(character),
        }
    }
    Ok(written)
}
