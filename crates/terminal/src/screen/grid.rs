//! The cells of both screens, and the history above them.

use avt::observer::Observation;
use avt::{Anchor, Cell, Line, Observer, Operation, Position, ScreenKind};

use crate::Size;

/// `avt`'s terminal, and how much of its history the program has cleared.
pub(crate) struct Grid {
    terminal: avt::Terminal,
    size: Size,
    history_limit: usize,
    /// Rows that have left the history for good.
    evicted: u64,
    /// Rows of the history up to which the program has cleared it, counted like `evicted`.
    cleared: u64,
}

impl Grid {
    pub(crate) fn new(size: Size, history_limit: usize) -> Self {
        let (columns, rows) = (size.columns().into(), size.rows().into());
        // A `Size` has at least one column and one row, which is all that is asked for.
        let terminal = avt::Terminal::with_scrollback(columns, rows, Some(history_limit))
            .unwrap_or_else(|error| unreachable!("{error}"));
        Self { terminal, size, history_limit, evicted: 0, cleared: 0 }
    }

    /// Draws text, including C0 controls.
    pub(crate) fn draw(&mut self, text: &str) {
        self.terminal.feed_with(text, Evictions(&mut self.evicted));
    }

    pub(crate) fn execute(&mut self, operation: impl Into<Operation>) {
        let operation: Operation = operation.into();
        self.terminal.execute_with(operation, Evictions(&mut self.evicted));
    }

    /// Changes the size. Rows break anew, so where the cleared part of the history ends is marked
    /// before and found again after.
    pub(crate) fn resize(&mut self, size: Size) {
        let end_of_cleared = self.mark_cleared();
        self.size = size;
        self.execute(Operation::Resize { cols: size.columns().into(), rows: size.rows().into() });
        if let Some(anchor) = end_of_cleared {
            let found = self.terminal.resolve(&anchor).map_or(0, |position| position.row.min(0));
            let kept = found.unsigned_abs();
            self.cleared = self.evicted + self.all_history_rows().saturating_sub(kept) as u64;
        }
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }

    /// The cursor's column, from 0; equal to the number of columns where it waits to wrap.
    pub(crate) fn column(&self) -> usize {
        self.terminal.cursor().col
    }

    /// The cursor's row, from 0.
    pub(crate) fn row(&self) -> usize {
        self.terminal.cursor().row
    }

    pub(crate) fn is_cursor_visible(&self) -> bool {
        self.terminal.cursor().visible
    }

    /// Which screen is shown.
    pub(crate) fn shown(&self) -> ScreenKind {
        self.terminal.active_screen_kind()
    }

    /// The rows of the screen that is shown.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Line> {
        self.terminal.screen().visible_lines()
    }

    /// The rows of the primary screen, with up to `history_rows` above it.
    pub(crate) fn primary_rows(&self, history_rows: usize) -> impl Iterator<Item = &Line> {
        let skipped = self.all_history_rows() - history_rows.min(self.history_rows());
        self.terminal.primary_screen().all_lines().skip(skipped)
    }

    /// Every cell there is.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.terminal.primary_screen().all_lines().chain(self.rows()).flat_map(Line::cells)
    }

    /// Functions that rebuild both screens, as text.
    pub(crate) fn dump(&self) -> String {
        self.terminal.dump()
    }

    /// Rows above the screen that the program has not cleared.
    pub(crate) fn history_rows(&self) -> usize {
        let cleared = usize::try_from(self.cleared.saturating_sub(self.evicted));
        self.all_history_rows().saturating_sub(cleared.unwrap_or(usize::MAX))
    }

    /// How many rows the history keeps at most.
    pub(crate) fn history_limit(&self) -> usize {
        self.history_limit
    }

    pub(crate) fn clear_history(&mut self) {
        self.cleared = self.evicted + self.all_history_rows() as u64;
    }

    /// What is cleared will have left the history before anybody looks at it.
    pub(crate) fn forget_cleared(&mut self) {
        self.cleared = self.evicted;
    }

    fn mark_cleared(&mut self) -> Option<Anchor> {
        if self.cleared <= self.evicted {
            return None;
        }
        let rows = isize::try_from(self.history_rows()).unwrap_or(isize::MAX);
        self.terminal.anchor_at(Position { screen: ScreenKind::Primary, col: 0, row: -rows })
    }

    fn all_history_rows(&self) -> usize {
        let rows = self.terminal.primary_screen().all_lines().count();
        rows - usize::from(self.size.rows())
    }
}

/// Counts the rows that leave the history.
struct Evictions<'a>(&'a mut u64);

impl Observer for Evictions<'_> {
    type Output = ();

    fn evicted(&mut self, _context: &mut Observation<'_>, _line: &Line) {
        *self.0 += 1;
    }

    fn end(&mut self, _context: &mut Observation<'_>) {}
}
