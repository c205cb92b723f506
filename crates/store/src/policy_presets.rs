//! Presets that administrators have made.

use model::policy_rule::PolicyPreset;
use model::{TenantId, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    PUT = "INSERT INTO policy_presets (tenant, name, description, options, changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant, name) DO UPDATE SET description = $3, options = $4,
            changed_by = $5, changed_at = $6";
    ALL = "SELECT * FROM policy_presets WHERE tenant = $1 ORDER BY name";
    DELETE = "DELETE FROM policy_presets WHERE tenant = $1 AND name = $2";
}

impl Tx {
    /// Adds a preset, or replaces the one of that name.
    pub async fn policy_preset_put(&mut self, preset: &PolicyPreset) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(preset.tenant.as_uuid())
            .bind(&preset.name)
            .bind(&preset.description)
            .bind(&preset.options)
            .bind(preset.changed_by.as_uuid())
            .bind(preset.changed_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("store a preset"))
    }

    /// Removes a preset; answers whether there was one. Sessions that came of it keep their
    /// policy.
    pub async fn policy_preset_delete(
        &mut self,
        tenant: TenantId,
        name: &str,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(tenant.as_uuid())
            .bind(name)
            .execute(&mut self.connection)
            .await
            .map_err(failed("remove a preset"))?;
        Ok(done.rows_affected() > 0)
    }
}

impl Store {
    /// The presets of a tenant, by name.
    pub async fn policy_presets(&self, tenant: TenantId) -> Result<Vec<PolicyPreset>, StoreError> {
        let rows = sqlx::query(ALL).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list presets"))?.iter().map(policy_preset).collect()
    }
}

fn policy_preset(row: &SqliteRow) -> Result<PolicyPreset, StoreError> {
    Ok(PolicyPreset {
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        name: row.text("name")?,
        description: row.text("description")?,
        options: row.text("options")?,
        changed_by: UserId::from_uuid(row.uuid("changed_by")?),
        changed_at: row.time("changed_at")?,
    })
}
