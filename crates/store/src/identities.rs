//! Who accounts are at providers of sign-ins.

use model::identity::Identity;
use model::{IdentityId, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO identities (id, user, issuer, subject, shown, role_from, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (issuer, subject) DO NOTHING";
    BY_SUBJECT = "SELECT * FROM identities WHERE issuer = $1 AND subject = $2";
    BY_USER = "SELECT * FROM identities WHERE user = $1 ORDER BY id";
    DELETE = "DELETE FROM identities WHERE id = $1 AND user = $2";
    LEFT = "SELECT COUNT(*) AS identities FROM identities WHERE user = $1";
}

impl Tx {
    /// Adds an identity; answers whether it was nobody's. Of many at once one succeeds.
    pub async fn identity_insert(&mut self, identity: &Identity) -> Result<bool, StoreError> {
        let done = sqlx::query(INSERT)
            .bind(identity.id.as_uuid())
            .bind(identity.user.as_uuid())
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .bind(&identity.shown)
            .bind(identity.role_from.as_str())
            .bind(identity.created_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("add an identity"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Drops an identity of a user; answers whether there was one.
    pub async fn identity_delete(
        &mut self,
        id: IdentityId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(id.as_uuid())
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("drop an identity"))?;
        Ok(done.rows_affected() > 0)
    }

    /// How many identities a user has, read inside the transaction.
    pub async fn identities_left(&mut self, user: UserId) -> Result<u64, StoreError> {
        let row = sqlx::query(LEFT).bind(user.as_uuid()).fetch_one(&mut self.connection).await;
        row.map_err(failed("count identities"))?.count("identities")
    }
}

impl Store {
    /// Whose account somebody at a provider opens.
    pub async fn identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Identity>, StoreError> {
        let row = sqlx::query(BY_SUBJECT).bind(issuer).bind(subject).fetch_optional(&self.readers);
        row.await.map_err(failed("find an identity"))?.as_ref().map(identity).transpose()
    }

    /// The identities of a user, the oldest first.
    pub async fn identities(&self, user: UserId) -> Result<Vec<Identity>, StoreError> {
        let rows = sqlx::query(BY_USER).bind(user.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list identities"))?.iter().map(identity).collect()
    }
}

fn identity(row: &SqliteRow) -> Result<Identity, StoreError> {
    Ok(Identity {
        id: IdentityId::from_uuid(row.uuid("id")?),
        user: UserId::from_uuid(row.uuid("user")?),
        issuer: row.text("issuer")?,
        subject: row.text("subject")?,
        shown: row.text("shown")?,
        role_from: row.word("role_from")?,
        created_at: row.time("created_at")?,
    })
}
