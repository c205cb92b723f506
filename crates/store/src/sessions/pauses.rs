//! That sessions are to stand still.

use std::time::Duration;

use model::session::{Pause, Session};
use model::{CommandId, SessionId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use super::session;
use crate::columns::{Columns, failed, statements};
use crate::{StoreError, Tx};

statements! {
    PAUSE = "UPDATE sessions SET paused_at = $2, paused_by = $3, pause_command = $4
        WHERE id = $1 AND paused_at IS NULL AND state NOT IN ('stopped', 'failed')";
    END = "UPDATE sessions
        SET paused_ms = paused_ms + max(0, $2 - paused_at), paused_at = NULL, paused_by = NULL,
            pause_command = NULL
        WHERE id = $1 AND paused_at IS NOT NULL";
    OF_COMMAND = "SELECT * FROM sessions WHERE id = $1 AND pause_command = $2";
}

impl Tx {
    /// Notes that a session is to stand still, by this order; answers whether it was not to before,
    /// and goes on at all.
    pub async fn session_pause(
        &mut self,
        id: SessionId,
        pause: Pause,
        command: CommandId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(PAUSE)
            .bind(id.as_uuid())
            .bind(pause.at.as_millis())
            .bind(pause.by.as_uuid())
            .bind(command.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("pause a session"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a session is not to stand still any more; answers whether it was to.
    pub async fn session_pause_end(
        &mut self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(END)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("end a session's pause"))?;
        Ok(done.rows_affected() > 0)
    }

    /// A session, if it is to stand still by this order.
    pub async fn session_paused_by(
        &mut self,
        id: SessionId,
        command: CommandId,
    ) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(OF_COMMAND)
            .bind(id.as_uuid())
            .bind(command.as_uuid())
            .fetch_optional(&mut self.connection)
            .await;
        row.map_err(failed("find a session by its pause"))?.as_ref().map(session).transpose()
    }
}

/// That a session is to stand still, as it is stored; and for how long it was before.
pub(super) fn pause(row: &SqliteRow) -> Result<(Option<Pause>, Duration), StoreError> {
    let before = Duration::from_millis(row.count("paused_ms")?);
    let Some(at) = row.maybe_time("paused_at")? else { return Ok((None, before)) };
    Ok((Some(Pause { at, by: UserId::from_uuid(row.uuid("paused_by")?) }), before))
}
