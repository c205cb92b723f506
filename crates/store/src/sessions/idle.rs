//! Which sessions have had nothing to do for as long as they may. One with an open turn, or with an
//! order that its machine has not carried out, has something to do.

use model::session::Session;
use model::{SessionId, Timestamp};

use super::session;
use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

statements! {
    OVER = "SELECT * FROM sessions
        WHERE state = 'idle' AND idle_limit_ms IS NOT NULL AND last_active_at + idle_limit_ms <= $1
            AND ($2 IS NULL OR id = $2)
            AND NOT EXISTS (SELECT 1 FROM turns
                WHERE turns.session = sessions.id AND turns.finished_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM commands
                WHERE commands.session = sessions.id AND commands.finished_at IS NULL)
        ORDER BY last_active_at LIMIT $3";
    NEXT = "SELECT MIN(last_active_at + idle_limit_ms) AS at FROM sessions
        WHERE state = 'idle' AND idle_limit_ms IS NOT NULL AND last_active_at + idle_limit_ms > $1";
}

impl Tx {
    /// A session, if it has had nothing to do for as long as it may; read inside the transaction.
    pub async fn session_idled_out(
        &mut self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(OVER)
            .bind(now.as_millis())
            .bind(id.as_uuid())
            .bind(1)
            .fetch_optional(&mut self.connection)
            .await;
        row.map_err(failed("see whether a session is idle"))?.as_ref().map(session).transpose()
    }
}

impl Store {
    /// Sessions that have had nothing to do for as long as they may, the longest idle first.
    pub async fn sessions_idled_out(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(OVER)
            .bind(now.as_millis())
            .bind(None::<uuid::Uuid>)
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list idle sessions"))?.iter().map(session).collect()
    }

    /// When the next one that is idle now will have been so for as long as it may.
    pub async fn sessions_next_idle_end(
        &self,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEXT).bind(now.as_millis()).fetch_one(&self.readers).await;
        row.map_err(failed("look for the next idle session"))?.maybe_time("at")
    }
}
