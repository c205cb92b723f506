//! What a tenant allows its sessions, and how many are open.

use std::time::Duration;

use model::session_limits::SessionLimits;
use model::{MachineId, TenantId, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, millis, statements};
use crate::{Store, StoreError, Tx};

statements! {
    PUT = "UPDATE tenants SET idle_limit_ms = $2, max_turns = $3, max_sessions_per_machine = $4,
            max_sessions_per_user = $5
        WHERE id = $1";
    GET = "SELECT idle_limit_ms, max_turns, max_sessions_per_machine, max_sessions_per_user
        FROM tenants WHERE id = $1";
    CROWD = "SELECT idle_limit_ms, max_turns, max_sessions_per_machine, max_sessions_per_user,
            (SELECT COUNT(*) FROM sessions
                WHERE sessions.machine = $2 AND state NOT IN ('stopped', 'failed')) AS on_machine,
            (SELECT COUNT(*) FROM sessions
                WHERE sessions.owner = $3 AND sessions.tenant = tenants.id
                    AND state NOT IN ('stopped', 'failed')) AS of_user
        FROM tenants WHERE id = $1";
}

/// How many sessions are open where somebody wants one more, and how many may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// What the tenant allows.
    pub limits: SessionLimits,
    /// Open ones on the machine, whoever has them.
    pub on_machine: u64,
    /// Open ones that the user has in the tenant.
    pub of_user: u64,
}

impl Tx {
    /// Changes what a tenant allows its sessions.
    pub async fn session_limits_put(
        &mut self,
        tenant: TenantId,
        limits: SessionLimits,
    ) -> Result<(), StoreError> {
        let count = |limit: Option<u32>| limit.map(|limit| integer(limit.into()));
        sqlx::query(PUT)
            .bind(tenant.as_uuid())
            .bind(limits.idle.map(millis))
            .bind(count(limits.turns))
            .bind(count(limits.per_machine))
            .bind(count(limits.per_user))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change session limits"))
    }

    /// What a tenant allows its sessions; nothing is limited in one that is not there.
    pub async fn session_limits(&mut self, tenant: TenantId) -> Result<SessionLimits, StoreError> {
        let row = sqlx::query(GET).bind(tenant.as_uuid()).fetch_optional(&mut self.connection);
        let row = row.await.map_err(failed("look up session limits"))?;
        row.as_ref().map_or(Ok(SessionLimits::default()), limits)
    }

    /// The same as [`Store::sessions_crowd`], inside the transaction.
    pub async fn sessions_crowd(
        &mut self,
        tenant: TenantId,
        machine: MachineId,
        user: UserId,
    ) -> Result<Crowd, StoreError> {
        let row = sqlx::query(CROWD)
            .bind(tenant.as_uuid())
            .bind(machine.as_uuid())
            .bind(user.as_uuid())
            .fetch_one(&mut self.connection)
            .await;
        crowd(&row.map_err(failed("count open sessions"))?)
    }
}

impl Store {
    /// How many sessions are open on a machine of a tenant, and how many a user has open there.
    pub async fn sessions_crowd(
        &self,
        tenant: TenantId,
        machine: MachineId,
        user: UserId,
    ) -> Result<Crowd, StoreError> {
        let row = sqlx::query(CROWD)
            .bind(tenant.as_uuid())
            .bind(machine.as_uuid())
            .bind(user.as_uuid())
            .fetch_one(&self.readers)
            .await;
        crowd(&row.map_err(failed("count open sessions"))?)
    }
}

fn crowd(row: &SqliteRow) -> Result<Crowd, StoreError> {
    Ok(Crowd {
        limits: limits(row)?,
        on_machine: row.count("on_machine")?,
        of_user: row.count("of_user")?,
    })
}

/// The limits in a tenant's row.
pub(crate) fn limits(row: &SqliteRow) -> Result<SessionLimits, StoreError> {
    let count = |column: &'static str| -> Result<Option<u32>, StoreError> {
        // No more than this was ever stored.
        Ok(row.maybe_count(column)?.map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
    };
    Ok(SessionLimits {
        idle: row.maybe_count("idle_limit_ms")?.map(Duration::from_millis),
        turns: count("max_turns")?,
        per_machine: count("max_sessions_per_machine")?,
        per_user: count("max_sessions_per_user")?,
    })
}
