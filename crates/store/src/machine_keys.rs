//! The keys with which machines prove who they are.

use model::machine::MachineKeys;
use model::{MachineId, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

statements! {
    KEYS = "SELECT public_key, next_key, next_key_at FROM machines WHERE id = $1";
    PROPOSE = "UPDATE machines SET next_key = $3, next_key_at = $4
        WHERE id = $1 AND epoch = $2 AND removed_at IS NULL
            AND ($3 IS NOT next_key) AND $3 != public_key";
    CALL_OFF = "UPDATE machines SET next_key = NULL, next_key_at = NULL
        WHERE id = $1 AND next_key IS NOT NULL";
    REPLACE = "UPDATE machines SET public_key = next_key, key_since = $3,
            next_key = NULL, next_key_at = NULL
        WHERE id = $1 AND next_key = $2";
}

impl Tx {
    /// The keys of a machine, were it removed since or not.
    pub async fn machine_keys(&mut self, id: MachineId) -> Result<Option<MachineKeys>, StoreError> {
        let row = sqlx::query(KEYS).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a machine's keys"))?.as_ref().map(keys).transpose()
    }

    /// Notes the key that a machine has made on the link with this number; answers whether it was
    /// noted: not where it has had another link since, and not where that is its key already.
    pub async fn machine_key_propose(
        &mut self,
        id: MachineId,
        epoch: u64,
        key: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let noted = sqlx::query(PROPOSE)
            .bind(id.as_uuid())
            .bind(integer(epoch))
            .bind(&key[..])
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await;
        Ok(noted.map_err(failed("note a machine's next key"))?.rows_affected() == 1)
    }

    /// Forgets a machine's next key, if there is one.
    pub async fn machine_key_call_off(&mut self, id: MachineId) -> Result<(), StoreError> {
        sqlx::query(CALL_OFF)
            .bind(id.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("forget a machine's next key"))
    }

    /// Has a machine's next key take the place of the one before; answers whether it did.
    pub async fn machine_key_replace(
        &mut self,
        id: MachineId,
        key: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let replaced = sqlx::query(REPLACE)
            .bind(id.as_uuid())
            .bind(&key[..])
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await;
        Ok(replaced.map_err(failed("replace a machine's key"))?.rows_affected() == 1)
    }
}

impl Store {
    /// The keys of a machine, were it removed since or not.
    pub async fn machine_keys(&self, id: MachineId) -> Result<Option<MachineKeys>, StoreError> {
        let row = sqlx::query(KEYS).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a machine's keys"))?.as_ref().map(keys).transpose()
    }
}

fn keys(row: &SqliteRow) -> Result<MachineKeys, StoreError> {
    let next_at = row.maybe_time("next_key_at")?;
    let next = next_at.map(|at| Ok::<_, StoreError>((row.key("next_key")?, at))).transpose()?;
    Ok(MachineKeys { current: row.key("public_key")?, next })
}
