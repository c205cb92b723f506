//! People and service accounts.

use model::user::{User, UserKind, UserState};
use model::{Role, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;
use unicode_normalization::UnicodeNormalization;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO users (id, number, tenant, username, username_folded, display_name, kind,
            role, state, password_hash, created_at)
        SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM users";
    BY_ID = "SELECT * FROM users WHERE id = $1";
    BY_NUMBER = "SELECT * FROM users WHERE number = $1 AND state <> 'deleted'";
    BY_NAME = "SELECT * FROM users WHERE username_folded = $1 AND state <> 'deleted'";
    BY_TENANT = "SELECT * FROM users WHERE tenant = $1 AND state <> 'deleted'
        ORDER BY number";
    ADMINISTRATOR = "SELECT * FROM users WHERE role = 'system_admin' AND kind = 'person'
        AND state = 'active' ORDER BY number LIMIT 1";
    SET_ROLE = "UPDATE users SET role = $2 WHERE id = $1";
    SET_STATE = "UPDATE users SET state = $2 WHERE id = $1";
    SET_NAME = "UPDATE users SET display_name = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
}

/// An account that is to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Identifier.
    pub id: UserId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// The name used to sign in.
    pub username: String,
    /// The name shown to others.
    pub display_name: String,
    /// Person or service account.
    pub kind: UserKind,
    /// What it may do.
    pub role: Role,
    /// Whether it may do anything at all.
    pub state: UserState,
    /// Argon2id string; `None` for accounts that cannot sign in with a password.
    pub password_hash: Option<String>,
    /// When it is added.
    pub created_at: Timestamp,
}

/// How usernames are compared: without case, in every script, and however their letters are put
/// together: wide, composed or not (Unicode's NFKC). What is looked up and what is written are folded
/// alike (S44).
pub fn fold_username(username: &str) -> String {
    let composed: String = username.trim().nfkc().collect();
    // A letter may fall apart by becoming small.
    composed.to_lowercase().nfkc().collect()
}

impl Tx {
    /// Adds an account; it gets the next number. A name that is taken is an error that
    /// [`StoreError::is_duplicate`].
    pub async fn user_insert(&mut self, user: &NewUser) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(user.id.as_uuid())
            .bind(user.tenant.as_uuid())
            .bind(&user.username)
            .bind(fold_username(&user.username))
            .bind(&user.display_name)
            .bind(user.kind.as_str())
            .bind(user.role.as_str())
            .bind(user.state.as_str())
            .bind(&user.password_hash)
            .bind(user.created_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add an account"))
    }

    /// The first active person who administers the installation, read inside the transaction.
    pub async fn administrator(&mut self) -> Result<Option<User>, StoreError> {
        let row = sqlx::query(ADMINISTRATOR).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find the administrator"))?.as_ref().map(user).transpose()
    }

    /// One account with its password hash, read inside the transaction.
    pub async fn user(&mut self, id: UserId) -> Result<Option<(User, Option<String>)>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        let row = row.map_err(failed("find an account"))?;
        row.map(|row| Ok((user(&row)?, row.maybe_text("password_hash")?))).transpose()
    }

    /// Changes what an account may do.
    pub async fn user_set_role(&mut self, id: UserId, role: Role) -> Result<(), StoreError> {
        self.user_set(SET_ROLE, id, role.as_str()).await
    }

    /// Changes whether an account may do anything at all.
    pub async fn user_set_state(&mut self, id: UserId, state: UserState) -> Result<(), StoreError> {
        self.user_set(SET_STATE, id, state.as_str()).await
    }

    /// Changes the name shown to others.
    pub async fn user_set_name(&mut self, id: UserId, name: &str) -> Result<(), StoreError> {
        self.user_set(SET_NAME, id, name).await
    }

    async fn user_set(
        &mut self,
        statement: &'static str,
        id: UserId,
        value: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(statement)
            .bind(id.as_uuid())
            .bind(value)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change an account"))
    }

    /// Replaces the password.
    pub async fn user_set_password(&mut self, id: UserId, hash: &str) -> Result<(), StoreError> {
        sqlx::query(SET_PASSWORD)
            .bind(id.as_uuid())
            .bind(hash)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("set a password"))
    }
}

impl Store {
    /// One account, also one that was deleted, of which the name is left.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find an account"))?.as_ref().map(user).transpose()
    }

    /// One account by the small number by which scripts name it.
    pub async fn user_by_number(&self, number: i64) -> Result<Option<User>, StoreError> {
        let row = sqlx::query(BY_NUMBER).bind(number).fetch_optional(&self.readers).await;
        row.map_err(failed("find an account by number"))?.as_ref().map(user).transpose()
    }

    /// One account by the name used to sign in, with its password hash.
    pub async fn user_by_name(
        &self,
        username: &str,
    ) -> Result<Option<(User, Option<String>)>, StoreError> {
        let folded = fold_username(username);
        let row = sqlx::query(BY_NAME).bind(folded).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("find an account by name"))?;
        row.map(|row| Ok((user(&row)?, row.maybe_text("password_hash")?))).transpose()
    }

    /// The accounts of a tenant, by number.
    pub async fn users(&self, tenant: TenantId) -> Result<Vec<User>, StoreError> {
        let rows = sqlx::query(BY_TENANT).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list accounts"))?.iter().map(user).collect()
    }

    /// The first active person who administers the installation.
    pub async fn administrator(&self) -> Result<Option<User>, StoreError> {
        let row = sqlx::query(ADMINISTRATOR).fetch_optional(&self.readers).await;
        row.map_err(failed("find the administrator"))?.as_ref().map(user).transpose()
    }
}

pub(crate) fn user(row: &SqliteRow) -> Result<User, StoreError> {
    Ok(User {
        id: UserId::from_uuid(row.uuid("id")?),
        number: i64::try_from(row.count("number")?).unwrap_or(i64::MAX),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        username: row.text("username")?,
        display_name: row.text("display_name")?,
        kind: row.word("kind")?,
        role: row.word("role")?,
        state: row.word("state")?,
        created_at: row.time("created_at")?,
    })
}
