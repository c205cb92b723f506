//! Failed sign-ins, so that throttling survives a restart (S06).

use model::Timestamp;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    BY_SUBJECT = "SELECT failures, last_at FROM throttles WHERE subject = $1";
    COUNT = "INSERT INTO throttles (subject, failures, last_at) VALUES ($1, 1, $2)
        ON CONFLICT (subject) DO UPDATE SET failures = failures + 1, last_at = $2";
    CLEAR = "DELETE FROM throttles WHERE subject = $1";
    FORGET = "DELETE FROM throttles WHERE last_at < $1";
}

/// Failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u64,
    /// When the last one was.
    pub last_at: Timestamp,
}

impl Tx {
    /// Counts a failure of a subject, such as `account:<id>` or `source:<address>`.
    pub async fn throttle_count(
        &mut self,
        subject: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(COUNT)
            .bind(subject)
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("count a failed sign-in"))
    }

    /// Forgets the failures of a subject.
    pub async fn throttle_clear(&mut self, subject: &str) -> Result<(), StoreError> {
        sqlx::query(CLEAR)
            .bind(subject)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("forget failed sign-ins"))
    }

    /// Forgets every subject whose last failure is older.
    pub async fn throttles_forget(&mut self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query(FORGET)
            .bind(before.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("forget old failed sign-ins"))
    }
}

impl Store {
    /// The failures of a subject since its last success.
    pub async fn throttle(&self, subject: &str) -> Result<Option<Failures>, StoreError> {
        let row = sqlx::query(BY_SUBJECT).bind(subject).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("look up failed sign-ins"))?;
        row.map(|row| Ok(Failures { count: row.count("failures")?, last_at: row.time("last_at")? }))
            .transpose()
    }
}
