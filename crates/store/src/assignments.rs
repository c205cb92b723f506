//! Who may work on which machine.

use model::actor::AssignmentLevel;
use model::{MachineId, Timestamp, UserId};

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    GET = "SELECT level FROM assignments WHERE machine = $1 AND user = $2";
    PUT = "INSERT INTO assignments (machine, user, level, granted_by, granted_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (machine, user) DO UPDATE SET level = $3, granted_by = $4, granted_at = $5";
    DELETE_ALL = "DELETE FROM assignments WHERE machine = $1";
    USERS = "SELECT user, level FROM assignments WHERE machine = $1 ORDER BY granted_at";
}

impl Tx {
    /// Gives a user a level on a machine, or changes it.
    pub async fn assignment_put(
        &mut self,
        machine: MachineId,
        user: UserId,
        level: AssignmentLevel,
        granted_by: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(machine.as_uuid())
            .bind(user.as_uuid())
            .bind(level.as_str())
            .bind(granted_by.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("assign a user"))
    }

    /// Takes everybody off a machine.
    pub async fn assignments_delete(&mut self, machine: MachineId) -> Result<(), StoreError> {
        sqlx::query(DELETE_ALL)
            .bind(machine.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("take everybody off a machine"))
    }
}

impl Store {
    /// What a user was given on a machine.
    pub async fn assignment(
        &self,
        machine: MachineId,
        user: UserId,
    ) -> Result<Option<AssignmentLevel>, StoreError> {
        let row = sqlx::query(GET)
            .bind(machine.as_uuid())
            .bind(user.as_uuid())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("look up an assignment"))?;
        row.map(|row| row.word("level")).transpose()
    }

    /// Everybody who was given something on a machine.
    pub async fn assignments(
        &self,
        machine: MachineId,
    ) -> Result<Vec<(UserId, AssignmentLevel)>, StoreError> {
        let rows = sqlx::query(USERS).bind(machine.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list assignments"))?
            .iter()
            .map(|row| Ok((UserId::from_uuid(row.uuid("user")?), row.word("level")?)))
            .collect()
    }
}
