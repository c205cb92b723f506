//! Imports that are under way: which machine has been given a part of a session that is not there.

use model::{MachineId, SessionId, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    BEGIN = "INSERT INTO imports (session, machine, begun_at) VALUES ($1, $2, $3)";
    TAKE = "DELETE FROM imports WHERE session = $1";
    BEGUN_BEFORE = "SELECT session, machine FROM imports WHERE begun_at < $1 LIMIT 1000";
}

impl Tx {
    /// Notes that a machine is about to be given a session's transcript.
    pub async fn import_begin(
        &mut self,
        session: SessionId,
        machine: MachineId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(BEGIN)
            .bind(session.as_uuid())
            .bind(machine.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note an import"))
    }

    /// Takes the note away, because the session is there or is given up. Says whether there was
    /// one: whoever takes it away decides what becomes of the session.
    pub async fn import_take(&mut self, session: SessionId) -> Result<bool, StoreError> {
        let taken = sqlx::query(TAKE).bind(session.as_uuid()).execute(&mut self.connection).await;
        Ok(taken.map_err(failed("end an import"))?.rows_affected() == 1)
    }
}

impl Store {
    /// Imports that were begun before and have not ended, a thousand at the most.
    pub async fn imports_begun_before(
        &self,
        before: Timestamp,
    ) -> Result<Vec<(SessionId, MachineId)>, StoreError> {
        let rows =
            sqlx::query(BEGUN_BEFORE).bind(before.as_millis()).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("list imports"))?;
        let ids = |row: &SqliteRow| {
            let (session, machine) = (row.uuid("session")?, row.uuid("machine")?);
            Ok((SessionId::from_uuid(session), MachineId::from_uuid(machine)))
        };
        rows.iter().map(ids).collect()
    }
}
