//! Sealed secrets that sign webhooks: a current one of each person, and the one before it until it
//! retires.

use model::webhook::WebhookSecret;
use model::{TenantId, Timestamp, UserId, WebhookSecretId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    DROP_RETIRING = "DELETE FROM webhook_secrets WHERE user = $1 AND retires_at IS NOT NULL";
    RETIRE = "UPDATE webhook_secrets SET retires_at = $2 WHERE user = $1";
    INSERT = "INSERT INTO webhook_secrets (id, tenant, user, sealed, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    SIGNING = "SELECT * FROM webhook_secrets
        WHERE user = $1 AND (retires_at IS NULL OR retires_at > $2)
        ORDER BY retires_at IS NOT NULL";
    RESEAL = "UPDATE webhook_secrets SET sealed = $3 WHERE id = $1 AND sealed = $2";
    SEALED = "SELECT * FROM webhook_secrets WHERE id > $1 ORDER BY id LIMIT $2";
    FORGET = "DELETE FROM webhook_secrets WHERE retires_at <= $1";
}

impl Tx {
    /// Makes a secret the current one of its user. The one before it retires at `retires_at`; what
    /// was retiring already is gone, so that never more than two sign.
    pub async fn webhook_secret_put(
        &mut self,
        secret: &WebhookSecret,
        retires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let user = secret.user.as_uuid();
        sqlx::query(DROP_RETIRING)
            .bind(user)
            .execute(&mut self.connection)
            .await
            .map_err(failed("drop a webhook secret that retires"))?;
        sqlx::query(RETIRE)
            .bind(user)
            .bind(retires_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("retire a webhook secret"))?;
        sqlx::query(INSERT)
            .bind(secret.id.as_uuid())
            .bind(secret.tenant.as_uuid())
            .bind(user)
            .bind(&secret.sealed)
            .bind(secret.created_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("store a webhook secret"))
    }

    /// Puts the same secret, sealed anew, in the place of what was sealed before.
    pub async fn webhook_secret_reseal(
        &mut self,
        id: WebhookSecretId,
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
            .map_err(failed("seal a webhook secret anew"))
    }

    /// Deletes secrets that have retired.
    pub async fn webhook_secrets_forget(&mut self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(FORGET)
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop retired webhook secrets"))
    }
}

impl Store {
    /// The secrets that sign for a user now, the current one first.
    pub async fn webhook_secrets(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<WebhookSecret>, StoreError> {
        let rows = sqlx::query(SIGNING)
            .bind(user.as_uuid())
            .bind(now.as_millis())
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("find webhook secrets"))?.iter().map(secret).collect()
    }

    /// The secrets of everybody, by identifier, after one of them; for who seals them anew.
    pub async fn webhook_secrets_after(
        &self,
        after: Option<WebhookSecretId>,
        limit: u32,
    ) -> Result<Vec<WebhookSecret>, StoreError> {
        let after = after.map_or(uuid::Uuid::nil(), |id| id.as_uuid());
        let rows = sqlx::query(SEALED).bind(after).bind(limit).fetch_all(&self.readers).await;
        rows.map_err(failed("read what is sealed"))?.iter().map(secret).collect()
    }
}

fn secret(row: &SqliteRow) -> Result<WebhookSecret, StoreError> {
    Ok(WebhookSecret {
        id: WebhookSecretId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        user: UserId::from_uuid(row.uuid("user")?),
        sealed: row.bytes("sealed")?,
        created_at: row.time("created_at")?,
        retires_at: row.maybe_time("retires_at")?,
    })
}
