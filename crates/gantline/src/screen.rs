//! What is written to a window: text that stays, and below it one passing line that says what is
//! going on and is wiped before anything else is written.

use std::io::{self, IsTerminal, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::paint::Paint;

/// Columns that are assumed where nobody says.
const DEFAULT_COLUMNS: u16 = 80;

/// Goes to the beginning of the line and wipes it (ECMA-48 §8.3.41).
const WIPE_LINE: &str = "\r\x1b[2K";

/// Where a screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlet {
    Stdout,
    Stderr,
}

/// What is written to a window.
pub(crate) struct Screen {
    outlet: Outlet,
    paint: Paint,
    /// Whether lines have to be ended with a carriage return too.
    is_raw: bool,
    passing: Option<String>,
    /// What the user types meanwhile; shown behind the passing line.
    typed: String,
    is_mid_line: bool,
}

impl Screen {
    /// The screen of an outlet, if it is a window.
    pub(crate) fn of(outlet: Outlet) -> Option<Self> {
        let (is_window, paint) = match outlet {
            Outlet::Stdout => (io::stdout().is_terminal(), Paint::of_stdout()),
            Outlet::Stderr => (io::stderr().is_terminal(), Paint::of_stderr()),
        };
        is_window.then_some(Self {
            outlet,
            paint,
            is_raw: false,
            passing: None,
            typed: String::new(),
            is_mid_line: false,
        })
    }

    pub(crate) const fn paint(&self) -> Paint {
        self.paint
    }

    pub(crate) const fn is_mid_line(&self) -> bool {
        self.is_mid_line
    }

    /// The keyboard is read key by key from now on, or no longer.
    pub(crate) fn raw(&mut self, is_raw: bool) {
        self.is_raw = is_raw;
    }

    /// Columns of the window.
    #[expect(clippy::unused_self, reason = "a screen is what has columns")]
    pub(crate) fn columns(&self) -> u16 {
        let size = crossterm::terminal::size();
        size.ok().map(|(columns, _)| columns).filter(|c| *c > 0).unwrap_or(DEFAULT_COLUMNS)
    }

    /// Writes text that stays.
    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let passing = self.passing.take();
        let wipe = if passing.is_some() && !self.is_mid_line { WIPE_LINE } else { "" };
        self.is_mid_line = !text.ends_with('\n');
        let text = if self.is_raw { text.replace('\n', "\r\n") } else { text.to_owned() };
        self.put(&format!("{wipe}{text}"))?;
        match passing {
            Some(passing) => self.passing(&passing),
            None => Ok(()),
        }
    }

    /// Writes a line that stays.
    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        let start = if self.is_mid_line { "\n" } else { "" };
        self.write(&format!("{start}{line}\n"))
    }

    /// Says what is going on, below everything that stays. Plain text, cut to the window.
    pub(crate) fn passing(&mut self, text: &str) -> io::Result<()> {
        let wipe = if self.is_mid_line { "" } else { WIPE_LINE };
        self.passing = Some(text.to_owned());
        if self.is_mid_line {
            // It is drawn when the line below is free.
            return Ok(());
        }
        let whole = match self.typed.as_str() {
            "" => text.to_owned(),
            typed => format!("{text}  › {typed}"),
        };
        let shown = fitting(&whole, usize::from(self.columns()).saturating_sub(1));
        let painted = self.paint.dim(shown);
        self.put(&format!("{wipe}{painted}"))
    }

    /// Shows what the user types meanwhile.
    pub(crate) fn typed(&mut self, typed: &str) -> io::Result<()> {
        typed.clone_into(&mut self.typed);
        match self.passing.clone() {
            Some(passing) => self.passing(&passing),
            None => Ok(()),
        }
    }

    /// Nothing is going on.
    pub(crate) fn calm(&mut self) -> io::Result<()> {
        if self.passing.take().is_some() && !self.is_mid_line {
            return self.put(WIPE_LINE);
        }
        Ok(())
    }

    fn put(&self, text: &str) -> io::Result<()> {
        match self.outlet {
            Outlet::Stdout => put(io::stdout().lock(), text),
            Outlet::Stderr => put(io::stderr().lock(), text),
        }
    }
}

fn put(mut out: impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The beginning of a text that fits into so many columns.
pub(crate) fn fitting(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut fitting = String::new();
    let mut width = 0;
    for character in text.chars() {
        width += character.width().unwrap_or(0);
        if width >= columns {
            break;
        }
        fitting.push(character);
    }
    fitting.push('…');
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_to_the_window() {
        assert_eq!(fitting("汉字汉字", 5), "汉字…");
        assert_eq!(fitting("short", 5), "short");
        assert_eq!(fitting("longer", 5), "long…");
    }
}
