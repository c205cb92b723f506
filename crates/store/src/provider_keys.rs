//! Sealed secrets of LLM providers.

use model::provider::{KeyTrial, KeyUse, ProviderKey};
use model::{ProviderKeyId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements, wrong};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO provider_keys (id, tenant, provider, name, base_url, sealed, hint, models,
            aliases, priority, weight, state, secret_set_at, trial, tried_at, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    UPDATE = "UPDATE provider_keys SET name = $3, base_url = $4, sealed = $5, hint = $6, models = $7,
            aliases = $8, priority = $9, weight = $10, state = $11, secret_set_at = $12, trial = $13,
            tried_at = $14
        WHERE id = $1 AND tenant = $2";
    TRIED = "UPDATE provider_keys SET trial = $4, tried_at = $5
        WHERE id = $1 AND tenant = $2 AND secret_set_at = $3";
    BY_ID = "SELECT * FROM provider_keys WHERE id = $1 AND tenant = $2";
    BY_TENANT = "SELECT * FROM provider_keys WHERE tenant = $1
        ORDER BY provider, priority DESC, created_at, rowid";
    RESEAL = "UPDATE provider_keys SET sealed = $3 WHERE id = $1 AND sealed = $2";
    SEALED = "SELECT * FROM provider_keys WHERE id > $1 ORDER BY id LIMIT $2";
    DELETE = "DELETE FROM provider_keys WHERE id = $1 AND tenant = $2";
}

impl Tx {
    /// Adds a key. A name that the provider has already is an error that
    /// [`StoreError::is_duplicate`].
    pub async fn provider_key_insert(&mut self, key: &ProviderKey) -> Result<(), StoreError> {
        let serves = &key.serves;
        let (trial, tried_at) = trial_columns(key);
        sqlx::query(INSERT)
            .bind(key.id.as_uuid())
            .bind(key.tenant.as_uuid())
            .bind(key.provider.as_str())
            .bind(&key.name)
            .bind(&key.base_url)
            .bind(&key.sealed)
            .bind(&key.hint)
            .bind(models_column(serves))
            .bind(aliases_column(serves))
            .bind(serves.priority)
            .bind(serves.weight)
            .bind(serves.state.as_str())
            .bind(key.secret_set_at.as_millis())
            .bind(trial)
            .bind(tried_at)
            .bind(key.created_by.as_uuid())
            .bind(key.created_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("store a provider key"))
    }

