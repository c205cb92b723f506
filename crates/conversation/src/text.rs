//! Text of agents, made fit to be shown on one line.

/// The longest line for people, in bytes.
pub const MAX_LINE_BYTES: usize = 300;

/// The longest explanation for people, in bytes.
pub const MAX_DETAIL_BYTES: usize = 4 * 1024;

/// One line for people: control characters and characters that reorder or hide text are made
/// visible (S30), and what is too long ends in an ellipsis.
pub fn line(text: &str) -> String {
    let mut line = String::new();
    for character in text.trim().chars() {
        if line.len() >= MAX_LINE_BYTES {
            line.push('…');
            break;
        }
        if is_deceptive(character) {
            line.extend(character.escape_unicode());
        } else if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// The first `max_bytes` bytes, without splitting a character.
pub fn beginning(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

/// The beginning of an explanation; what is too long ends in an ellipsis.
pub fn detail(text: &str) -> String {
    let text = text.trim();
    let kept = beginning(text, MAX_DETAIL_BYTES);
    if kept.len() < text.len() { format!("{kept}…") } else { kept.to_owned() }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// S30: what a person is asked about shows the characters that would hide something.
    #[test]
    fn hidden_characters_are_made_visible() {
        assert_eq!(line("rm -rf /\u{1b}[8m safe"), "rm -rf /\\u{1b}[8m safe");
        assert_eq!(line("a\u{202e}b\nc"), "a\\u{202e}b\\nc");
        assert_eq!(line("  写 notes.txt "), "写 notes.txt");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let long = "汉".repeat(MAX_LINE_BYTES);
        let line = line(&long);
        assert!(line.ends_with('…') && line.len() <= MAX_LINE_BYTES + 6);
        assert_eq!(beginning("汉字", 4), "汉");
        assert_eq!(detail(" x "), "x");
    }
}
