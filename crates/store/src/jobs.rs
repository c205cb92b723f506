//! Jobs: what they are and where they stand, who is next, and what became of them.
//!
//! - [`log`]: what happened to a job, in lines
//! - [`attempts`]: the sessions in which it was done
//! - [`queue`]: which job is next, which runs, which has ended

pub mod attempts;
pub mod log;
pub mod queue;

use std::time::Duration;

use model::agent::AgentName;
use model::job::{Job, JobFailure, JobState};
use model::{JobId, MachineId, SessionId, TenantId, Timestamp, TurnId, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, millis, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO jobs (id, tenant, owner, machine, agent, workspace, model, prompt_head,
            prompt_is_longer, priority, timeout_ms, machine_wait_ms, state, attempt, created_at,
            queued_at, interactive)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    INSERT_TEXT = "INSERT INTO job_texts (job, policy, prompt, content, worktree)
        VALUES ($1, $2, $3, $4, $5)";
    BY_ID = "SELECT * FROM jobs WHERE id = $1";
    TEXT = "SELECT * FROM job_texts WHERE job = $1";
    FILTERED = "SELECT * FROM jobs
        WHERE ($1 IS NULL OR tenant = $1)
            AND ($2 IS NULL OR (owner = $2
                    AND machine IN (SELECT machine FROM assignments WHERE user = $2))
                OR machine IN
                    (SELECT machine FROM assignments WHERE user = $2 AND level = 'admin'))
            AND ($3 IS NULL OR machine = $3)
            AND ($4 IS NULL OR state = $4)
            AND ($5 IS NULL OR (created_at, id) < ($5, $6))
        ORDER BY created_at DESC, id DESC LIMIT $7";
    PUT = "UPDATE jobs SET state = $2, attempt = $3, session = $4, turn = $5, failure = $6,
            error = $7, queued_at = $8, started_at = $9, finished_at = $10
        WHERE id = $1";
    SET_RESULT = "UPDATE job_texts SET result = $2, result_is_longer = $3 WHERE job = $1";
    DELETE = "DELETE FROM jobs WHERE id = $1";
    FINISHED_BEFORE = "SELECT * FROM jobs WHERE finished_at < $1 ORDER BY finished_at LIMIT $2";
    DELETE_FINISHED = "DELETE FROM jobs WHERE id = $1 AND finished_at < $2 RETURNING id";
}

/// The long texts of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobText {
    /// What was asked for of the policy, as JSON.
    pub policy: String,
    /// The prompt, as text.
    pub prompt: String,
    /// The prompt as ACP content blocks, where it is more than a text.
    pub content: Option<String>,
    /// The worktree in which it is done, where it has one, as JSON.
    pub worktree: Option<String>,
    /// What came of it.
    pub result: Option<JobResult>,
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobResult {
    /// What the agent said.
    pub text: String,
    /// Whether that is only the beginning.
    pub is_longer: bool,
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobFilter {
    /// Only of this tenant.
    pub tenant: Option<TenantId>,
    /// Only those that this user may see: their own, and those on machines they look after.
    pub visible_to: Option<UserId>,
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// Only in this state.
    pub state: Option<JobState>,
    /// Only those that come after this one in the list.
    pub after: Option<(Timestamp, JobId)>,
    /// How many at the most.
    pub limit: u32,
}

impl Tx {
    /// Adds a job that waits.
    pub async fn job_insert(&mut self, job: &Job, text: &JobText) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(job.id.as_uuid())
            .bind(job.tenant.as_uuid())
            .bind(job.owner.as_uuid())
            .bind(job.machine.as_uuid())
            .bind(job.agent.as_str())
            .bind(&job.workspace)
            .bind(&job.model)
            .bind(&job.prompt_head)
            .bind(job.prompt_is_longer)
            .bind(job.priority)
            .bind(job.timeout.map(millis))
            .bind(millis(job.machine_wait))
            .bind(job.state.as_str())
            .bind(integer(job.attempt.into()))
            .bind(job.created_at.as_millis())
            .bind(job.queued_at.as_millis())
            .bind(job.interactive)
            .execute(&mut self.connection)
            .await
            .map_err(failed("add a job"))?;
        sqlx::query(INSERT_TEXT)
            .bind(job.id.as_uuid())
            .bind(&text.policy)
            .bind(&text.prompt)
            .bind(&text.content)
            .bind(&text.worktree)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add the prompt of a job"))
    }

    /// One job, read inside the transaction.
    pub async fn job(&mut self, id: JobId) -> Result<Option<Job>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a job"))?.as_ref().map(job).transpose()
    }

    /// The long texts of a job, read inside the transaction.
    pub async fn job_text(&mut self, id: JobId) -> Result<Option<JobText>, StoreError> {
        let row = sqlx::query(TEXT).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("read the texts of a job"))?.as_ref().map(text).transpose()
    }

    /// Writes where a job stands: everything but what was asked for.
    pub async fn job_put(&mut self, job: &Job) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(job.id.as_uuid())
            .bind(job.state.as_str())
            .bind(integer(job.attempt.into()))
            .bind(job.session.map(|session| session.as_uuid()))
            .bind(job.turn.map(|turn| turn.as_uuid()))
            .bind(job.failure.map(JobFailure::as_str))
            .bind(&job.error)
            .bind(job.queued_at.as_millis())
            .bind(job.started_at.map(Timestamp::as_millis))
            .bind(job.finished_at.map(Timestamp::as_millis))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change a job"))
    }

    /// Keeps what came of a job, or forgets it.
    pub async fn job_set_result(
        &mut self,
        id: JobId,
        result: Option<&JobResult>,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_RESULT)
            .bind(id.as_uuid())
            .bind(result.map(|result| &result.text))
            .bind(result.is_some_and(|result| result.is_longer))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("keep the result of a job"))
    }

    /// Deletes a job with everything that is kept of it; usage and audit stay.
    pub async fn job_delete(&mut self, id: JobId) -> Result<(), StoreError> {
        sqlx::query(DELETE)
            .bind(id.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("delete a job"))
    }

    /// Deletes a job with everything that is kept of it if it ended before a time; answers whether
    /// it did.
    pub async fn job_delete_finished(
        &mut self,
        id: JobId,
        before: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(DELETE_FINISHED)
            .bind(id.as_uuid())
            .bind(before.as_millis())
            .fetch_optional(&mut self.connection)
            .await;
        Ok(row.map_err(failed("delete an old job"))?.is_some())
    }
}

