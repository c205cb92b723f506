//! Which job is next, which runs, and which of those has ended.

use std::time::Duration;

use model::job::Job;
use model::{MachineId, Timestamp};

use super::job;
use crate::columns::{Columns, failed, integer, millis, statements};
use crate::{Store, StoreError};

statements! {
    MACHINES = "SELECT DISTINCT machine FROM jobs WHERE state = 'queued'";
    RUNNING_ON = "SELECT COUNT(*) AS running FROM jobs WHERE machine = $1 AND state = 'running'";
    NEXT = "SELECT jobs.* FROM jobs JOIN tenants ON tenants.id = jobs.tenant
        WHERE jobs.machine = $1 AND jobs.state = 'queued'
            AND (SELECT COUNT(*) FROM jobs others
                WHERE others.owner = jobs.owner AND others.state = 'running') < $2
            AND (tenants.max_sessions_per_machine IS NULL
                OR (SELECT COUNT(*) FROM sessions
                    WHERE sessions.machine = $1
                        AND sessions.state NOT IN ('stopped', 'failed'))
                    < tenants.max_sessions_per_machine)
            AND (tenants.max_sessions_per_user IS NULL
                OR (SELECT COUNT(*) FROM sessions
                    WHERE sessions.owner = jobs.owner AND sessions.tenant = jobs.tenant
                        AND sessions.state NOT IN ('stopped', 'failed'))
                    < tenants.max_sessions_per_user)
        ORDER BY jobs.priority DESC, jobs.queued_at, jobs.id LIMIT $3";
    ENDED = "SELECT jobs.* FROM jobs
            LEFT JOIN turns ON turns.id = jobs.turn
            LEFT JOIN sessions ON sessions.id = jobs.session
            LEFT JOIN machines ON machines.id = jobs.machine
        WHERE jobs.state = 'running'
            AND (turns.id IS NULL OR turns.finished_at IS NOT NULL
                OR sessions.state IN ('stopped', 'failed')
                OR (sessions.paused_at IS NULL
                    AND jobs.started_at + jobs.timeout_ms + sessions.paused_ms <= $1)
                OR MAX(jobs.started_at, COALESCE(machines.last_seen_at, 0), $3) + $2 <= $1)";
    OVERDUE = "SELECT jobs.* FROM jobs JOIN machines ON machines.id = jobs.machine
        WHERE jobs.machine = $1 AND jobs.state = 'queued'
            AND (machines.removed_at IS NOT NULL
                OR MAX(jobs.queued_at, COALESCE(machines.last_seen_at, 0), $3)
                    + jobs.machine_wait_ms <= $2)
        ORDER BY jobs.queued_at LIMIT $4";
    NEXT_TIMEOUT = "SELECT MIN(jobs.started_at + jobs.timeout_ms + sessions.paused_ms) AS at
        FROM jobs JOIN sessions ON sessions.id = jobs.session
        WHERE jobs.state = 'running' AND sessions.paused_at IS NULL";
    NEXT_OVERDUE = "SELECT MIN(MAX(jobs.queued_at, COALESCE(machines.last_seen_at, 0), $2)
            + jobs.machine_wait_ms) AS at
        FROM jobs JOIN machines ON machines.id = jobs.machine
        WHERE jobs.machine = $1 AND jobs.state = 'queued'";
}

impl Store {
    /// Machines for which jobs wait.
    pub async fn jobs_wait_for(&self) -> Result<Vec<MachineId>, StoreError> {
        let rows = sqlx::query(MACHINES).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("list machines with waiting jobs"))?;
        rows.iter().map(|row| Ok(MachineId::from_uuid(row.uuid("machine")?))).collect()
    }

    /// How many jobs run on a machine.
    pub async fn jobs_running_on(&self, machine: MachineId) -> Result<u64, StoreError> {
        let row = sqlx::query(RUNNING_ON).bind(machine.as_uuid()).fetch_one(&self.readers).await;
        row.map_err(failed("count running jobs"))?.count("running")
    }

    /// The jobs that are next on a machine: by priority, then in the order in which they were
    /// queued, but for those whose owner has as many running as they may have, and those whose
    /// session would be one more than their tenant allows.
    pub async fn jobs_next(
        &self,
        machine: MachineId,
        per_owner: u32,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(NEXT)
            .bind(machine.as_uuid())
            .bind(integer(per_owner.into()))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("find the next job"))?.iter().map(job).collect()
    }

    /// Running jobs for which nothing more is waited: their turn or session is over or gone, their
    /// time is up, or nothing was heard of their machine for `lost_after`, counted from `since` at
    /// the earliest.
    pub async fn jobs_ended(
        &self,
        now: Timestamp,
        lost_after: Duration,
        since: Timestamp,
    ) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(ENDED)
            .bind(now.as_millis())
            .bind(millis(lost_after))
            .bind(since.as_millis())
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list jobs that have ended"))?.iter().map(job).collect()
    }

    /// Waiting jobs whose machine was removed, or was away for longer than they would wait, counted
    /// from `since` at the earliest. Only for a machine that is away.
    pub async fn jobs_overdue(
        &self,
        machine: MachineId,
        now: Timestamp,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(OVERDUE)
            .bind(machine.as_uuid())
            .bind(now.as_millis())
            .bind(since.as_millis())
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list overdue jobs"))?.iter().map(job).collect()
    }

    /// When the time of the first running job is up, of those whose session is not to stand still.
    pub async fn jobs_next_timeout(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEXT_TIMEOUT).fetch_one(&self.readers).await;
        row.map_err(failed("look for the next timeout"))?.maybe_time("at")
    }

    /// When the first job that waits for a machine that is away has waited long enough.
    pub async fn jobs_next_overdue(
        &self,
        machine: MachineId,
        since: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEXT_OVERDUE)
            .bind(machine.as_uuid())
            .bind(since.as_millis())
            .fetch_one(&self.readers)
            .await;
        row.map_err(failed("look for the next overdue job"))?.maybe_time("at")
    }
}
