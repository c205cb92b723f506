//! Machines of which the server does not know which sessions they have.

use model::{MachineId, Timestamp};

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    BEGIN = "UPDATE machines SET in_doubt_since = $2 WHERE id = $1 AND removed_at IS NULL";
    BEGIN_ALL = "UPDATE machines SET in_doubt_since = $1 WHERE removed_at IS NULL";
    END = "UPDATE machines SET in_doubt_since = NULL WHERE id = $1 AND in_doubt_since = $2
        RETURNING id";
    LIST = "SELECT id, in_doubt_since FROM machines
        WHERE in_doubt_since IS NOT NULL AND removed_at IS NULL";
}

impl Tx {
    /// Notes that it is not known any more which sessions a machine has.
    pub async fn machine_doubt(&mut self, id: MachineId, now: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(BEGIN).bind(id.as_uuid()).bind(now.as_millis());
        let done = done.execute(&mut self.connection).await;
        done.map(drop).map_err(failed("doubt what a machine has"))
    }

    /// Notes the same of every machine.
    pub async fn machines_doubt(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(BEGIN_ALL).bind(now.as_millis()).execute(&mut self.connection).await;
        done.map(drop).map_err(failed("doubt what machines have"))
    }

    /// Ends the doubt that began then; answers whether there was that one.
    pub async fn machine_doubt_end(
        &mut self,
        id: MachineId,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let ended = sqlx::query(END).bind(id.as_uuid()).bind(since.as_millis());
        let ended = ended.fetch_optional(&mut self.connection).await;
        Ok(ended.map_err(failed("end the doubt about a machine"))?.is_some())
    }
}

impl Store {
    /// The machines in doubt, and since when each is.
    pub async fn machines_in_doubt(&self) -> Result<Vec<(MachineId, Timestamp)>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("list the machines in doubt"))?;
        let machine = |row| {
            let since = Columns::time(row, "in_doubt_since")?;
            Ok((MachineId::from_uuid(Columns::uuid(row, "id")?), since))
        };
        rows.iter().map(machine).collect()
    }
}
