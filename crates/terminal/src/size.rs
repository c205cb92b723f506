//! How many character cells a terminal has.

use std::fmt;

/// A size was asked for that no terminal may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a terminal has 1 to {max} columns and rows, not {columns}x{rows}", max = Size::MAX)]
pub struct InvalidSize {
    /// The columns asked for.
    pub columns: u32,
    /// The rows asked for.
    pub rows: u32,
}

/// A terminal's size in character cells, each way from 1 to [`Size::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    columns: u16,
    rows: u16,
}

impl Size {
    /// The largest number of columns and of rows; larger ones would only cost memory.
    pub const MAX: u16 = 1000;

    /// Checks the numbers as they come from the wire or from a window.
    pub fn new(columns: u32, rows: u32) -> Result<Self, InvalidSize> {
        let invalid = InvalidSize { columns, rows };
        let within = |number: u32| {
            u16::try_from(number).ok().filter(|number| (1..=Self::MAX).contains(number))
        };
        Ok(Self { columns: within(columns).ok_or(invalid)?, rows: within(rows).ok_or(invalid)? })
    }

    /// Character cells in a row.
    pub const fn columns(self) -> u16 {
        self.columns
    }

    /// Rows.
    pub const fn rows(self) -> u16 {
        self.rows
    }

    /// Character cells in all.
    pub const fn cells(self) -> u32 {
        self.columns as u32 * self.rows as u32
    }
}

impl Default for Size {
    /// 80 columns and 24 rows, what programs assume where nobody tells them.
    fn default() -> Self {
        Self { columns: 80, rows: 24 }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.columns, self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sizes_that_a_window_can_have_are_taken() {
        for (columns, rows, fits) in [
            (1, 1, true),
            (1000, 1000, true),
            (0, 24, false),
            (80, 0, false),
            (1001, 24, false),
            (80, 65_536 + 24, false),
        ] {
            assert_eq!(Size::new(columns, rows).is_ok(), fits, "{columns}x{rows}");
        }
    }

    #[test]
    fn the_error_names_what_is_allowed() {
        let error = Size::new(0, 24).unwrap_err();
        assert_eq!(error.to_string(), "a terminal has 1 to 1000 columns and rows, not 0x24");
    }
}