    /// Writes everything of a key that can change; answers whether there was one. A name that the
    /// provider has already is an error that [`StoreError::is_duplicate`].
    pub async fn provider_key_update(&mut self, key: &ProviderKey) -> Result<bool, StoreError> {
        let serves = &key.serves;
        let (trial, tried_at) = trial_columns(key);
        let done = sqlx::query(UPDATE)
            .bind(key.id.as_uuid())
            .bind(key.tenant.as_uuid())
            .bind(&key.name)
            .bind(&key.base_url)
            .bind(&key.sealed)
            .bind(&key.hint)
            .bind(models_column(serves))
            .bind(aliases_column(serves))
            .bind(serves.priority)
            .bind(serves.weight)
            .bind(serves.state.as_str())
            .bind(key.secret_set_at.as_millis())
            .bind(trial)
            .bind(tried_at)
            .execute(&mut self.connection)
            .await
            .map_err(failed("change a provider key"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes what came of trying a key out, unless its secret was replaced meanwhile.
    pub async fn provider_key_tried(
        &mut self,
        key: &ProviderKey,
        trial: KeyTrial,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(TRIED)
            .bind(key.id.as_uuid())
            .bind(key.tenant.as_uuid())
            .bind(key.secret_set_at.as_millis())
            .bind(trial.as_str())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note the trial of a provider key"))
    }

    /// Puts the same secret, sealed anew, in the place of what was sealed before. A key whose secret
    /// was replaced meanwhile keeps the new one.
    pub async fn provider_key_reseal(
        &mut self,
        id: ProviderKeyId,
        before: &[u8],
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(RESEAL)
            .bind(id.as_uuid())
            .bind(before)
            .bind(sealed)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("seal a provider key anew"))
    }

    /// One key of a tenant, as it is in this transaction.
    pub async fn provider_key(
        &mut self,
        id: ProviderKeyId,
        tenant: TenantId,
    ) -> Result<Option<ProviderKey>, StoreError> {
        let row = sqlx::query(BY_ID)
            .bind(id.as_uuid())
            .bind(tenant.as_uuid())
            .fetch_optional(&mut self.connection)
            .await;
        row.map_err(failed("find a provider key"))?.as_ref().map(key).transpose()
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
    /// The keys of a tenant, by provider, those that are chosen first before the others.
    pub async fn provider_keys(&self, tenant: TenantId) -> Result<Vec<ProviderKey>, StoreError> {
        let rows = sqlx::query(BY_TENANT).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list provider keys"))?.iter().map(key).collect()
    }

    /// The keys of all tenants, by identifier, after one of them; for who seals them anew.
    pub async fn provider_keys_after(
        &self,
        after: Option<ProviderKeyId>,
        limit: u32,
    ) -> Result<Vec<ProviderKey>, StoreError> {
        let after = after.map_or(uuid::Uuid::nil(), |id| id.as_uuid());
        let rows = sqlx::query(SEALED).bind(after).bind(limit).fetch_all(&self.readers).await;
        rows.map_err(failed("read what is sealed"))?.iter().map(key).collect()
    }

    /// One key of a tenant.
    pub async fn provider_key(
        &self,
        id: ProviderKeyId,
        tenant: TenantId,
    ) -> Result<Option<ProviderKey>, StoreError> {
        let row = sqlx::query(BY_ID)
            .bind(id.as_uuid())
            .bind(tenant.as_uuid())
            .fetch_optional(&self.readers)
            .await;
        row.map_err(failed("find a provider key"))?.as_ref().map(key).transpose()
    }
}

fn models_column(serves: &KeyUse) -> Option<String> {
    serves.models.as_ref().map(|models| serde_json::Value::from(models.clone()).to_string())
}

fn aliases_column(serves: &KeyUse) -> String {
    let aliases: serde_json::Map<_, _> = serves
        .aliases
        .iter()
        .map(|(name, model)| (name.clone(), serde_json::Value::from(model.as_str())))
        .collect();
    serde_json::Value::from(aliases).to_string()
}

fn trial_columns(key: &ProviderKey) -> (Option<&'static str>, Option<i64>) {
    let trial = key.last_trial.map(|(trial, at)| (trial.as_str(), at.as_millis()));
    trial.unzip()
}

fn key(row: &SqliteRow) -> Result<ProviderKey, StoreError> {
    let trial: Option<KeyTrial> = row.maybe_word("trial")?;
    Ok(ProviderKey {
        id: ProviderKeyId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        provider: row.word("provider")?,
        name: row.text("name")?,
        base_url: row.text("base_url")?,
        sealed: row.bytes("sealed")?,
        hint: row.text("hint")?,
        serves: key_use(row)?,
        last_trial: trial.zip(row.maybe_time("tried_at")?),
        created_by: UserId::from_uuid(row.uuid("created_by")?),
        created_at: row.time("created_at")?,
        secret_set_at: row.time("secret_set_at")?,
    })
}

fn key_use(row: &SqliteRow) -> Result<KeyUse, StoreError> {
    let models = row.maybe_text("models")?.map(|text| serde_json::from_str(&text));
    let aliases = serde_json::from_str(&row.text("aliases")?);
    Ok(KeyUse {
        models: models.transpose().map_err(wrong("models"))?,
        aliases: aliases.map_err(wrong("aliases"))?,
        priority: row.signed("priority")?,
        weight: u32::try_from(row.signed("weight")?).map_err(wrong("weight"))?,
        state: row.word("state")?,
    })
}
