//! Emphasis, code and links within a line.

use unicode_width::UnicodeWidthChar;

/// How much of a line there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// More may come.
    Part,
    /// All of it.
    Whole,
}

/// An opened emphasis that is longer than this is none, so that one star does not hold back a
/// whole paragraph.
const LONGEST_OPEN: usize = 240;

/// How a span looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "looks combine freely, and each is one or not")]
pub(super) struct Look {
    pub(super) is_bold: bool,
    pub(super) is_italic: bool,
    pub(super) is_struck: bool,
    pub(super) is_code: bool,
    /// The text of a link.
    pub(super) is_link: bool,
    /// Where a link leads.
    pub(super) is_address: bool,
}

/// Text of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) look: Look,
}

/// What can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Parsed {
    pub(super) spans: Vec<Span>,
    /// How much of the text that is, in bytes. The rest waits for more.
    pub(super) used: usize,
}

/// Takes text apart. Of a part of a line, what may still change its meaning is left over: an
/// emphasis that was not closed, and the last word.
///
/// `before` is the character that stands before the text on its line.
pub(super) fn parse(text: &str, before: Option<char>, extent: Extent) -> Parsed {
    let mut reader = Reader { text, before, extent, at: 0, spans: Vec::new() };
    reader.read(Look::default());
    match extent {
        Extent::Whole => Parsed { spans: reader.spans, used: text.len() },
        Extent::Part => {
            let used = reader.last_break();
            Parsed { spans: parse(&text[..used], before, Extent::Whole).spans, used }
        }
    }
}

/// Whether a character stays with what it follows, so that no line is broken before it.
pub(super) fn is_attached(character: char) -> bool {
    character.width() == Some(0) || "，。、；：？！）」』”’》】,.;:?!)".contains(character)
}

struct Reader<'a> {
    text: &'a str,
    before: Option<char>,
    extent: Extent,
    /// Up to here the meaning is known.
    at: usize,
    spans: Vec<Span>,
}

/// What begins at a place.
enum Found<'a> {
    /// Text of another look; `length` is all of it with its marks.
    Emphasis {
        inner: &'a str,
        look: Look,
        length: usize,
    },
    /// Text that means itself.
    Literal {
        text: &'a str,
        length: usize,
    },
    Code {
        text: &'a str,
        length: usize,
    },
    Link {
        label: &'a str,
        address: &'a str,
        length: usize,
    },
    /// Something that more text may complete.
    Open,
    /// Nothing.
    Nothing,
}

impl<'a> Reader<'a> {
    fn read(&mut self, look: Look) {
        let text = self.text;
        while let Some(character) = text[self.at..].chars().next() {
            match find(&text[self.at..], self.before_at(self.at), look) {
                Found::Emphasis { inner, look, length } => {
                    self.nested(inner, look);
                    self.at += length;
                }
                Found::Literal { text, length } => {
                    self.push(text, look);
                    self.at += length;
                }
                Found::Code { text, length } => {
                    self.push(text, Look { is_code: true, ..look });
                    self.at += length;
                }
                Found::Link { label, address, length } => {
                    self.nested(label, Look { is_link: true, ..look });
                    self.push(&format!(" ({address})"), Look { is_address: true, ..look });
                    self.at += length;
                }
                Found::Open if self.holds_back() => return,
                Found::Open | Found::Nothing => {
                    self.push(character.encode_utf8(&mut [0; 4]), look);
                    self.at += character.len_utf8();
                }
            }
        }
    }

    /// Whether what is open may still be closed by what comes.
    fn holds_back(&self) -> bool {
        self.extent == Extent::Part && self.text.len() - self.at < LONGEST_OPEN
    }

    fn nested(&mut self, inner: &'a str, look: Look) {
        let mut reader =
            Reader { text: inner, before: None, extent: Extent::Whole, at: 0, spans: Vec::new() };
        reader.read(look);
        for span in reader.spans {
            self.push(&span.text, span.look);
        }
    }

