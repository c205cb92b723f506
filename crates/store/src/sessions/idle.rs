//! Which chats have had nothing to do for as long as they may, by their own limit or by their
//! tenant's. One with an open turn, or with an order that its machine has not carried out, has
//! something to do; that of a running job is ended by its job.

use std::time::Duration;

use model::session::Session;
use model::{SessionId, Timestamp};
use sqlx::sqlite::SqliteRow;

use super::session;
use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

statements! {
    OVER = "SELECT sessions.*, tenants.idle_limit_ms AS tenant_idle_limit_ms
        FROM sessions JOIN tenants ON tenants.id = sessions.tenant
        WHERE sessions.kind = 'chat' AND sessions.state = 'idle'
            AND sessions.last_active_at
                + coalesce(min(sessions.idle_limit_ms, tenants.idle_limit_ms),
                    sessions.idle_limit_ms, tenants.idle_limit_ms) <= $1
            AND ($2 IS NULL OR sessions.id = $2)
            AND NOT EXISTS (SELECT 1 FROM turns
                WHERE turns.session = sessions.id AND turns.finished_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM commands
                WHERE commands.session = sessions.id AND commands.finished_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM jobs
                WHERE jobs.session = sessions.id AND jobs.state = 'running')
        ORDER BY sessions.last_active_at LIMIT $3";
    NEXT = "SELECT MIN(at) AS at FROM (
            SELECT sessions.last_active_at
                + coalesce(min(sessions.idle_limit_ms, tenants.idle_limit_ms),
                    sessions.idle_limit_ms, tenants.idle_limit_ms) AS at
            FROM sessions JOIN tenants ON tenants.id = sessions.tenant
            WHERE sessions.kind = 'chat' AND sessions.state = 'idle')
        WHERE at > $1";
}

/// Whose limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleLimitOf {
    /// The session was started with it.
    Session,
    /// It holds for every session of the tenant.
    Tenant,
}

/// A session that has had nothing to do for as long as it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdledOut {
    /// The session.
    pub session: Session,
    /// For how long it may.
    pub limit: Duration,
    /// Who says so.
    pub of: IdleLimitOf,
}

impl Tx {
    /// A session, if it has had nothing to do for as long as it may; read inside the transaction.
    pub async fn session_idled_out(
        &mut self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<IdledOut>, StoreError> {
        let row = sqlx::query(OVER)
            .bind(now.as_millis())
            .bind(id.as_uuid())
            .bind(1)
            .fetch_optional(&mut self.connection)
            .await;
        row.map_err(failed("see whether a session is idle"))?.as_ref().map(idled_out).transpose()
    }
}

impl Store {
    /// Sessions that have had nothing to do for as long as they may, the longest idle first.
    pub async fn sessions_idled_out(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<IdledOut>, StoreError> {
        let rows = sqlx::query(OVER)
            .bind(now.as_millis())
            .bind(None::<uuid::Uuid>)
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list idle sessions"))?.iter().map(idled_out).collect()
    }

    /// When the next one that is idle now will have been so for as long as it may.
    pub async fn sessions_next_idle_end(
        &self,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEXT).bind(now.as_millis()).fetch_one(&self.readers).await;
        row.map_err(failed("look for the next idle session"))?.maybe_time("at")
    }
}

/// A row that has one limit at least; of two, the shorter is the one that was reached.
fn idled_out(row: &SqliteRow) -> Result<IdledOut, StoreError> {
    let session = session(row)?;
    let of_tenant = row.maybe_count("tenant_idle_limit_ms")?.map(Duration::from_millis);
    let (limit, of) = match (session.idle_limit, of_tenant) {
        (Some(own), Some(tenants)) if own <= tenants => (own, IdleLimitOf::Session),
        (_, Some(tenants)) => (tenants, IdleLimitOf::Tenant),
        (own, None) => (own.unwrap_or_default(), IdleLimitOf::Session),
    };
    Ok(IdledOut { session, limit, of })
}
