//! Words, wrapped to the window, with what hangs before each line.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::inline::is_attached;

/// The narrowest text that is wrapped; in a narrower window the terminal breaks lines itself.
const NARROWEST: usize = 20;

/// Text on its way to the window.
pub(super) struct Flow {
    columns: usize,
    out: String,
    /// The column of the cursor.
    column: usize,
    /// What stands before each further line of a wrapped one, and how wide it is.
    hanging: (String, usize),
    /// Spaces that stand before the next word, unless a line ends there.
    spaces: usize,
}

impl Flow {
    pub(super) fn new(columns: usize) -> Self {
        Self { columns, out: String::new(), column: 0, hanging: (String::new(), 0), spaces: 0 }
    }

    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// What is to be drawn.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    pub(super) const fn is_mid_line(&self) -> bool {
        self.column > 0
    }

    /// Begins a line with spaces, and every further one of it too.
    pub(super) fn indent(&mut self, columns: usize) {
        let spaces = " ".repeat(columns);
        self.hang(&spaces, columns);
    }

    /// Begins a line with something, and every further one of it too.
    pub(super) fn hang(&mut self, painted: &str, width: usize) {
        self.out.push_str(painted);
        self.column = width;
        self.hanging = (painted.to_owned(), width);
    }

    /// Begins a line with a mark; further ones begin below the text.
    pub(super) fn mark(&mut self, indent: usize, painted: &str, mark: &str) {
        let width = indent + mark.width() + 1;
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str(painted);
        self.out.push(' ');
        self.column = width;
        self.hanging = (" ".repeat(width), width);
    }

    /// Draws words.
    pub(super) fn words(&mut self, text: &str, paint: impl Fn(&str) -> String) {
        let mut rest = text;
        while !rest.is_empty() {
            let after = rest.trim_start_matches([' ', '\t']);
            self.spaces += rest.len() - after.len();
            let (word, tail) = after.split_at(word_end(after));
            self.word(word, &paint);
            rest = tail;
        }
    }

    fn word(&mut self, word: &str, paint: &impl Fn(&str) -> String) {
        if word.is_empty() {
            return;
        }
        let width = word.width();
        let is_wrapped = self.columns >= NARROWEST;
        let fits = self.column + self.spaces + width <= self.columns;
        if is_wrapped && !fits && self.column > self.hanging.1 {
            self.break_line();
        } else {
            // Painted like the word, so that a link is underlined between its words too.
            let spaces = " ".repeat(self.spaces);
            if self.spaces > 0 {
                self.out.push_str(&paint(&spaces));
            }
            self.column += self.spaces;
        }
        self.spaces = 0;
        self.out.push_str(&paint(word));
        self.column += width;
    }

    fn break_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&self.hanging.0);
        self.column = self.hanging.1;
    }

    /// Ends the line.
    pub(super) fn end_line(&mut self) {
        self.out.push('\n');
        self.column = 0;
        self.spaces = 0;
        self.hanging = (String::new(), 0);
    }

    /// Ends the line, if something stands on it.
    pub(super) fn end_line_if_any(&mut self) {
        if self.is_mid_line() {
            self.end_line();
        }
    }

    /// Draws a line that is not wrapped.
    pub(super) fn raw_line(&mut self, painted: &str) {
        self.end_line_if_any();
        self.out.push_str(painted);
        self.out.push('\n');
    }

    /// Draws a horizontal line.
    pub(super) fn rule(&mut self, paint: impl Fn(String) -> String) {
        let width = self.columns.clamp(3, 40);
        let rule = paint("─".repeat(width));
        self.raw_line(&rule);
    }
}

/// Where the first word ends: at a space, or after a wide character, between which lines may be
/// broken.
fn word_end(text: &str) -> usize {
    let mut end = 0;
    for character in text.chars() {
        let is_wide = character.width() == Some(2);
        if character == ' ' || character == '\t' || (is_wide && end > 0) {
            return end;
        }
        end += character.len_utf8();
        if is_wide {
            // Marks and punctuation stay with what they follow.
            let tail = &text[end..];
            let attached = tail.trim_start_matches(is_attached);
            return end + tail.len() - attached.len();
        }
    }
    end
}
