//! Sealed secrets of LLM providers.

use model::provider::{ProviderKey, ProviderName};
use model::{ProviderKeyId, TenantId, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO provider_keys (id, tenant, provider, name, base_url, sealed, hint,
            created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_TENANT = "SELECT * FROM provider_keys WHERE tenant = $1 ORDER BY provider, created_at, rowid";
    BY_PROVIDER = "SELECT * FROM provider_keys WHERE tenant = $1 AND provider = $2
        ORDER BY created_at DESC, rowid DESC";
    DELETE = "DELETE FROM provider_keys WHERE id = $1 AND tenant = $2";
}

impl Tx {
    /// Adds a key. A name that the provider has already is an error that
    /// [`StoreError::is_duplicate`].
    pub async fn provider_key_insert(&mut self, key: &ProviderKey) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(key.id.as_uuid())
            .bind(key.tenant.as_uuid())
            .bind(key.provider.as_str())
            .bind(&key.name)
            .bind(&key.base_url)
            .bind(&key.sealed)
            .bind(&key.hint)
            .bind(key.created_by.as_uuid())
            .bind(key.created_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("store a provider key"))
    }

    /// Deletes a key of a tenant; answers whether there was one.
    pub async fn provider_key_delete(
        &mut self,
        id: ProviderKeyId,
        tenant: TenantId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(id.as_uuid())
            .bind(tenant.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("delete a provider key"))?;
        Ok(done.rows_affected() > 0)
    }
}

impl Store {
    /// The keys of a tenant.
    pub async fn provider_keys(&self, tenant: TenantId) -> Result<Vec<ProviderKey>, StoreError> {
        let rows = sqlx::query(BY_TENANT).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list provider keys"))?.iter().map(key).collect()
    }

    /// The keys of a tenant for one provider, the newest first.
    pub async fn provider_keys_for(
        &self,
        tenant: TenantId,
        provider: &ProviderName,
    ) -> Result<Vec<ProviderKey>, StoreError> {
        let rows = sqlx::query(BY_PROVIDER)
            .bind(tenant.as_uuid())
            .bind(provider.as_str())
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("find a provider's keys"))?.iter().map(key).collect()
    }
}

fn key(row: &SqliteRow) -> Result<ProviderKey, StoreError> {
    Ok(ProviderKey {
        id: ProviderKeyId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        provider: row.word("provider")?,
        name: row.text("name")?,
        base_url: row.text("base_url")?,
        sealed: row.bytes("sealed")?,
        hint: row.text("hint")?,
        created_by: UserId::from_uuid(row.uuid("created_by")?),
        created_at: row.time("created_at")?,
    })
}
