//! Lasting tokens of users.

use model::user::{ApiToken, User};
use model::{ApiTokenId, Timestamp, TokenScopes, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::users::user;
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO api_tokens (id, secret_hash, user, name, created_at, expires_at, scopes)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    BY_ID = "SELECT users.*, api_tokens.secret_hash, api_tokens.expires_at,
            api_tokens.last_used_at, api_tokens.scopes
        FROM api_tokens JOIN users ON users.id = api_tokens.user WHERE api_tokens.id = $1";
    BY_USER = "SELECT * FROM api_tokens WHERE user = $1 ORDER BY created_at DESC";
    TOUCH = "UPDATE api_tokens SET last_used_at = $2 WHERE id = $1";
    END_BY = "UPDATE api_tokens SET expires_at = MIN(expires_at, $4)
        WHERE id = $1 AND user = $2 AND expires_at > $3";
    DELETE = "DELETE FROM api_tokens WHERE id = $1 AND user = $2";
    FORGET = "DELETE FROM api_tokens WHERE expires_at < $1";
    DELETE_ALL = "DELETE FROM api_tokens WHERE user = $1 RETURNING id";
}

/// A token as it is checked at each request.
#[derive(Debug, Clone)]
pub struct ApiTokenCheck {
    /// Whose rights it carries.
    pub user: User,
    /// What it may be used for.
    pub scopes: TokenScopes,
    /// SHA-256 of its secret half.
    pub secret_hash: [u8; 32],
    /// When it ends; at that moment it works no longer.
    pub expires_at: Timestamp,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<Timestamp>,
}

impl Tx {
    /// Adds a token.
    pub async fn api_token_insert(
        &mut self,
        token: &ApiToken,
        secret_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(token.id.as_uuid())
            .bind(&secret_hash[..])
            .bind(token.user.as_uuid())
            .bind(&token.name)
            .bind(token.created_at.as_millis())
            .bind(token.expires_at.as_millis())
            .bind(token.scopes.to_string())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add an API token"))
    }

    /// Notes that a token was used.
    pub async fn api_token_touch(
        &mut self,
        id: ApiTokenId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(TOUCH)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note the use of an API token"))
    }

    /// Has a token of a user that works now end at the latest at a time; answers whether there was
    /// one.
    pub async fn api_token_end_by(
        &mut self,
        (id, user): (ApiTokenId, UserId),
        now: Timestamp,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(END_BY)
            .bind(id.as_uuid())
            .bind(user.as_uuid())
            .bind(now.as_millis())
            .bind(at.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("change when an API token ends"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Revokes a token of a user; answers whether there was one.
    pub async fn api_token_delete(
        &mut self,
        id: ApiTokenId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(id.as_uuid())
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("revoke an API token"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Forgets the tokens that ended before a time.
    pub async fn api_tokens_forget(&mut self, before: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(FORGET).bind(before.as_millis()).execute(&mut self.connection).await;
        done.map(drop).map_err(failed("forget API tokens that have ended"))
    }

    /// Revokes all tokens of a user; answers which.
    pub async fn api_tokens_delete(&mut self, user: UserId) -> Result<Vec<ApiTokenId>, StoreError> {
        let rows = sqlx::query(DELETE_ALL).bind(user.as_uuid()).fetch_all(&mut self.connection);
        let rows = rows.await.map_err(failed("revoke all API tokens"))?;
        rows.iter().map(|row| Ok(ApiTokenId::from_uuid(row.uuid("id")?))).collect()
    }
}

impl Store {
    /// One token with its user.
    pub async fn api_token(&self, id: ApiTokenId) -> Result<Option<ApiTokenCheck>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("look up an API token"))?.as_ref().map(check).transpose()
    }

    /// The tokens of a user, the newest first.
    pub async fn api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>, StoreError> {
        let rows = sqlx::query(BY_USER).bind(user.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list API tokens"))?.iter().map(token).collect()
    }
}

fn check(row: &SqliteRow) -> Result<ApiTokenCheck, StoreError> {
    Ok(ApiTokenCheck {
        user: user(row)?,
        scopes: row.word("scopes")?,
        secret_hash: row.key("secret_hash")?,
        expires_at: row.time("expires_at")?,
        last_used_at: row.maybe_time("last_used_at")?,
    })
}

fn token(row: &SqliteRow) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: ApiTokenId::from_uuid(row.uuid("id")?),
        user: UserId::from_uuid(row.uuid("user")?),
        name: row.text("name")?,
        scopes: row.word("scopes")?,
        created_at: row.time("created_at")?,
        last_used_at: row.maybe_time("last_used_at")?,
        expires_at: row.time("expires_at")?,
    })
}
