//! One-time sign-in links, the setup link among them.

use model::user::LinkPurpose;
use model::{SignInId, TenantId, Timestamp, UserId};

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO sign_in_links (id, secret_hash, user, created_at, expires_at, purpose)
        VALUES ($1, $2, $3, $4, $5, $6)";
    BY_ID = "SELECT * FROM sign_in_links WHERE id = $1";
    CONSUME = "DELETE FROM sign_in_links WHERE id = $1 AND expires_at >= $2";
    DELETE_EXPIRED = "DELETE FROM sign_in_links WHERE expires_at < $1";
    DELETE_OF_USER = "DELETE FROM sign_in_links WHERE user = $1";
    PASSWORD_LINKS = "SELECT sign_in_links.user, MAX(sign_in_links.expires_at) AS expires_at
        FROM sign_in_links JOIN users ON users.id = sign_in_links.user
        WHERE users.tenant = $1 AND sign_in_links.purpose = 'password'
        GROUP BY sign_in_links.user";
    DELETE_SETUP = "DELETE FROM sign_in_links WHERE user IS NULL";
}

/// A link, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInLink {
    /// The public half of the secret.
    pub id: SignInId,
    /// SHA-256 of the secret half.
    pub secret_hash: [u8; 32],
    /// Whom it signs in; `None` for the setup link.
    pub user: Option<UserId>,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Tx {
    /// Adds a link.
    pub async fn sign_in_link_insert(&mut self, link: &SignInLink) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(link.id.as_uuid())
            .bind(&link.secret_hash[..])
            .bind(link.user.map(|user| user.as_uuid()))
            .bind(link.created_at.as_millis())
            .bind(link.expires_at.as_millis())
            .bind(link.purpose.as_str())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a sign-in link"))
    }

    /// Uses up a link; answers whether it was there to be used. Of many at once one succeeds.
    pub async fn sign_in_link_consume(
        &mut self,
        id: SignInId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(CONSUME)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("use a sign-in link"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Drops every link of a user: they got a new one, or have no rights any more.
    pub async fn sign_in_links_delete(&mut self, user: UserId) -> Result<(), StoreError> {
        sqlx::query(DELETE_OF_USER)
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop a user's links"))
    }

    /// Drops every setup link: there is an administrator, or a new link is about to be made.
    pub async fn setup_links_delete(&mut self) -> Result<(), StoreError> {
        sqlx::query(DELETE_SETUP)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop setup links"))
    }

    /// Drops links whose time is over.
    pub async fn sign_in_links_delete_expired(&mut self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(DELETE_EXPIRED)
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop expired sign-in links"))
    }
}

impl Store {
    /// Who in a tenant has a link for choosing a password, and until when it works.
    pub async fn password_links(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<(UserId, Timestamp)>, StoreError> {
        let rows =
            sqlx::query(PASSWORD_LINKS).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list links for choosing a password"))?
            .iter()
            .map(|row| Ok((UserId::from_uuid(row.uuid("user")?), row.time("expires_at")?)))
            .collect()
    }

    /// One link.
    pub async fn sign_in_link(&self, id: SignInId) -> Result<Option<SignInLink>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("look up a sign-in link"))?;
        row.map(|row| {
            Ok(SignInLink {
                id: SignInId::from_uuid(row.uuid("id")?),
                secret_hash: row.key("secret_hash")?,
                user: row.maybe_uuid("user")?.map(UserId::from_uuid),
                purpose: row.word("purpose")?,
                created_at: row.time("created_at")?,
                expires_at: row.time("expires_at")?,
            })
        })
        .transpose()
    }
}
