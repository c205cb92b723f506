//! What a terminal shows: kept from its output, and written down for another terminal.
//!
//! The grid is `avt`'s. What it does not keep, or keeps differently from the terminals that people
//! use, is kept beside it:
//!
//! - `decoder`, `csi`: bytes become text and whole sequences
//! - `survey`: which of it need not be drawn
//! - `sequences`, `canvas`: what each of them changes
//! - `grid`: the cells
//! - `clusters`: cells with combining marks
//! - `loud`: printed spaces and erased cells are told apart
//! - `modes`, `keys`: what the program wants to hear of keys and mouse
//! - `title`: what it says about its window
//! - `rows`, `style`, `state`: all of that, written down

mod canvas;
mod clusters;
mod csi;
mod decoder;
mod grid;
mod keys;
mod loud;
mod modes;
mod rows;
mod sequences;
mod state;
mod style;
mod survey;
mod title;

use avt::{Line, ScreenKind};
use bytes::Bytes;

use self::canvas::Canvas;
use self::decoder::Decoder;
use self::rows::{Below, write_rows};
use self::state::HiddenState;
use self::survey::Survey;
use crate::Size;

pub use self::modes::{Keypad, Modes};
pub use self::title::MAX_TITLE_CHARS;

/// A terminal's screen, both of them, with everything that output has changed.
///
/// Any bytes may be fed, cut anywhere. Memory is bounded by the size and the history.
pub struct Screen {
    decoder: Decoder,
    canvas: Canvas,
}

/// Where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// From 0; equal to the number of columns where the next character will wrap.
    pub column: usize,
    /// From 0.
    pub row: usize,
    /// Whether the program shows it.
    pub visible: bool,
}

impl Screen {
    /// Makes a blank screen that keeps up to `history_rows` rows that scroll out of the top.
    pub fn new(size: Size, history_rows: usize) -> Self {
        Self { decoder: Decoder::default(), canvas: Canvas::new(size, history_rows) }
    }

    /// Acts on the next output.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.decoder.feed(bytes, &mut self.canvas);
    }

    /// Looks ahead at output that is about to be fed, whole, and decides how much of its text will
    /// have scrolled away unseen at its end. That much is left out when it is fed; until all of it
    /// has been, the screen is not to be looked at.
    pub(crate) fn look_ahead<'a>(&mut self, output: impl Iterator<Item = &'a [u8]>) {
        let Some(needed) = self.canvas.line_feeds_to_scroll_away() else { return };
        let (mut decoder, mut survey) = (self.decoder.clone(), Survey::default());
        for piece in output {
            decoder.feed(piece, &mut survey);
            if survey.line_feeds().is_none() {
                return;
            }
        }
        let unseen = survey.line_feeds().unwrap_or(0).saturating_sub(needed);
        if unseen > 0 {
            self.canvas.leave_out(unseen);
        }
    }

    /// Whether text is being left out, so that feeding costs next to nothing.
    pub(crate) fn leaves_out(&self) -> bool {
        self.canvas.leaves_out()
    }

    /// Changes the size. Rows of the primary screen break anew.
    pub fn resize(&mut self, size: Size) {
        if size != self.size() {
            self.canvas.resize(size);
        }
    }

    /// The size.
    pub fn size(&self) -> Size {
        self.canvas.grid.size()
    }

    /// Writes down the screen as bytes that lead a fresh xterm-compatible terminal of this size to
    /// the same one: both screens, cursor, pen, modes, title, and the place inside an unfinished
    /// sequence or character. Up to `history_rows` rows above the screen come first.
    ///
    /// A terminal that is not fresh is made so by `ESC c` before.
    pub fn snapshot(&self, history_rows: usize) -> Bytes {
        let canvas = &self.canvas;
        let (grid, clusters) = (&canvas.grid, &canvas.clusters);
        let hidden = HiddenState::of(grid);
        let mut out = String::new();
        let history_rows = history_rows.min(grid.history_rows());
        let below = if history_rows == 0 { Below::Omit } else { Below::Write };
        write_rows(grid.primary_rows(history_rows), below, clusters, &mut out);
        self.write_keys_of_hidden_alternate(&mut out);
        hidden.write_primary(clusters, &mut out);
        canvas.modes.restore_keys(ScreenKind::Primary, &mut out);
        if self.is_alternate() {
            out.push_str("\x1b[?1047h\x1b[H");
            write_rows(grid.rows(), Below::Omit, clusters, &mut out);
            hidden.write_alternate(clusters, &mut out);
            canvas.modes.restore_keys(ScreenKind::Alternate, &mut out);
        }
        if !cfg!(feature = "mutant-grid-only") {
            canvas.window.restore(&mut out);
            canvas.modes.restore(&mut out);
        }
        // The rest comes as it came: the character that may still be joined or repeated, and the
        // beginning of what is not finished.
        out.push_str(&canvas.held);
        let mut bytes = out.into_bytes();
        bytes.extend_from_slice(&self.decoder.unfinished());
        bytes.into()
    }

    /// The text of the active screen, one line for each row, without blanks at the end.
    pub fn text(&self) -> Vec<String> {
        self.settled(|screen| screen.canvas.grid.rows().map(|row| screen.row_text(row)).collect())
    }

    /// Rows above the screen that are kept and that the program has not cleared.
    pub fn history_rows(&self) -> usize {
        self.canvas.grid.history_rows()
    }

    /// The cursor of the active screen.
    pub fn cursor(&self) -> Cursor {
        self.settled(|screen| {
            let grid = &screen.canvas.grid;
            Cursor { column: grid.column(), row: grid.row(), visible: grid.is_cursor_visible() }
        })
    }

    /// Whether the alternate screen is shown, as full-screen programs do.
    pub fn is_alternate(&self) -> bool {
        self.canvas.grid.shown() == ScreenKind::Alternate
    }

    /// What the program has asked for apart from what is on the screen.
    pub fn modes(&self) -> &Modes {
        &self.canvas.modes
    }

    /// The title the program gave its window, cleaned and at most [`MAX_TITLE_CHARS`] long; empty
    /// if it gave none.
    pub fn title(&self) -> &str {
        self.canvas.window.title()
    }

    /// The directory the program says it works in. It may say anything.
    pub fn directory(&self) -> Option<&str> {
        self.canvas.window.directory()
    }

    /// Looks at the screen with its last character drawn, which otherwise waits for marks: at a
    /// copy, because looking must not change what a mark that comes later does.
    fn settled<T>(&self, look: impl FnOnce(&Self) -> T) -> T {
        if self.canvas.held.is_empty() {
            return look(self);
        }
        let mut copy = Self::new(self.size(), 0);
        copy.feed(&self.snapshot(0));
        copy.canvas.settle();
        look(&copy)
    }

    /// The alternate screen's keyboard flags outlast it, and are set only while it is shown.
    fn write_keys_of_hidden_alternate(&self, out: &mut String) {
        let mut keys = String::new();
        self.canvas.modes.restore_keys(ScreenKind::Alternate, &mut keys);
        if !keys.is_empty() && !self.is_alternate() {
            out.extend(["\x1b[?1047h", &keys, "\x1b[?1047l"]);
        }
    }

    fn row_text(&self, row: &Line) -> String {
        let mut text = String::new();
        let cells = row.cells().iter().filter(|cell| cell.width() > 0);
        cells.for_each(|cell| self.canvas.clusters.write(cell.char(), &mut text));
        text.truncate(text.trim_end().len());
        text
    }
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen")
            .field("size", &self.size())
            .field("cursor", &self.cursor())
            .field("alternate", &self.is_alternate())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
