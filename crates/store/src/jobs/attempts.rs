//! The sessions in which a job was done, and what they used.

use model::job::{Job, JobAttempt, JobState};
use model::usage::UsageSum;
use model::{JobId, SessionId, Timestamp, TurnId};
use sqlx::sqlite::SqliteRow;

use super::small;
use crate::columns::{Columns, failed, integer, statements};
use crate::usage::{sum, sums};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO job_attempts (job, number, session, turn, started_at, state)
        VALUES ($1, $2, $3, $4, $5, $6)";
    END = "UPDATE job_attempts SET state = $3, error = $4, finished_at = $5
        WHERE job = $1 AND number = $2";
    ALL = "SELECT * FROM job_attempts WHERE job = $1 ORDER BY number";
    SUM = concat!(
        "SELECT ",
        sums!(),
        " FROM usage_records WHERE session IN (SELECT session FROM job_attempts WHERE job = $1)"
    );
}

impl Tx {
    /// Notes that the attempt of a job begins, in a session and a turn.
    pub async fn job_attempt_insert(
        &mut self,
        job: &Job,
        session: SessionId,
        turn: TurnId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(job.id.as_uuid())
            .bind(integer(job.attempt.into()))
            .bind(session.as_uuid())
            .bind(turn.as_uuid())
            .bind(now.as_millis())
            .bind(JobState::Running.as_str())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add an attempt of a job"))
    }

    /// Notes that the attempt of a job ended as the job did, if it was begun.
    pub async fn job_attempt_end(&mut self, job: &Job) -> Result<(), StoreError> {
        sqlx::query(END)
            .bind(job.id.as_uuid())
            .bind(integer(job.attempt.into()))
            .bind(job.state.as_str())
            .bind(&job.error)
            .bind(job.finished_at.map(Timestamp::as_millis))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("end an attempt of a job"))
    }
}

impl Store {
    /// The attempts of a job that were begun, in order.
    pub async fn job_attempts(&self, id: JobId) -> Result<Vec<JobAttempt>, StoreError> {
        let rows = sqlx::query(ALL).bind(id.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list the attempts of a job"))?.iter().map(attempt).collect()
    }

    /// What all attempts of a job used.
    pub async fn job_usage(&self, id: JobId) -> Result<UsageSum, StoreError> {
        let row = sqlx::query(SUM).bind(id.as_uuid()).fetch_one(&self.readers).await;
        let row = row.map_err(failed("sum a job's usage"))?;
        sum(&row)
    }
}

fn attempt(row: &SqliteRow) -> Result<JobAttempt, StoreError> {
    Ok(JobAttempt {
        number: small(row.count("number")?),
        session: SessionId::from_uuid(row.uuid("session")?),
        turn: TurnId::from_uuid(row.uuid("turn")?),
        started_at: row.time("started_at")?,
        finished_at: row.maybe_time("finished_at")?,
        state: row.word("state")?,
        error: row.maybe_text("error")?,
    })
}
