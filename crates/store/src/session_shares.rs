//! What the owners of sessions have lent to others.

use model::share::{SessionShare, ShareLevel};
use model::user::User;
use model::{SessionId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::users::user;
use crate::{Store, StoreError, Tx};

statements! {
    PUT = "INSERT INTO session_shares (session, user, level, granted_by, granted_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (session, user) DO UPDATE
            SET level = $3, granted_by = $4, granted_at = $5, expires_at = $6";
    GET = "SELECT * FROM session_shares WHERE session = $1 AND user = $2 AND expires_at > $3";
    COUNT = "SELECT COUNT(*) AS count FROM session_shares WHERE session = $1";
    DELETE = "DELETE FROM session_shares WHERE session = $1 AND user = $2";
    DELETE_ENDED = "DELETE FROM session_shares WHERE expires_at <= $1 RETURNING *";
    NEXT_END = "SELECT MIN(expires_at) AS at FROM session_shares";
    OF_SESSION = "SELECT users.*, session_shares.session, session_shares.user, session_shares.level,
            session_shares.granted_by, session_shares.granted_at, session_shares.expires_at
        FROM session_shares JOIN users ON users.id = session_shares.user
        WHERE session_shares.session = $1 AND session_shares.expires_at > $2
        ORDER BY session_shares.granted_at, users.number";
    OF_USER = "SELECT * FROM session_shares WHERE user = $1 AND expires_at > $2";
}

/// Somebody to whom a session was lent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// To whom.
    pub user: User,
    /// What.
    pub share: SessionShare,
}

impl Tx {
    /// Lends a session to somebody, or changes what was lent.
    pub async fn session_share_put(&mut self, share: &SessionShare) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(share.session.as_uuid())
            .bind(share.user.as_uuid())
            .bind(share.level.as_str())
            .bind(share.granted_by.as_uuid())
            .bind(share.granted_at.as_millis())
            .bind(share.expires_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("share a session"))
    }

    /// What of a session was lent to somebody and still is at this time.
    pub async fn session_share(
        &mut self,
        session: SessionId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<SessionShare>, StoreError> {
        let row = sqlx::query(GET)
            .bind(session.as_uuid())
            .bind(user.as_uuid())
            .bind(now.as_millis())
            .fetch_optional(&mut self.connection)
            .await;
        row.map_err(failed("look up a share"))?.as_ref().map(share).transpose()
    }

    /// To how many a session is lent.
    pub async fn session_shares_count(&mut self, session: SessionId) -> Result<u64, StoreError> {
        let row = sqlx::query(COUNT).bind(session.as_uuid()).fetch_one(&mut self.connection).await;
        row.map_err(failed("count shares"))?.count("count")
    }

    /// Takes back what of a session was lent to somebody; answers whether there was anything.
    pub async fn session_share_delete(
        &mut self,
        session: SessionId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let deleted = sqlx::query(DELETE)
            .bind(session.as_uuid())
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("take back a share"))?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Removes what has ended by itself; answers what it was.
    pub async fn session_shares_delete_ended(
        &mut self,
        now: Timestamp,
    ) -> Result<Vec<SessionShare>, StoreError> {
        let rows =
            sqlx::query(DELETE_ENDED).bind(now.as_millis()).fetch_all(&mut self.connection).await;
        rows.map_err(failed("remove shares that have ended"))?.iter().map(share).collect()
    }
}

impl Store {
    /// What of a session was lent to somebody and still is at this time.
    pub async fn session_share(
        &self,
        session: SessionId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<SessionShare>, StoreError> {
        let row = sqlx::query(GET)
            .bind(session.as_uuid())
            .bind(user.as_uuid())
            .bind(now.as_millis())
            .fetch_optional(&self.readers)
            .await;
        row.map_err(failed("look up a share"))?.as_ref().map(share).transpose()
    }

    /// Everybody to whom a session is lent at this time, who was first before others.
    pub async fn session_shares(
        &self,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Vec<Shared>, StoreError> {
        let rows = sqlx::query(OF_SESSION)
            .bind(session.as_uuid())
            .bind(now.as_millis())
            .fetch_all(&self.readers)
            .await;
        let rows = rows.map_err(failed("list a session's shares"))?;
        rows.iter().map(|row| Ok(Shared { user: user(row)?, share: share(row)? })).collect()
    }

    /// All that is lent to somebody at this time.
    pub async fn session_shares_of(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<SessionShare>, StoreError> {
        let rows = sqlx::query(OF_USER)
            .bind(user.as_uuid())
            .bind(now.as_millis())
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list a user's shares"))?.iter().map(share).collect()
    }

    /// When the next share ends by itself.
    pub async fn session_shares_next_end(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEXT_END).fetch_one(&self.readers).await;
        row.map_err(failed("find the next end of a share"))?.maybe_time("at")
    }
}

fn share(row: &SqliteRow) -> Result<SessionShare, StoreError> {
    let level: ShareLevel = row.word("level")?;
    Ok(SessionShare {
        session: SessionId::from_uuid(row.uuid("session")?),
        user: UserId::from_uuid(row.uuid("user")?),
        level,
        granted_by: UserId::from_uuid(row.uuid("granted_by")?),
        granted_at: row.time("granted_at")?,
        expires_at: row.time("expires_at")?,
    })
}
