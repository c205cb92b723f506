//! Rows of a grid, written so that a blank terminal comes to show the same.

use std::fmt::Write;

use avt::{Cell, Line};

use super::clusters::{Clusters, PRINTED_SPACE};
use super::style::Style;

/// Stretches of bare background up to this long are written as spaces; other ways are no shorter.
const SHORT_CELLS: usize = 8;

/// Which rows there are below the last one that shows anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Below {
    /// They are left out.
    Omit,
    /// They are written as empty ones, because rows above must scroll out of view.
    Write,
}

/// Writes rows for a terminal with as many columns, whose cursor is at the top left, whose pen is
/// plain and which wraps. Leaves the pen plain and the cursor anywhere.
pub(crate) fn write_rows<'a>(
    rows: impl Iterator<Item = &'a Line>,
    below: Below,
    clusters: &Clusters,
    out: &mut String,
) {
    let rows: Vec<&Line> = rows.collect();
    let shown = match below {
        Below::Omit => rows.len() - rows.iter().rev().take_while(|row| is_empty(row)).count(),
        Below::Write => rows.len(),
    };
    let mut writer = Writer { below, clusters, out, pen: Style::default() };
    let mut entry = Entry::First;
    for (index, row) in rows.iter().enumerate() {
        // A row that continues the one above is written even if it is empty.
        if index >= shown && entry == Entry::First {
            break;
        }
        if index > 0 && entry == Entry::First {
            writer.next_row();
        }
        writer.row(row, entry);
        entry = if row.is_wrapped() { Entry::Wrapped } else { Entry::First };
    }
    writer.change(Style::default());
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// A character, or the stand-in of a cluster.
    pub character: char,
    /// What of the pen shows.
    pub style: Style,
}

impl Look {
    /// A cell where nothing has ever been.
    const BLANK: Self = Self { character: ' ', style: Style::PLAIN };

    pub(crate) fn of(cell: &Cell) -> Self {
        match cell.char() {
            ' ' if cell.width() == 1 => Self { character: ' ', style: Style::erased(cell.pen()) },
            PRINTED_SPACE => Self { character: ' ', style: Style::printed(cell.pen()) },
            character => Self { character, style: Style::printed(cell.pen()) },
        }
    }
}

/// How the cursor comes to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    /// It stands in its first column.
    First,
    /// It waits at the end of the row above for a character that does not fit there.
    Wrapped,
}

struct Writer<'a> {
    below: Below,
    clusters: &'a Clusters,
    out: &'a mut String,
    pen: Style,
}

/// Writing to a `String` does not fail, so the results are dropped.
impl Writer<'_> {
    fn next_row(&mut self) {
        if self.below == Below::Write && !self.pen.scrolls_blank() {
            self.change(Style::default());
        }
        self.out.push_str("\r\n");
    }

    fn row(&mut self, row: &Line, entry: Entry) {
        let cells = row.cells();
        let end = written_cells(row, entry);
        let mut column = 0;
        while column < end {
            let look = Look::of(&cells[column]);
            let bare = cells[column..end].iter().take_while(|cell| is_bare(cell, look)).count();
            let to_edge = column + bare == cells.len();
            // Only a character wraps, onto this row or from it.
            let wraps = (column == 0 && entry == Entry::Wrapped) || (to_edge && row.is_wrapped());
            if bare > SHORT_CELLS && !wraps {
                self.leave_bare(look.style, bare, to_edge);
                column += bare;
            } else {
                self.cell(&cells[column]);
                column += 1;
            }
            if column == 1 && entry == Entry::Wrapped {
                self.clear_scrolled_in();
            }
        }
    }

    /// Brings out a stretch of bare background without printing it.
    fn leave_bare(&mut self, style: Style, cells: usize, to_edge: bool) {
        if style == Style::default() {
            let _ = write!(self.out, "\x1b[{cells}C");
            return;
        }
        self.change(style);
        let _ = if to_edge {
            write!(self.out, "\x1b[K")
        } else {
            write!(self.out, "\x1b[{cells}X\x1b[{cells}C")
        };
    }

    fn cell(&mut self, cell: &Cell) {
        // The second half of a wide character comes with the first.
        if cell.width() == 0 {
            return;
        }
        let look = Look::of(cell);
        if !(is_bare(cell, look) && self.pen.shows_as(look.style)) {
            self.change(look.style);
        }
        self.clusters.write(look.character, self.out);
    }

    /// A character that wraps at the bottom scrolls in a row with the background of the pen.
    fn clear_scrolled_in(&mut self) {
        if self.below == Below::Write && !self.pen.scrolls_blank() {
            self.change(Style::default());
            self.out.push_str("\x1b[K");
        }
    }

    fn change(&mut self, style: Style) {
        self.pen.change_to(style, self.out);
        self.pen = style;
    }
}

/// How many cells of a row must be written: all up to the last that shows anything, and more where
/// the row wraps or is wrapped onto.
fn written_cells(row: &Line, entry: Entry) -> usize {
    let cells = row.cells();
    let shown = cells.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1);
    match (row.is_wrapped(), entry) {
        (true, _) => cells.len(),
        (false, Entry::Wrapped) => shown.max(1),
        (false, Entry::First) => shown,
    }
}

/// Whether nothing of the row has to be written.
fn is_empty(row: &Line) -> bool {
    !row.is_wrapped() && row.cells().iter().all(is_blank)
}

/// Whether the cell is one cell of background and looks like `look`.
fn is_bare(cell: &Cell, look: Look) -> bool {
    cell.char() == ' ' && cell.width() == 1 && Look::of(cell) == look
}

fn is_blank(cell: &Cell) -> bool {
    is_bare(cell, Look::BLANK)
}
