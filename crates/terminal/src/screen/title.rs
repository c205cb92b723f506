//! What a program says about its window: the title, and the directory it works in.

use std::borrow::Cow;
use std::fmt::Write;

use percent_encoding::percent_decode_str;

use super::csi::Csi;

/// Longest title kept; the rest is cut off.
pub const MAX_TITLE_CHARS: usize = 256;

/// How many titles a program may put aside; as many as xterm keeps.
const STACK_LIMIT: usize = 10;

/// A title and those put aside, and the working directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Window {
    title: String,
    aside: Vec<String>,
    directory: Option<String>,
}

impl Window {
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn directory(&self) -> Option<&str> {
        self.directory.as_deref()
    }

    /// Acts on OSC 0 and 2 (title) and 7 (working directory); everything else is left alone.
    pub(crate) fn osc(&mut self, payload: &[u8]) {
        let Some(separator) = payload.iter().position(|byte| *byte == b';') else { return };
        let (number, text) = (&payload[..separator], &payload[separator + 1..]);
        match number {
            b"0" | b"2" => self.title = clean_title(&String::from_utf8_lossy(text)),
            b"7" => self.directory = directory_of(&String::from_utf8_lossy(text)),
            _ => {}
        }
    }

    /// Acts on `CSI 22 t` and `CSI 23 t`, which put the title aside and take it back.
    pub(crate) fn csi(&mut self, csi: &Csi<'_>) {
        let of_title = matches!(csi.number(1), 0 | 2);
        match csi.number(0) {
            22 if of_title => {
                if self.aside.len() == STACK_LIMIT {
                    self.aside.remove(0);
                }
                self.aside.push(self.title.clone());
            }
            23 if of_title => {
                if let Some(title) = self.aside.pop() {
                    self.title = title;
                }
            }
            _ => {}
        }
    }

    /// Writes what gives a terminal without a title these ones.
    pub(crate) fn restore(&self, out: &mut String) {
        // Writing to a `String` does not fail.
        for title in &self.aside {
            let _ = write!(out, "\x1b]2;{title}\x07\x1b[22;2t");
        }
        if !self.title.is_empty() || !self.aside.is_empty() {
            let _ = write!(out, "\x1b]2;{}\x07", self.title);
        }
    }
}

/// S101: a title comes from a program and goes to people: no control characters, nothing that
/// turns the direction of the text around it, and not too long.
fn clean_title(text: &str) -> String {
    text.chars().filter(|character| !is_unfit(*character)).take(MAX_TITLE_CHARS).collect()
}

fn is_unfit(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fffd}')
}

/// The path of a `file://host/path` URL; `None` for everything else.
fn directory_of(url: &str) -> Option<String> {
    let after_scheme = url.strip_prefix("file://")?;
    let path = &after_scheme[after_scheme.find('/')?..];
    let path: Cow<'_, str> = percent_decode_str(path).decode_utf8().ok()?;
    (!path.chars().any(is_unfit)).then(|| path.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(payloads: &[&str]) -> Window {
        let mut window = Window::default();
        for payload in payloads {
            window.osc(payload.as_bytes());
        }
        window
    }

    /// S101: what a program calls its window cannot move the cursor, lie by direction, or flood.
    #[test]
    fn a_title_is_cleaned_and_cut() {
        assert_eq!(after(&["0;plain – title"]).title(), "plain – title");
        assert_eq!(after(&["2;a\x08\x1b[2Jb\u{9b}c\u{202e}d\u{fffd}"]).title(), "a[2Jbcd");
        let long = after(&[&format!("2;{}", "語".repeat(1000))]);
        assert_eq!(long.title().chars().count(), MAX_TITLE_CHARS);
        assert_eq!(after(&["2;x", "1;icon", "3;y", "2"]).title(), "x");
    }

    #[test]
    fn the_working_directory_is_a_decoded_path() {
        for (url, path) in [
            ("7;file://host/home/a%20b", Some("/home/a b")),
            ("7;file:///tmp", Some("/tmp")),
            ("7;file://host", None),
            ("7;/tmp", None),
            ("7;file:///a%0ab", None),
            ("7;file:///a%ffb", None),
        ] {
            assert_eq!(after(&[url]).directory(), path, "{url}");
        }
    }

    #[test]
    fn titles_put_aside_come_back() {
        let mut window = after(&["2;shell"]);
        let csi = |parameters| Csi { prefix: None, parameters, intermediates: b"", end: b't' };
        window.csi(&csi(b"22;0;0"));
        window.osc(b"2;editor");
        assert_eq!(window.title(), "editor");
        window.csi(&csi(b"23;0;0"));
        assert_eq!(window.title(), "shell");
        window.csi(&csi(b"23"));
        assert_eq!(window.title(), "shell", "an empty stack changes nothing");
        for _ in 0..50 {
            window.csi(&csi(b"22"));
        }
        assert_eq!(window.aside.len(), STACK_LIMIT);
    }
}
