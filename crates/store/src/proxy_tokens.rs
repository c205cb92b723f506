//! Short-lived tokens that agents use at the LLM gateway.

use model::{MachineId, ProxyTokenId, SessionId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO proxy_tokens (id, secret_hash, tenant, user, machine, session, model,
            created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_ID = "SELECT * FROM proxy_tokens WHERE id = $1";
    RENEW = "UPDATE proxy_tokens SET expires_at = max(expires_at, $3)
        WHERE session = $1 AND machine = $2 AND revoked_at IS NULL";
    REVOKE_SESSION = "UPDATE proxy_tokens SET revoked_at = $2
        WHERE session = $1 AND revoked_at IS NULL RETURNING id";
    REVOKE_MACHINE = "UPDATE proxy_tokens SET revoked_at = $2
        WHERE machine = $1 AND revoked_at IS NULL RETURNING id";
    REVOKE_USER = "UPDATE proxy_tokens SET revoked_at = $2
        WHERE user = $1 AND revoked_at IS NULL RETURNING id";
    FORGET = "DELETE FROM proxy_tokens WHERE expires_at < $1";
}

/// A proxy token and what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyToken {
    /// Identifier, the public half of the token.
    pub id: ProxyTokenId,
    /// SHA-256 of its secret half.
    pub secret_hash: [u8; 32],
    /// The tenant that pays.
    pub tenant: TenantId,
    /// The user whose session it is.
    pub user: UserId,
    /// The machine it was given to.
    pub machine: MachineId,
    /// The session it is for.
    pub session: SessionId,
    /// The model that the session was started with, if one was chosen.
    pub model: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl Tx {
    /// Adds a token.
    pub async fn proxy_token_insert(&mut self, token: &ProxyToken) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(token.id.as_uuid())
            .bind(&token.secret_hash[..])
            .bind(token.tenant.as_uuid())
            .bind(token.user.as_uuid())
            .bind(token.machine.as_uuid())
            .bind(token.session.as_uuid())
            .bind(&token.model)
            .bind(token.created_at.as_millis())
            .bind(token.expires_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("store a proxy token"))
    }

    /// Lets the tokens of a session last longer that its machine was given; answers how many. Whether
    /// the session goes on is for the caller to know.
    pub async fn proxy_tokens_renew(
        &mut self,
        session: SessionId,
        machine: MachineId,
        expires_at: Timestamp,
    ) -> Result<u64, StoreError> {
        let done = sqlx::query(RENEW)
            .bind(session.as_uuid())
            .bind(machine.as_uuid())
            .bind(expires_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("renew proxy tokens"))?;
        Ok(done.rows_affected())
    }

    /// Revokes the tokens of a session; answers which.
    pub async fn proxy_tokens_revoke_session(
        &mut self,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Vec<ProxyTokenId>, StoreError> {
        self.revoke(REVOKE_SESSION, session.as_uuid(), now).await
    }

    /// Revokes the tokens of a machine; answers which.
    pub async fn proxy_tokens_revoke_machine(
        &mut self,
        machine: MachineId,
        now: Timestamp,
    ) -> Result<Vec<ProxyTokenId>, StoreError> {
        self.revoke(REVOKE_MACHINE, machine.as_uuid(), now).await
    }

    /// Revokes the tokens of a user's sessions; answers which.
    pub async fn proxy_tokens_revoke_user(
        &mut self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<ProxyTokenId>, StoreError> {
        self.revoke(REVOKE_USER, user.as_uuid(), now).await
    }

    /// Drops tokens that ended before a time.
    pub async fn proxy_tokens_forget(&mut self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query(FORGET)
            .bind(before.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop old proxy tokens"))
    }

    async fn revoke(
        &mut self,
        statement: &'static str,
        of: uuid::Uuid,
        now: Timestamp,
    ) -> Result<Vec<ProxyTokenId>, StoreError> {
        let rows = sqlx::query(statement)
            .bind(of)
            .bind(now.as_millis())
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed("revoke proxy tokens"))?;
        rows.iter().map(|row| Ok(ProxyTokenId::from_uuid(row.uuid("id")?))).collect()
    }
}

impl Store {
    /// One token.
    pub async fn proxy_token(&self, id: ProxyTokenId) -> Result<Option<ProxyToken>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("look up a proxy token"))?.as_ref().map(token).transpose()
    }
}

fn token(row: &SqliteRow) -> Result<ProxyToken, StoreError> {
    Ok(ProxyToken {
        id: ProxyTokenId::from_uuid(row.uuid("id")?),
        secret_hash: row.key("secret_hash")?,
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        user: UserId::from_uuid(row.uuid("user")?),
        machine: MachineId::from_uuid(row.uuid("machine")?),
        session: SessionId::from_uuid(row.uuid("session")?),
        model: row.maybe_text("model")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        revoked_at: row.maybe_time("revoked_at")?,
    })
}
