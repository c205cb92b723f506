//! What channels have answered: the last few of each.

use std::time::Duration;

use model::ChannelId;
use model::notification::ChannelAttempt;

use crate::columns::{Columns, failed, integer, millis, statements};
use crate::jobs::small;
use crate::{Store, StoreError, Tx};

/// How many attempts are kept of one channel. When there are more, the oldest are dropped; their
/// numbers are not given again.
pub const MAX_ATTEMPTS: u32 = 10;

statements! {
    LAST = "SELECT COALESCE(MAX(number), 0) AS number FROM notification_attempts WHERE channel = $1";
    INSERT = "INSERT INTO notification_attempts (channel, number, event, at, took_ms, status, error)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TRIM = "DELETE FROM notification_attempts WHERE channel = $1 AND number <= $2";
    OF_CHANNEL = "SELECT * FROM notification_attempts WHERE channel = $1 ORDER BY number DESC";
}

impl Tx {
    /// Adds an attempt to a channel; its number is the next one.
    pub async fn channel_attempt_insert(
        &mut self,
        channel: ChannelId,
        attempt: &ChannelAttempt,
    ) -> Result<(), StoreError> {
        let row = sqlx::query(LAST)
            .bind(channel.as_uuid())
            .fetch_one(&mut self.connection)
            .await
            .map_err(failed("number an attempt to notify"))?;
        let number = row.count("number")? + 1;
        sqlx::query(INSERT)
            .bind(channel.as_uuid())
            .bind(integer(number))
            .bind(attempt.event.map(model::notification::NoticeEvent::as_str))
            .bind(attempt.at.as_millis())
            .bind(millis(attempt.took))
            .bind(attempt.status)
            .bind(&attempt.error)
            .execute(&mut self.connection)
            .await
            .map_err(failed("add an attempt to notify"))?;
        sqlx::query(TRIM)
            .bind(channel.as_uuid())
            .bind(integer(number.saturating_sub(MAX_ATTEMPTS.into())))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop the oldest attempt to notify"))
    }
}

impl Store {
    /// The attempts that are kept of a channel, the newest first.
    pub async fn channel_attempts(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<ChannelAttempt>, StoreError> {
        let rows = sqlx::query(OF_CHANNEL).bind(channel.as_uuid()).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("list attempts to notify"))?;
        let attempt = |row| -> Result<_, StoreError> {
            let row: &sqlx::sqlite::SqliteRow = row;
            let status = row.maybe_count("status")?;
            Ok(ChannelAttempt {
                number: small(row.count("number")?),
                event: row.maybe_word("event")?,
                at: row.time("at")?,
                took: Duration::from_millis(row.count("took_ms")?),
                status: status.map(|status| u16::try_from(status).unwrap_or(0)),
                error: row.maybe_text("error")?,
            })
        };
        rows.iter().map(attempt).collect()
    }
}
