//! Reading columns into words of the model.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use model::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::StoreError;

/// Reads one column by name.
pub(crate) trait Columns {
    fn uuid(&self, column: &'static str) -> Result<Uuid, StoreError>;
    fn maybe_uuid(&self, column: &'static str) -> Result<Option<Uuid>, StoreError>;
    fn time(&self, column: &'static str) -> Result<Timestamp, StoreError>;
    fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError>;
    fn text(&self, column: &'static str) -> Result<String, StoreError>;
    fn maybe_text(&self, column: &'static str) -> Result<Option<String>, StoreError>;
    fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError>;
    fn maybe_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError>;
    fn key(&self, column: &'static str) -> Result<[u8; 32], StoreError>;
    fn signed(&self, column: &'static str) -> Result<i64, StoreError>;
    fn count(&self, column: &'static str) -> Result<u64, StoreError>;
    fn maybe_count(&self, column: &'static str) -> Result<Option<u64>, StoreError>;
    fn word<W: FromStr<Err: Display>>(&self, column: &'static str) -> Result<W, StoreError>;
    fn maybe_word<W: FromStr<Err: Display>>(
        &self,
        column: &'static str,
    ) -> Result<Option<W>, StoreError>;
}

impl Columns for SqliteRow {
    fn uuid(&self, column: &'static str) -> Result<Uuid, StoreError> {
        self.try_get(column).map_err(wrong(column))
    }

    fn maybe_uuid(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        self.try_get(column).map_err(wrong(column))
    }

    fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.try_get(column).map(Timestamp::from_millis).map_err(wrong(column))
    }

    fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let millis: Option<i64> = self.try_get(column).map_err(wrong(column))?;
        Ok(millis.map(Timestamp::from_millis))
    }

    fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.try_get(column).map_err(wrong(column))
    }

    fn maybe_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.try_get(column).map_err(wrong(column))
    }

    fn maybe_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.try_get(column).map_err(wrong(column))
    }

    fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.try_get(column).map_err(wrong(column))
    }

    fn key(&self, column: &'static str) -> Result<[u8; 32], StoreError> {
        let bytes: Vec<u8> = self.bytes(column)?;
        bytes.try_into().map_err(|bytes: Vec<u8>| StoreError::Column {
            column,
            problem: format!("{} bytes instead of 32", bytes.len()),
        })
    }

    fn signed(&self, column: &'static str) -> Result<i64, StoreError> {
        self.try_get(column).map_err(wrong(column))
    }

    fn count(&self, column: &'static str) -> Result<u64, StoreError> {
        let number: i64 = self.try_get(column).map_err(wrong(column))?;
        u64::try_from(number).map_err(wrong(column))
    }

    fn maybe_count(&self, column: &'static str) -> Result<Option<u64>, StoreError> {
        let number: Option<i64> = self.try_get(column).map_err(wrong(column))?;
        number.map(|number| u64::try_from(number).map_err(wrong(column))).transpose()
    }

    fn word<W: FromStr<Err: Display>>(&self, column: &'static str) -> Result<W, StoreError> {
        self.text(column)?.parse().map_err(wrong(column))
    }

    fn maybe_word<W: FromStr<Err: Display>>(
        &self,
        column: &'static str,
    ) -> Result<Option<W>, StoreError> {
        self.maybe_text(column)?.map(|text| text.parse().map_err(wrong(column))).transpose()
    }
}

/// Says which column holds what cannot be read.
pub(crate) fn wrong<E: Display>(column: &'static str) -> impl FnOnce(E) -> StoreError {
    move |error| StoreError::Column { column, problem: error.to_string() }
}

/// A count as SQLite keeps it. Counts here are sequence numbers and tokens, far below 2⁶³.
pub(crate) fn integer(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A length of time as it is kept.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Names the statement in an error.
pub(crate) fn failed(statement: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |source| StoreError::Statement { statement, source }
}

/// Declares the statements of one entity: a constant each, and the list of all for the test that
/// prepares every one of them.
macro_rules! statements {
    ($($name:ident = $sql:expr;)+) => {
        $(const $name: &str = $sql;)+

        /// Every statement of this entity with its name.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

pub(crate) use statements;
