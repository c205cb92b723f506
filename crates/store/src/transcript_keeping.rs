//! For how long transcripts are kept on the server, as the administrators of tenants say.

use std::collections::HashMap;

use model::kept_transcript::{TranscriptKeeping, WorkspaceKeeping};
use model::{MachineId, SessionId, TenantId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::usage::SqlQuery;
use crate::{Store, StoreError, Tx};

statements! {
    SET_DAYS = "UPDATE tenants SET transcripts_kept_days = $2 WHERE id = $1";
    DAYS = "SELECT transcripts_kept_days AS kept_days FROM tenants WHERE id = $1";
    WORKSPACES = "SELECT machine, workspace, kept_days FROM workspace_transcripts
        WHERE tenant = $1 ORDER BY machine, workspace";
    FORGET_WORKSPACES = "DELETE FROM workspace_transcripts WHERE tenant = $1";
    PUT_WORKSPACE = "INSERT INTO workspace_transcripts (tenant, machine, workspace, kept_days)
        VALUES ($1, $2, $3, $4)";
    KEEPING_MACHINES = "SELECT id FROM machines WHERE removed_at IS NULL AND (
        EXISTS (SELECT 1 FROM tenants WHERE tenants.id = machines.tenant
            AND tenants.transcripts_kept_days IS NOT NULL)
        OR EXISTS (SELECT 1 FROM workspace_transcripts AS own
            WHERE own.machine = machines.id AND own.kept_days IS NOT NULL))";
}

impl Tx {
    /// For how long a tenant keeps transcripts.
    pub async fn transcript_keeping(
        &mut self,
        tenant: TenantId,
    ) -> Result<TranscriptKeeping, StoreError> {
        let days =
            sqlx::query(DAYS).bind(tenant.as_uuid()).fetch_optional(&mut self.connection).await;
        let workspaces =
            sqlx::query(WORKSPACES).bind(tenant.as_uuid()).fetch_all(&mut self.connection).await;
        keeping(days, workspaces)
    }

    /// Says for how long a tenant keeps transcripts, in place of what was said before.
    pub async fn transcript_keeping_put(
        &mut self,
        tenant: TenantId,
        keeping: &TranscriptKeeping,
    ) -> Result<(), StoreError> {
        const SAID: &str = "say how long transcripts are kept";
        let days = sqlx::query(SET_DAYS).bind(tenant.as_uuid()).bind(keeping.days);
        days.execute(&mut self.connection).await.map_err(failed(SAID))?;
        let forget = sqlx::query(FORGET_WORKSPACES).bind(tenant.as_uuid());
        forget.execute(&mut self.connection).await.map_err(failed(SAID))?;
        for own in &keeping.workspaces {
            let put = sqlx::query(PUT_WORKSPACE)
                .bind(tenant.as_uuid())
                .bind(own.machine.as_uuid())
                .bind(&own.workspace)
                .bind(own.days);
            put.execute(&mut self.connection).await.map_err(failed(SAID))?;
        }
        Ok(())
    }
}

impl Store {
    /// For how long a tenant keeps transcripts.
    pub async fn transcript_keeping(
        &self,
        tenant: TenantId,
    ) -> Result<TranscriptKeeping, StoreError> {
        let days = sqlx::query(DAYS).bind(tenant.as_uuid()).fetch_optional(&self.readers).await;
        let workspaces =
            sqlx::query(WORKSPACES).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        keeping(days, workspaces)
    }

    /// Machines on which there may be transcripts that are to be kept.
    pub async fn transcript_keeping_machines(&self) -> Result<Vec<MachineId>, StoreError> {
        let rows = sqlx::query(KEEPING_MACHINES).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("find machines whose transcripts are kept"))?;
        rows.iter().map(|row| Ok(MachineId::from_uuid(row.uuid("id")?))).collect()
    }

    /// For how many days these sessions are kept; without those that are not.
    pub async fn transcript_days(
        &self,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, u32>, StoreError> {
        // Only constants make up the statement.
        let statement = sqlx::AssertSqlSafe(days_statement(sessions.len()));
        let mut query: SqlQuery<'_> = sqlx::query(statement);
        for session in sessions {
            query = query.bind(session.as_uuid());
        }
        let rows = query.fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("look up how long sessions are kept"))?;
        let each = |row: &SqliteRow| {
            let session = SessionId::from_uuid(row.uuid("session")?);
            Ok(days(row)?.map(|days| (session, days)))
        };
        rows.iter().filter_map(|row| each(row).transpose()).collect()
    }
}

fn days_statement(sessions: usize) -> String {
    let places = vec!["?"; sessions].join(", ");
    format!("SELECT session, days AS kept_days FROM transcript_days WHERE session IN ({places})")
}

fn keeping(
    tenant: sqlx::Result<Option<SqliteRow>>,
    workspaces: sqlx::Result<Vec<SqliteRow>>,
) -> Result<TranscriptKeeping, StoreError> {
    const ASKED: &str = "look up how long transcripts are kept";
    let tenant = tenant.map_err(failed(ASKED))?;
    let workspace = |row: &SqliteRow| {
        Ok(WorkspaceKeeping {
            machine: MachineId::from_uuid(row.uuid("machine")?),
            workspace: row.text("workspace")?,
            days: days(row)?,
        })
    };
    Ok(TranscriptKeeping {
        days: tenant.as_ref().map_or(Ok(None), days)?,
        workspaces: workspaces
            .map_err(failed(ASKED))?
            .iter()
            .map(workspace)
            .collect::<Result<_, _>>()?,
    })
}

fn days(row: &SqliteRow) -> Result<Option<u32>, StoreError> {
    kept_days(row, "kept_days")
}

/// A number of days; no more was ever stored than fits.
pub(crate) fn kept_days(row: &SqliteRow, column: &'static str) -> Result<Option<u32>, StoreError> {
    Ok(row.maybe_count(column)?.map(|days| u32::try_from(days).unwrap_or(u32::MAX)))
}
