//! What happened to a job, in lines.

use model::job::{JobLogLine, LogLevel};
use model::{JobId, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

/// How many lines are kept of one job. When there are more, the oldest are dropped; their positions
/// are not given again, so that it shows.
pub const MAX_LINES: u64 = 1_000;

statements! {
    NEXT = "UPDATE jobs SET log_seq = log_seq + 1 WHERE id = $1 RETURNING log_seq";
    INSERT = "INSERT INTO job_logs (job, seq, at, level, message) VALUES ($1, $2, $3, $4, $5)";
    TRIM = "DELETE FROM job_logs WHERE job = $1 AND seq <= $2";
    PAGE = "SELECT seq, at, level, message FROM job_logs WHERE job = $1 AND seq > $2
        ORDER BY seq LIMIT $3";
    LAST = "SELECT log_seq FROM jobs WHERE id = $1";
}

impl Tx {
    /// Adds a line to the log of a job that there is.
    pub async fn job_log(
        &mut self,
        id: JobId,
        at: Timestamp,
        level: LogLevel,
        message: &str,
    ) -> Result<JobLogLine, StoreError> {
        let row = sqlx::query(NEXT)
            .bind(id.as_uuid())
            .fetch_one(&mut self.connection)
            .await
            .map_err(failed("number a line of a job's log"))?;
        let seq = row.count("log_seq")?;
        sqlx::query(INSERT)
            .bind(id.as_uuid())
            .bind(integer(seq))
            .bind(at.as_millis())
            .bind(level.as_str())
            .bind(message)
            .execute(&mut self.connection)
            .await
            .map_err(failed("add a line to a job's log"))?;
        if let Some(oldest) = seq.checked_sub(MAX_LINES).filter(|oldest| *oldest > 0) {
            sqlx::query(TRIM)
                .bind(id.as_uuid())
                .bind(integer(oldest))
                .execute(&mut self.connection)
                .await
                .map_err(failed("drop the oldest line of a job's log"))?;
        }
        Ok(JobLogLine { seq, at, level, message: message.to_owned() })
    }
}

impl Store {
    /// Lines of a job's log after a position, the oldest first.
    pub async fn job_log(
        &self,
        id: JobId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<JobLogLine>, StoreError> {
        let rows = sqlx::query(PAGE)
            .bind(id.as_uuid())
            .bind(integer(after))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("read a job's log"))?.iter().map(line).collect()
    }

    /// The highest position in a job's log.
    pub async fn job_log_last(&self, id: JobId) -> Result<u64, StoreError> {
        let row = sqlx::query(LAST).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("look for the end of a job's log"))?;
        row.map_or(Ok(0), |row| row.count("log_seq"))
    }
}

fn line(row: &SqliteRow) -> Result<JobLogLine, StoreError> {
    Ok(JobLogLine {
        seq: row.count("seq")?,
        at: row.time("at")?,
        level: row.word("level")?,
        message: row.text("message")?,
    })
}
