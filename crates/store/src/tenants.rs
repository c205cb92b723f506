//! Organisations.

use std::collections::HashMap;

use model::tenant::Tenant;
use model::{TenantId, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::freezes::{OWN, freeze};
use crate::session_limits::limits;
use crate::transcript_keeping::kept_days;
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO tenants (id, number, name, created_at)
        SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3 FROM tenants";
    RENAME = "UPDATE tenants SET name = $2 WHERE id = $1 AND name <> $2";
    FIRST = "SELECT id FROM tenants ORDER BY number LIMIT 1";
    COUNTS = "SELECT tenants.id,
            (SELECT COUNT(*) FROM users WHERE users.tenant = tenants.id
                AND users.state <> 'deleted') AS users,
            (SELECT COUNT(*) FROM machines
                WHERE machines.tenant = tenants.id AND removed_at IS NULL) AS machines
        FROM tenants";
    ALL = "SELECT tenants.*, users.display_name AS frozen_by_name FROM tenants
        LEFT JOIN users ON users.id = tenants.frozen_by ORDER BY tenants.number";
}

impl Tx {
    /// Adds a tenant; it gets the next number.
    pub async fn tenant_insert(
        &mut self,
        id: TenantId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(id.as_uuid())
            .bind(name)
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a tenant"))
    }

    /// Calls a tenant something else; answers whether that changed anything.
    pub async fn tenant_rename(&mut self, id: TenantId, name: &str) -> Result<bool, StoreError> {
        let done = sqlx::query(RENAME)
            .bind(id.as_uuid())
            .bind(name)
            .execute(&mut self.connection)
            .await
            .map_err(failed("rename a tenant"))?;
        Ok(done.rows_affected() > 0)
    }

    /// The tenant with the lowest number.
    pub async fn tenant_first(&mut self) -> Result<Option<TenantId>, StoreError> {
        let row = sqlx::query(FIRST).fetch_optional(&mut self.connection).await;
        let row = row.map_err(failed("find the first tenant"))?;
        row.map(|row| Ok(TenantId::from_uuid(row.uuid("id")?))).transpose()
    }
}

/// How much there is in a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TenantCounts {
    /// Accounts, whatever their state.
    pub users: u64,
    /// Machines.
    pub machines: u64,
}

impl Store {
    /// How much there is in each tenant.
    pub async fn tenant_counts(&self) -> Result<HashMap<TenantId, TenantCounts>, StoreError> {
        let rows = sqlx::query(COUNTS).fetch_all(&self.readers).await;
        rows.map_err(failed("count what tenants have"))?
            .iter()
            .map(|row| {
                let counts =
                    TenantCounts { users: row.count("users")?, machines: row.count("machines")? };
                Ok((TenantId::from_uuid(row.uuid("id")?), counts))
            })
            .collect()
    }

    /// Every tenant, by number.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows =
            sqlx::query(ALL).fetch_all(&self.readers).await.map_err(failed("list tenants"))?;
        rows.iter().map(tenant).collect()
    }
}

fn tenant(row: &SqliteRow) -> Result<Tenant, StoreError> {
    Ok(Tenant {
        id: TenantId::from_uuid(row.uuid("id")?),
        number: i64::try_from(row.count("number")?).unwrap_or(i64::MAX),
        name: row.text("name")?,
        created_at: row.time("created_at")?,
        second_factor: row.word("second_factor")?,
        limits: limits(row)?,
        transcripts_kept_days: kept_days(row, "transcripts_kept_days")?,
        frozen: freeze(row, &OWN)?,
    })
}
