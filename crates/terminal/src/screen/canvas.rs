//! How text gets into the grid.

use std::collections::BTreeSet;

use avt::parser::Parser;
use avt::{Cell, ScreenKind};
use memchr::{memchr, memchr_iter, memchr2_iter};

use super::clusters::{Clusters, MAX_CLUSTER_BYTES, PRINTED_SPACE, is_mark, is_reserved};
use super::grid::Grid;
use super::loud::Loudness;
use super::modes::Modes;
use super::title::Window;
use crate::Size;

const DELETE: char = '\x7f';

/// The grid and everything beside it that output changes.
pub(crate) struct Canvas {
    pub grid: Grid,
    pub clusters: Clusters,
    pub modes: Modes,
    pub window: Window,
    /// The last character of the output, while marks may join it or REP may repeat it; not in the
    /// grid yet.
    pub held: String,
    pub(super) margins: Margins,
    /// Whether text that reaches the last column goes on in the next row.
    pub(super) wraps: bool,
    /// Line feeds up to which text would have scrolled away before anybody looked; it is not drawn.
    unseen_line_feeds: usize,
    parser: Parser,
    loudness: Loudness,
}

/// The first and the last row that scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Margins {
    pub top: usize,
    pub bottom: usize,
}

impl Margins {
    pub(super) fn whole(size: Size) -> Self {
        Self { top: 0, bottom: usize::from(size.rows()) - 1 }
    }
}

impl Canvas {
    pub(crate) fn new(size: Size, history_rows: usize) -> Self {
        Self {
            grid: Grid::new(size, history_rows),
            clusters: Clusters::default(),
            modes: Modes::default(),
            window: Window::default(),
            held: String::new(),
            margins: Margins::whole(size),
            wraps: true,
            unseen_line_feeds: 0,
            parser: Parser::new(),
            loudness: Loudness::default(),
        }
    }

    /// Changes the size; the margins are the whole screen again.
    pub(crate) fn resize(&mut self, size: Size) {
        self.settle();
        self.grid.resize(size);
        self.margins = Margins::whole(size);
        // Setting margins moves the cursor; `CUP` has it stay where it is.
        let (row, column) = (self.grid.row() + 1, self.grid.column() + 1);
        self.execute(&format!("\x1b[r\x1b[{row};{column}H"));
    }

    /// Line feeds after which nothing of what is in the grid is left in it, wherever the cursor
    /// is; `None` while only a part of the screen scrolls.
    pub(crate) fn line_feeds_to_scroll_away(&self) -> Option<usize> {
        let size = self.grid.size();
        let whole = self.margins == Margins::whole(size);
        whole.then(|| self.grid.history_limit() + 2 * usize::from(size.rows()))
    }

    /// Leaves out text up to this many line feeds. What follows must scroll all of it away.
    pub(crate) fn leave_out(&mut self, line_feeds: usize) {
        self.unseen_line_feeds = line_feeds;
        self.held.clear();
        if self.grid.shown() == ScreenKind::Primary {
            self.grid.forget_cleared();
        }
    }

    /// Whether text is being left out.
    pub(crate) fn leaves_out(&self) -> bool {
        self.unseen_line_feeds > 0
    }

    /// Puts text into the grid, with clusters as stand-ins.
    pub(super) fn write(&mut self, text: &str) {
        let text = self.seen(text);
        let mut from = 0;
        if !text.is_ascii() {
            for (at, character) in text.char_indices() {
                let after = at + character.len_utf8();
                if is_mark(character) {
                    self.print_and_hold(&text[from..at]);
                    self.join(character);
                    from = after;
                } else if is_reserved(character) {
                    self.print(&text[from..at]);
                    self.hold(character);
                    from = after;
                }
            }
        }
        self.print_and_hold(&text[from..]);
    }

