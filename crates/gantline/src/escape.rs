//! The one place where text of servers, machines and agents is made fit to be printed (S28, S102,
//! S103): what a terminal would obey, and what would hide or reorder other text, is shown instead.

use std::borrow::Cow;
use std::fmt::Write;

/// On one line: line breaks are shown too.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |character| character != '\n' && character != '\t')
}

/// On several lines: line breaks and tabs stay.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") {
        return Cow::Owned(escaped(&text.replace("\r\n", "\n"), |_| true).into_owned());
    }
    escaped(text, |_| true)
}

/// JSON on one line. It says the same; what a terminal would obey is written as `\u` escapes.
pub(crate) fn json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(|character| character.is_control() || is_deceptive(character)) {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        match character {
            // JSON has these between its parts only; within text they are escaped already.
            '\n' | '\r' | '\t' => safe.push(' '),
            _ if character.is_control() || is_deceptive(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(safe, "\\u{unit:04x}");
                }
            }
            _ => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

fn escaped(text: &str, keeps: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_fine = |character: char| match character {
        '\n' | '\t' => keeps(character),
        _ => !character.is_control() && !is_deceptive(character),
    };
    if text.chars().all(is_fine) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let joins = character == ZERO_WIDTH_JOINER
            && safe.chars().next_back().is_some_and(is_pictograph)
            && characters.peek().copied().is_some_and(is_pictograph);
        if is_fine(character) || joins {
            safe.push(character);
        } else if is_deceptive(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.extend(character.escape_default());
        }
    }
    Cow::Owned(safe)
}

/// Makes one picture of several.
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Characters that are not shown or that change the order in which others are shown (Unicode
/// Standard Annex #9; Technical Report #36 §2.5).
const fn is_deceptive(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Roughly the characters of which pictures are joined: symbols, skin tones and the selector of
/// the coloured form.
const fn is_pictograph(character: char) -> bool {
    matches!(character, '\u{fe0f}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S103: what would move the cursor, change the title or write to the clipboard is shown.
    #[test]
    fn control_sequences_are_shown_not_obeyed() {
        for (hostile, shown) in [
            ("\x1b[2J", "\\u{1b}[2J"),
            ("\x1b]52;c;aGk=\x07", "\\u{1b}]52;c;aGk=\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\rb", "a\\rb"),
            ("a\u{8}b\u{7f}", "a\\u{8}b\\u{7f}"),
        ] {
            assert_eq!(text(hostile), shown);
            assert_eq!(line(hostile), shown);
        }
    }

    /// S102: text that hides or turns around other text is shown.
    #[test]
    fn deceptive_characters_are_shown() {
        assert_eq!(line("user\u{202e}nimda"), "user\\u{202e}nimda");
        assert_eq!(text("a\u{200b}b\u{2066}c\u{feff}"), "a\\u{200b}b\\u{2066}c\\u{feff}");
    }

    /// S28: a machine cannot add a line to a list.
    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(line("build-01\nbuild-02  online"), "build-01\\nbuild-02  online");
        assert_eq!(text("one\n\ttwo\r\nthree"), "one\n\ttwo\nthree");
    }

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        for ordinary in ["Grüße, 写 notes.txt", "👩‍💻 ❤️‍🔥 ok", "שלום", "naïve café"]
        {
            assert_eq!(text(ordinary), ordinary);
        }
        assert_eq!(line("a\u{200d}b"), "a\\u{200d}b");
    }

    #[test]
    fn json_says_the_same_on_one_line() {
        let hostile = "{\n \"a\": \"x\u{9b}\u{202e}\u{e0041}é\u{7f}\"\n}";
        let safe = json(hostile);
        assert!(!safe.contains(['\n', '\u{9b}', '\u{202e}', '\u{e0041}', '\u{7f}']), "{safe}");
        let (before, after): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(hostile).unwrap(), serde_json::from_str(&safe).unwrap());
        assert_eq!(before, after);
    }
}
