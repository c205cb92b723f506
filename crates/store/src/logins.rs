//! Browsers that are signed in.

use model::user::{Login, User};
use model::{LoginId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::users::user;
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO logins (id, secret_hash, user, created_at, last_used_at, expires_at,
            user_agent)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    BY_ID = "SELECT users.*, logins.secret_hash, logins.expires_at, logins.last_used_at
        FROM logins JOIN users ON users.id = logins.user WHERE logins.id = $1";
    BY_USER = "SELECT * FROM logins WHERE user = $1 ORDER BY last_used_at DESC";
    TOUCH = "UPDATE logins SET last_used_at = $2 WHERE id = $1";
    DELETE = "DELETE FROM logins WHERE id = $1 AND user = $2";
    DELETE_OTHERS = "DELETE FROM logins WHERE user = $1 AND id <> $2 RETURNING id";
    DELETE_ALL = "DELETE FROM logins WHERE user = $1 RETURNING id";
    DELETE_EXPIRED = "DELETE FROM logins WHERE expires_at < $1 OR last_used_at < $2";
}

/// A login as it is checked at each request.
#[derive(Debug, Clone)]
pub struct LoginCheck {
    /// Who is signed in.
    pub user: User,
    /// SHA-256 of the secret half of the cookie.
    pub secret_hash: [u8; 32],
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was last used, to within a minute.
    pub last_used_at: Timestamp,
}

impl Tx {
    /// Adds a login.
    pub async fn login_insert(
        &mut self,
        login: &Login,
        secret_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(login.id.as_uuid())
            .bind(&secret_hash[..])
            .bind(login.user.as_uuid())
            .bind(login.created_at.as_millis())
            .bind(login.last_used_at.as_millis())
            .bind(login.expires_at.as_millis())
            .bind(&login.user_agent)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a login"))
    }

    /// Notes that a login was used.
    pub async fn login_touch(&mut self, id: LoginId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(TOUCH)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note the use of a login"))
    }

    /// Ends one login of a user; answers whether there was one.
    pub async fn login_delete(&mut self, id: LoginId, user: UserId) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(id.as_uuid())
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("end a login"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends all logins of a user but one; answers which.
    pub async fn logins_delete_others(
        &mut self,
        user: UserId,
        keep: LoginId,
    ) -> Result<Vec<LoginId>, StoreError> {
        let rows = sqlx::query(DELETE_OTHERS)
            .bind(user.as_uuid())
            .bind(keep.as_uuid())
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed("end other logins"))?;
        rows.iter().map(|row| Ok(LoginId::from_uuid(row.uuid("id")?))).collect()
    }

    /// Ends all logins of a user; answers which.
    pub async fn logins_delete(&mut self, user: UserId) -> Result<Vec<LoginId>, StoreError> {
        let rows = sqlx::query(DELETE_ALL).bind(user.as_uuid()).fetch_all(&mut self.connection);
        let rows = rows.await.map_err(failed("end all logins"))?;
        rows.iter().map(|row| Ok(LoginId::from_uuid(row.uuid("id")?))).collect()
    }

    /// Drops logins that have ended by age or by disuse.
    pub async fn logins_delete_expired(
        &mut self,
        now: Timestamp,
        unused_since: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(DELETE_EXPIRED)
            .bind(now.as_millis())
            .bind(unused_since.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop expired logins"))
    }
}

impl Store {
    /// One login with its user.
    pub async fn login(&self, id: LoginId) -> Result<Option<LoginCheck>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("look up a login"))?.as_ref().map(check).transpose()
    }

    /// The logins of a user, the last used first.
    pub async fn logins(&self, user: UserId) -> Result<Vec<Login>, StoreError> {
        let rows = sqlx::query(BY_USER).bind(user.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list logins"))?.iter().map(login).collect()
    }
}

fn check(row: &SqliteRow) -> Result<LoginCheck, StoreError> {
    Ok(LoginCheck {
        user: user(row)?,
        secret_hash: row.key("secret_hash")?,
        expires_at: row.time("expires_at")?,
        last_used_at: row.time("last_used_at")?,
    })
}

fn login(row: &SqliteRow) -> Result<Login, StoreError> {
    Ok(Login {
        id: LoginId::from_uuid(row.uuid("id")?),
        user: UserId::from_uuid(row.uuid("user")?),
        created_at: row.time("created_at")?,
        last_used_at: row.time("last_used_at")?,
        expires_at: row.time("expires_at")?,
        user_agent: row.text("user_agent")?,
    })
}
