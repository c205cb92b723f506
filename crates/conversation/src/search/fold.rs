//! Text as it is compared: small letters, compatibility forms composed (Unicode's NFKC), and one
//! blank for any number of blanks and line breaks. What was typed and what is found are folded alike,
//! as usernames are.
//!
//! It is done piece by piece, where a piece is a character with what may join it, so that what was
//! found can be shown as it was written.

use std::iter::once;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// More characters than this are no one letter, whatever joins them.
const LONGEST_PIECE: usize = 32;

/// Folds a text, and notes of each piece where it begins folded and as it was written.
pub(super) fn fold(text: &str, mut note: impl FnMut(usize, usize)) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut characters = text.char_indices().peekable();
    while let Some((begin, character)) = characters.next() {
        note(folded.len(), begin);
        let mut end = begin + character.len_utf8();
        for _ in 1..LONGEST_PIECE {
            let Some(&(at, next)) = characters.peek() else { break };
            if !joins(next) {
                break;
            }
            end = at + next.len_utf8();
            characters.next();
        }
        if character.is_whitespace() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if end == begin + character.len_utf8() && stays_composed(character) {
            folded.extend(small(character));
        } else {
            let piece = text[begin..end].nfkc().flat_map(small);
            // A letter may fall apart by becoming small.
            folded.extend(piece.nfkc().map(|part| if part.is_whitespace() { ' ' } else { part }));
        }
    }
    folded
}

/// One spelling of a letter whatever its case and its place in a word.
fn small(character: char) -> impl Iterator<Item = char> {
    character.to_lowercase().map(|small| if small == 'ς' { 'σ' } else { small })
}

fn stays_composed(character: char) -> bool {
    character.is_ascii()
        || is_ideograph(character)
        || is_nfkc_quick(once(character)) == IsNormalized::Yes
}

/// Whether it may become one letter with what stands before it.
fn joins(character: char) -> bool {
    if character < '\u{300}' || is_ideograph(character) {
        return false;
    }
    // The marks of half-width Japanese and the letters of half-width Korean join by what they stand
    // for.
    let first = once(character).nfkd().next().unwrap_or(character);
    canonical_combining_class(first) != 0
        || matches!(first, '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}')
        || is_nfkc_quick(once(character)) == IsNormalized::Maybe
}

const fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, folded: &str) {
        assert_eq!(fold(text, |_, _| {}), folded, "{text:?}");
    }

    #[test]
    fn what_looks_alike_is_alike() {
        check("Straße  \n GRÜSSE", "straße grüsse");
        check("Zoe\u{308}", "zoë");
        check("ＡＢＣ１２", "abc12");
        check("ﬁle", "file");
        check("ΣΊΣΥΦΟΣ", "σίσυφοσ");
        check("σίσυφος", "σίσυφοσ");
        check("数据库迁移", "数据库迁移");
        // Half-width kana with its mark, and letters that make a syllable.
        check("ｶﾞｷﾞ", "ガギ");
        check("か\u{3099}", "が");
        check("\u{1112}\u{1161}\u{11ab}글", "한글");
    }

    #[test]
    fn a_great_many_marks_are_not_one_letter() {
        let text = format!("a{}b", "\u{301}".repeat(10_000));
        let folded = fold(&text, |_, _| {});
        assert!(folded.starts_with('á') && folded.ends_with('b'));
    }
}