impl Store {
    /// One job.
    pub async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a job"))?.as_ref().map(job).transpose()
    }

    /// The long texts of a job.
    pub async fn job_text(&self, id: JobId) -> Result<Option<JobText>, StoreError> {
        let row = sqlx::query(TEXT).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("read the texts of a job"))?.as_ref().map(text).transpose()
    }

    /// Jobs that ended before a time, the oldest first.
    pub async fn jobs_finished_before(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(FINISHED_BEFORE)
            .bind(before.as_millis())
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list old jobs"))?.iter().map(job).collect()
    }

    /// Jobs, the newest first.
    pub async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(FILTERED)
            .bind(filter.tenant.map(|tenant| tenant.as_uuid()))
            .bind(filter.visible_to.map(|user| user.as_uuid()))
            .bind(filter.machine.map(|machine| machine.as_uuid()))
            .bind(filter.state.map(JobState::as_str))
            .bind(filter.after.map(|(time, _)| time.as_millis()))
            .bind(filter.after.map(|(_, id)| id.as_uuid()))
            .bind(integer(filter.limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list jobs"))?.iter().map(job).collect()
    }
}

pub(crate) fn job(row: &SqliteRow) -> Result<Job, StoreError> {
    Ok(Job {
        id: JobId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        owner: UserId::from_uuid(row.uuid("owner")?),
        machine: MachineId::from_uuid(row.uuid("machine")?),
        agent: row.word::<AgentName>("agent")?,
        workspace: row.maybe_text("workspace")?,
        model: row.maybe_text("model")?,
        prompt_head: row.text("prompt_head")?,
        prompt_is_longer: row.count("prompt_is_longer")? != 0,
        priority: row.signed("priority")?,
        timeout: row.maybe_count("timeout_ms")?.map(Duration::from_millis),
        machine_wait: Duration::from_millis(row.count("machine_wait_ms")?),
        interactive: row.count("interactive")? != 0,
        state: row.word("state")?,
        attempt: small(row.count("attempt")?),
        session: row.maybe_uuid("session")?.map(SessionId::from_uuid),
        turn: row.maybe_uuid("turn")?.map(TurnId::from_uuid),
        failure: row.maybe_word("failure")?,
        error: row.maybe_text("error")?,
        created_at: row.time("created_at")?,
        queued_at: row.time("queued_at")?,
        started_at: row.maybe_time("started_at")?,
        finished_at: row.maybe_time("finished_at")?,
    })
}

fn text(row: &SqliteRow) -> Result<JobText, StoreError> {
    let is_longer = row.count("result_is_longer")? != 0;
    Ok(JobText {
        policy: row.text("policy")?,
        prompt: row.text("prompt")?,
        content: row.maybe_text("content")?,
        worktree: row.maybe_text("worktree")?,
        result: row.maybe_text("result")?.map(|text| JobResult { text, is_longer }),
    })
}

/// Attempts and tries are few.
pub(crate) fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