    fn push(&mut self, text: &str, look: Look) {
        match self.spans.last_mut() {
            Some(last) if last.look == look => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), look }),
        }
    }

    /// The last place where a line may be broken and of which the meaning is known, outside of any
    /// emphasis.
    fn last_break(&self) -> usize {
        let known = &self.text[..self.at];
        let (mut last, mut at) = (0, 0);
        while let Some(character) = known[at..].chars().next() {
            let found = find(&known[at..], self.before_at(at), Look::default());
            at += found.length().unwrap_or(character.len_utf8());
            let follows = self.text[at..].chars().next();
            let ends_word = match character {
                ' ' | '\t' => true,
                _ => character.width() == Some(2) && follows.is_some_and(|c| !is_attached(c)),
            };
            if ends_word {
                last = at;
            }
        }
        last
    }

    fn before_at(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back().or(self.before)
    }
}

impl Found<'_> {
    /// How much of the text it takes, if it is something.
    fn length(&self) -> Option<usize> {
        match self {
            Self::Emphasis { length, .. }
            | Self::Literal { length, .. }
            | Self::Code { length, .. }
            | Self::Link { length, .. } => Some(*length),
            Self::Open | Self::Nothing => None,
        }
    }
}

fn find(rest: &str, before: Option<char>, look: Look) -> Found<'_> {
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '\\' => escaped(rest),
        '`' => code(rest),
        '*' | '_' => stars(rest, first, before, look),
        '~' if rest.starts_with("~~") => emphasis(rest, "~~", Look { is_struck: true, ..look }),
        '~' | '!' if rest.len() == 1 => Found::Open,
        '!' if rest.starts_with("![") => link(rest, 1),
        '[' => link(rest, 0),
        _ => Found::Nothing,
    }
}

/// A backslash makes the sign after it mean itself.
fn escaped(rest: &str) -> Found<'_> {
    match rest[1..].chars().next() {
        None => Found::Open,
        Some(sign) if sign.is_ascii_punctuation() => {
            Found::Literal { text: &rest[1..2], length: 2 }
        }
        Some(_) => Found::Nothing,
    }
}

fn code(rest: &str) -> Found<'_> {
    let after = rest.trim_start_matches('`');
    let marks = rest.len() - after.len();
    let mut from = 0;
    while let Some(found) = after[from..].find('`') {
        let start = from + found;
        let tail = after[start..].trim_start_matches('`');
        let run = after.len() - start - tail.len();
        if run == marks {
            let inner = &after[..start];
            let trimmed = inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' '));
            let text = trimmed.filter(|inner| !inner.trim().is_empty()).unwrap_or(inner);
            return Found::Code { text, length: marks + start + marks };
        }
        from = start + run;
    }
    Found::Open
}

fn stars(rest: &str, mark: char, before: Option<char>, look: Look) -> Found<'_> {
    // Within a word an underscore is a letter.
    if mark == '_' && before.is_some_and(char::is_alphanumeric) {
        return Found::Nothing;
    }
    let is_double = rest[1..].starts_with(mark);
    let (marks, look) = match (is_double, mark) {
        (true, '*') => ("**", Look { is_bold: true, ..look }),
        (true, _) => ("__", Look { is_bold: true, ..look }),
        (false, '*') => ("*", Look { is_italic: true, ..look }),
        (false, _) => ("_", Look { is_italic: true, ..look }),
    };
    emphasis(rest, marks, look)
}

fn emphasis<'a>(rest: &'a str, marks: &str, look: Look) -> Found<'a> {
    let after = &rest[marks.len()..];
    match after.chars().next() {
        None => return Found::Open,
        Some(first) if first.is_whitespace() => return Found::Nothing,
        Some(_) => {}
    }
    let mut from = 0;
    while let Some(found) = after[from..].find(marks) {
        let start = from + found;
        let end = start + marks.len();
        let inner = &after[..start];
        if closes(inner, &after[end..], marks) {
            return Found::Emphasis { inner, look, length: marks.len() + end };
        }
        from = start + marks.len();
    }
    Found::Open
}

