//! The window: the terminal as it draws itself, and notices over its last line.

use std::io::{self, IsTerminal, Write};

use client::Part;
use terminal::{Screen, Size};

use super::filter::Filter;
use crate::hands::RawMode;
use crate::screen::fitting;
use crate::words::Words;

/// A window's size where nobody says.
const DEFAULT_SIZE: (u16, u16) = (80, 24);

/// Undoes what a program may have asked of a window: alternate screen, scrolling region, keypad and
/// cursor keys, mouse, focus reports, bracketed paste, colours, a hidden cursor.
const FRESH: &str = "\x1b[?1049l\x1b[!p\x1b[r\x1b[?1l\x1b>\x1b[?7h\x1b[?1000l\x1b[?1002l\x1b[?1003l\
                     \x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[m\x1b(B\x1b[?25h";

/// Makes the window blank.
const BLANK: &str = "\x1b[H\x1b[2J";

/// The window.
pub(super) struct Display {
    is_window: bool,
    filter: Filter,
    /// What the terminal shows, to draw it anew below a notice.
    screen: Screen,
    notice: Option<String>,
    _raw: Option<RawMode>,
}

/// Columns and rows of the window.
pub(super) fn window_size() -> (u16, u16) {
    let size = crossterm::terminal::size().ok();
    let (columns, rows) = size.filter(|(c, r)| *c > 0 && *r > 0).unwrap_or(DEFAULT_SIZE);
    (columns.min(Size::MAX), rows.min(Size::MAX))
}

impl Display {
    /// Takes the window. It is given back when this is dropped.
    pub(super) fn begin(part: Part, words: &dyn Words) -> anyhow::Result<Self> {
        let is_window = io::stdout().is_terminal() && io::stdin().is_terminal();
        if part == Part::Write && !is_window {
            use crate::exit::{Meaning, Refusal};
            return Err(Refusal::new(Meaning::Usage, words.needs_a_window()).into());
        }
        let raw = if is_window { Some(RawMode::begin()?) } else { None };
        let (columns, rows) = window_size();
        Ok(Self {
            is_window,
            filter: Filter::new(),
            screen: Screen::new(size(columns, rows), 0),
            notice: None,
            _raw: raw,
        })
    }

    pub(super) const fn is_window(&self) -> bool {
        self.is_window
    }

    /// Draws the next output.
    pub(super) fn output(&mut self, bytes: &[u8]) -> io::Result<()> {
        let passed = self.filter.pass(bytes);
        self.screen.feed(&passed);
        put(&passed)?;
        self.draw_notice()
    }

    /// Draws a whole screen in place of what is drawn.
    pub(super) fn screen(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.filter = Filter::new();
        self.screen = Screen::new(self.screen.size(), 0);
        if self.is_window {
            put(FRESH.as_bytes())?;
            put(BLANK.as_bytes())?;
        }
        self.output(bytes)
    }

    /// The terminal has this size.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.resize(size(columns, rows));
    }

    /// Draws everything anew.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        if !self.is_window {
            return Ok(());
        }
        put(FRESH.as_bytes())?;
        put(BLANK.as_bytes())?;
        put(&self.screen.snapshot(0))?;
        self.draw_notice()
    }

    /// Says something over the last line.
    pub(super) fn notice(&mut self, text: &str) -> io::Result<()> {
        self.notice = Some(text.to_owned());
        self.draw_notice()
    }

    /// Takes the notice away.
    pub(super) fn clear_notice(&mut self) -> io::Result<()> {
        if self.notice.take().is_some() { self.redraw() } else { Ok(()) }
    }

    fn draw_notice(&self) -> io::Result<()> {
        let Some(text) = self.notice.as_ref().filter(|_| self.is_window) else { return Ok(()) };
        let (columns, rows) = window_size();
        let text = fitting(text, usize::from(columns).saturating_sub(2));
        // Saves the cursor with its colours, and restores it (DEC VT510: DECSC, DECRC).
        put(format!("\x1b7\x1b[{rows};1H\x1b[0;7m {text} \x1b[K\x1b8").as_bytes())
    }

    /// Gives the window back, with what was shown left on it.
    pub(super) fn end(self) -> io::Result<()> {
        if !self.is_window {
            return Ok(());
        }
        let (_, rows) = window_size();
        let last = if self.screen.is_alternate() {
            String::new()
        } else {
            let row = self.screen.cursor().row + 1;
            format!("\x1b[{};1H", row.min(usize::from(rows)))
        };
        put(format!("{FRESH}{last}\r\n").as_bytes())
    }
}

fn size(columns: u16, rows: u16) -> Size {
    Size::new(u32::from(columns), u32::from(rows)).unwrap_or_default()
}

fn put(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}
