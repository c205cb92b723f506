//! Markdown of agents, drawn as it comes: a word as soon as it is whole, a line of code or a table
//! as soon as it is complete. Line breaks stay where the agent made them.
//!
//! - [`inline`]: emphasis, code, links within a line
//! - [`flow`]: words, wrapped
//! - [`mod@line`]: what kind of line it is
//! - [`table`]: columns of the same width

mod flow;
mod inline;
mod line;
mod table;

use owo_colors::Style;

use self::flow::Flow;
use self::inline::Extent;
use self::line::LineKind;
use crate::escape;
use crate::paint::Paint;

/// Draws one message.
pub(crate) struct Markdown {
    paint: Paint,
    flow: Flow,
    /// What is known of the current line.
    line: String,
    /// How much of it is drawn.
    drawn: usize,
    place: Place,
    /// Rows of a table that may go on.
    table: Vec<String>,
    /// A carriage return that may belong to the next line feed.
    ends_in_return: bool,
}

/// Where in the text it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// At the beginning of a line, of which the kind is not known yet.
    LineStart,
    /// Within a line of text, drawn in this style.
    Text(TextStyle),
    /// Between two fences.
    Code { fence: String, is_diff: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextStyle {
    Body,
    Heading,
    Quote,
}

impl Markdown {
    /// Begins a message in a window of so many columns.
    pub(crate) fn new(paint: Paint, columns: u16) -> Self {
        Self {
            paint,
            flow: Flow::new(usize::from(columns)),
            line: String::new(),
            drawn: 0,
            place: Place::LineStart,
            table: Vec::new(),
            ends_in_return: false,
        }
    }

    /// Takes the next piece and answers what can be drawn by now.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        let mut text = String::with_capacity(piece.len() + 1);
        if std::mem::take(&mut self.ends_in_return) {
            text.push('\r');
        }
        text.push_str(piece);
        if text.ends_with('\r') {
            text.pop();
            self.ends_in_return = true;
        }
        for part in escape::text(&text).split_inclusive('\n') {
            match part.strip_suffix('\n') {
                Some(end) => {
                    self.line.push_str(end);
                    self.end_line();
                }
                None => {
                    self.line.push_str(part);
                    self.flow_on();
                }
            }
        }
        self.flow.take()
    }

    /// Ends the message: everything is drawn, and the cursor is at the beginning of a line.
    pub(crate) fn finish(&mut self) -> String {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.flush_table();
        self.flow.end_line_if_any();
        self.place = Place::LineStart;
        self.flow.take()
    }

    /// Draws what is sure of a line that is not complete.
    fn flow_on(&mut self) {
        if self.place == Place::LineStart && !self.begin(Extent::Part) {
            return;
        }
        if let Place::Text(style) = self.place {
            self.draw(style, Extent::Part);
        }
    }

    fn end_line(&mut self) {
        match &self.place {
            Place::Code { .. } => self.end_code_line(),
            Place::Text(style) => {
                self.draw(*style, Extent::Whole);
                self.flow.end_line();
                self.place = Place::LineStart;
            }
            Place::LineStart => {
                if self.begin(Extent::Whole)
                    && let Place::Text(style) = self.place
                {
                    self.draw(style, Extent::Whole);
                    self.flow.end_line();
                    self.place = Place::LineStart;
                }
            }
        }
        self.line.clear();
        self.drawn = 0;
    }

    /// Finds out what kind of line it is and draws what stands before its text. Answers whether
    /// text follows.
    fn begin(&mut self, extent: Extent) -> bool {
        let Some(kind) = line::kind(&self.line, extent) else { return false };
        if !matches!(kind, LineKind::Row) {
            self.flush_table();
        }
        let (style, skip) = match kind {
            LineKind::Blank => {
                self.flow.end_line();
                return false;
            }
            LineKind::Rule => {
                self.flow.rule(|text| self.paint.dim(text));
                return false;
            }
            LineKind::Row => {
                self.table.push(std::mem::take(&mut self.line));
                return false;
            }
            LineKind::Fence { fence, info } => {
                self.place = Place::Code { fence, is_diff: info == "diff" };
                return false;
            }
            LineKind::Heading { skip } => (TextStyle::Heading, skip),
            LineKind::Quote { skip } => {
                self.flow.hang(&self.paint.dim("│ "), 2);
                (TextStyle::Quote, skip)
            }
            LineKind::Item { indent, marker, skip } => {
                self.flow.mark(indent, &self.paint.cyan(&marker), &marker);
                (TextStyle::Body, skip)
            }
            LineKind::Text { indent } => {
                self.flow.indent(indent);
                (TextStyle::Body, indent)
            }
        };
        self.drawn = skip;
        self.place = Place::Text(style);
        true
    }

    fn draw(&mut self, style: TextStyle, extent: Extent) {
        let rest = self.line.get(self.drawn..).unwrap_or_default();
        let before = self.line.get(..self.drawn).and_then(|drawn| drawn.chars().next_back());
        let parsed = inline::parse(rest, before, extent);
        for span in &parsed.spans {
            let style = drawn_as(style, span.look);
            self.flow.words(&span.text, |word| match style {
                Some(style) => self.paint.apply(style, word),
                None => word.to_owned(),
            });
        }
        self.drawn += parsed.used;
    }

    fn end_code_line(&mut self) {
        let Place::Code { fence, is_diff } = &self.place else { return };
        let line = &self.line;
        if line::closes(line, fence) {
            self.place = Place::LineStart;
            return;
        }
        let painted = match (is_diff, line.chars().next()) {
            (true, Some('+')) => self.paint.green(line),
            (true, Some('-')) => self.paint.red(line),
            (true, Some('@')) => self.paint.cyan(line),
            (true, _) => line.clone(),
            (false, _) => self.paint.yellow(line),
        };
        self.flow.raw_line(&format!("  {painted}"));
    }

    fn flush_table(&mut self) {
        if self.table.is_empty() {
            return;
        }
        let rows = std::mem::take(&mut self.table);
        for line in table::draw(&rows, self.flow.columns(), self.paint) {
            self.flow.raw_line(&line);
        }
    }
}

/// The look of a span in a kind of text; `None` where it is plain.
fn drawn_as(text: TextStyle, look: inline::Look) -> Option<Style> {
    let mut style = match text {
        TextStyle::Body => Style::new(),
        TextStyle::Heading => Style::new().bold().cyan(),
        TextStyle::Quote => Style::new().italic(),
    };
    if look == inline::Look::default() && text == TextStyle::Body {
        return None;
    }
    if look.is_bold {
        style = style.bold();
    }
    if look.is_italic {
        style = style.italic();
    }
    if look.is_struck {
        style = style.strikethrough();
    }
    if look.is_code {
        style = style.yellow();
    }
    if look.is_link {
        style = style.underline();
    }
    if look.is_address {
        style = style.dimmed();
    }
    Some(style)
}

#[cfg(test)]
mod tests;