/// Whether marks between these two texts close an emphasis.
fn closes(inner: &str, after: &str, marks: &str) -> bool {
    let Some(last) = inner.chars().next_back() else { return false };
    let mark = marks.chars().next().unwrap_or_default();
    let is_part_of_more = marks.len() == 1 && (last == mark || after.starts_with(mark));
    let is_inside_word = mark == '_' && after.chars().next().is_some_and(char::is_alphanumeric);
    !last.is_whitespace() && !is_part_of_more && !is_inside_word
}

/// A link, or an image after `skip` bytes.
fn link(rest: &str, skip: usize) -> Found<'_> {
    let after = &rest[skip + 1..];
    let Some(label_end) = after.find(']') else { return Found::Open };
    let label = &after[..label_end];
    let target = &after[label_end + 1..];
    if target.is_empty() {
        return Found::Open;
    }
    let Some(target) = target.strip_prefix('(') else { return Found::Nothing };
    let Some(end) = target.find(')') else { return Found::Open };
    let length = skip + 1 + label_end + 2 + end + 1;
    Found::Link { label, address: &target[..end], length }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans as text: `b` for bold and so on, then the text.
    fn shown(text: &str, extent: Extent) -> (Vec<String>, usize) {
        let parsed = parse(text, None, extent);
        let spans = parsed.spans.iter().map(|span| {
            let look = span.look;
            let letters = [
                (look.is_bold, 'b'),
                (look.is_italic, 'i'),
                (look.is_struck, 's'),
                (look.is_code, 'c'),
                (look.is_link, 'l'),
                (look.is_address, 'a'),
            ];
            let letters = letters.iter().filter(|(is, _)| *is).map(|(_, letter)| letter);
            format!("{}:{}", letters.collect::<String>(), span.text)
        });
        (spans.collect(), parsed.used)
    }

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let (spans, used) = shown(text, Extent::Whole);
        assert_eq!(spans, expect, "{text}");
        assert_eq!(used, text.len());
    }

    #[test]
    fn emphasis_code_and_links_are_found() {
        check("a **b** c", &[":a ", "b:b", ": c"]);
        check("*i* and _j_", &["i:i", ": and ", "i:j"]);
        check("**b *both* b**", &["b:b ", "bi:both", "b: b"]);
        check("~~no~~", &["s:no"]);
        check("run `a*b` and `` ` ``", &[":run ", "c:a*b", ": and ", "c:`"]);
        check("[doc](https://x)", &["l:doc", "a: (https://x)"]);
        check("![pic](a.png)", &["l:pic", "a: (a.png)"]);
        check(r"\*not\*", &[":*not*"]);
    }

    #[test]
    fn marks_that_mean_nothing_stay() {
        for text in ["2 * 3 * 4", "snake_case_name", "a ** b", "open *never", "[x] done", "5 ~ 6"] {
            check(text, &[&format!(":{text}")]);
        }
    }

    #[track_caller]
    fn check_part(text: &str, drawn: &[&str], left: &str) {
        let (spans, used) = shown(text, Extent::Part);
        assert_eq!((spans, &text[used..]), (drawn.iter().map(|s| (*s).to_owned()).collect(), left));
    }

    #[test]
    fn what_may_still_change_is_held_back() {
        check_part("hello wor", &[":hello "], "wor");
        check_part("see **the bo", &[":see "], "**the bo");
        check_part("see **it** now th", &[":see ", "b:it", ": now "], "th");
        check_part("a [link](http://x y", &[":a "], "[link](http://x y");
        check_part("done. ", &[":done. "], "");
        check_part("汉字流", &[":汉字"], "流");
        check_part("汉字，流", &[":汉字，"], "流");
        check_part("", &[], "");
    }

    #[test]
    fn one_star_does_not_hold_back_a_paragraph() {
        let long = format!("a *{} end", "word ".repeat(60));
        let (spans, used) = shown(&long, Extent::Part);
        assert!(used > LONGEST_OPEN && spans.len() == 1, "{used}");
    }
}