    /// Puts the held character into the grid; what comes later does not join it.
    pub(super) fn settle(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let held = std::mem::take(&mut self.held);
        let mut characters = held.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) if !is_reserved(character) => self.draw(&held),
            _ => self.draw_cluster(&held),
        }
        self.held = held;
        self.held.clear();
    }

    /// Executes a sequence that is whole.
    pub(super) fn execute(&mut self, sequence: &str) {
        for character in sequence.chars() {
            if let Some(function) = self.parser.feed(character) {
                self.loudness.follow(&function, self.grid.shown());
                self.grid.execute(function);
            }
        }
    }

    /// Puts a cursor that waits to wrap on the last column.
    pub(super) fn stop_waiting(&mut self) {
        if self.waits_to_wrap() {
            self.execute(&format!("\x1b[{}G", self.grid.size().columns()));
        }
    }

    /// Draws text in pieces where a tab or a line feed may meet a cursor that waits to wrap: the
    /// tab leaves it waiting, and the line feed ends the wait without moving it to the left.
    pub(super) fn draw_stepwise(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut from = 0;
        for at in memchr2_iter(b'\t', b'\n', bytes) {
            if bytes[..at].last() == Some(&b'\r') {
                continue;
            }
            self.draw(&text[from..at]);
            let skip = bytes[at] == b'\t' && self.waits_to_wrap();
            from = at + usize::from(skip);
            if !skip {
                self.stop_waiting();
            }
        }
        self.draw(&text[from..]);
    }

    /// The part of the text that is not left out.
    fn seen<'t>(&mut self, text: &'t str) -> &'t str {
        if self.unseen_line_feeds == 0 {
            return text;
        }
        let mut line_feeds = memchr_iter(b'\n', text.as_bytes());
        match line_feeds.nth(self.unseen_line_feeds - 1) {
            Some(last) => {
                self.unseen_line_feeds = 0;
                // Line feeds are only left out behind carriage returns.
                self.grid.draw("\r");
                &text[last + 1..]
            }
            None => {
                self.unseen_line_feeds -= memchr_iter(b'\n', text.as_bytes()).count();
                ""
            }
        }
    }

    /// Prints text and holds its last character, if it is one: marks may join it, or a sequence
    /// may repeat it.
    fn print_and_hold(&mut self, text: &str) {
        match text.char_indices().next_back() {
            Some((at, last)) if !last.is_control() => {
                self.print(&text[..at]);
                self.hold(last);
            }
            _ => self.print(text),
        }
    }

    /// Prints text without marks.
    fn print(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.settle();
        // DEL prints nothing on a terminal.
        match memchr(0x7f, text.as_bytes()) {
            None => self.draw_stepwise(text),
            Some(_) => text.split(DELETE).for_each(|part| self.draw_stepwise(part)),
        }
    }

    fn hold(&mut self, character: char) {
        self.settle();
        self.held.push(character);
    }

    fn join(&mut self, mark: char) {
        let fits = self.held.len() + mark.len_utf8() <= MAX_CLUSTER_BYTES;
        if fits && !self.held.is_empty() {
            self.held.push(mark);
        }
    }

    fn draw_cluster(&mut self, cluster: &str) {
        let mut stand_in = self.clusters.stand_in(cluster);
        if stand_in.is_none() && self.clusters.wants_release() {
            let in_grid = self.grid.cells().map(Cell::char);
            let used: BTreeSet<char> = in_grid.filter(|cell| is_reserved(*cell)).collect();
            self.clusters.release(&used);
            stand_in = self.clusters.stand_in(cluster);
        }
        let base = cluster.chars().next().filter(|base| !is_reserved(*base));
        let character = stand_in.or(base).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.draw(character.encode_utf8(&mut [0; 4]));
    }

    fn draw(&mut self, text: &str) {
        if self.loudness.is_loud() && text.contains(' ') {
            self.grid.draw(&text.replace(' ', PRINTED_SPACE.encode_utf8(&mut [0; 4])));
        } else {
            self.grid.draw(text);
        }
    }

    fn waits_to_wrap(&self) -> bool {
        self.grid.column() == usize::from(self.grid.size().columns())
    }
}
