//! Who may work on which machine.

use model::actor::AssignmentLevel;
use model::user::User;
use model::{MachineId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::users::user;
use crate::{Store, StoreError, Tx};

statements! {
    GET = "SELECT level FROM assignments WHERE machine = $1 AND user = $2";
    PUT = "INSERT INTO assignments (machine, user, level, granted_by, granted_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (machine, user) DO UPDATE SET level = $3, granted_by = $4, granted_at = $5";
    DELETE_ALL = "DELETE FROM assignments WHERE machine = $1";
    DELETE = "DELETE FROM assignments WHERE machine = $1 AND user = $2";
    USERS = "SELECT users.*, assignments.level, assignments.granted_by, assignments.granted_at
        FROM assignments JOIN users ON users.id = assignments.user
        WHERE assignments.machine = $1 ORDER BY assignments.granted_at, users.number";
    OF_TENANT = "SELECT users.*, assignments.level, assignments.granted_by, assignments.granted_at,
            assignments.machine, machines.name AS machine_name
        FROM assignments JOIN machines ON machines.id = assignments.machine
            JOIN users ON users.id = assignments.user
        WHERE machines.tenant = $1 AND machines.removed_at IS NULL
            AND ($2 IS NULL OR assignments.machine = $2) AND ($3 IS NULL OR assignments.user = $3)
            AND ($4 IS NULL OR (assignments.machine, assignments.user) > ($4, $5))
        ORDER BY assignments.machine, assignments.user LIMIT $6";
}

/// Somebody who was given something on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// Who.
    pub user: User,
    /// What.
    pub level: AssignmentLevel,
    /// By whom.
    pub granted_by: UserId,
    /// When.
    pub granted_at: Timestamp,
}

/// Which assignments of a tenant.
#[derive(Debug, Clone, Copy)]
pub struct AssignmentQuery {
    /// Whose machines.
    pub tenant: TenantId,
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// Only those of this user.
    pub user: Option<UserId>,
    /// Only those that come after this one.
    pub after: Option<(MachineId, UserId)>,
    /// At most this many.
    pub limit: u32,
}

/// Somebody who was given something, and on which machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedOn {
    /// The machine.
    pub machine: MachineId,
    /// What it is called.
    pub machine_name: String,
    /// Who, and what.
    pub assigned: Assigned,
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

    /// What a user was given on a machine, read inside the transaction.
    pub async fn assignment(
        &mut self,
        machine: MachineId,
        user: UserId,
    ) -> Result<Option<AssignmentLevel>, StoreError> {
        let row = sqlx::query(GET)
            .bind(machine.as_uuid())
            .bind(user.as_uuid())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("look up an assignment"))?;
        row.map(|row| row.word("level")).transpose()
    }

    /// Takes a user off a machine.
    pub async fn assignment_delete(
        &mut self,
        machine: MachineId,
        user: UserId,
    ) -> Result<(), StoreError> {
        sqlx::query(DELETE)
            .bind(machine.as_uuid())
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("take a user off a machine"))
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

    /// Everybody who was given something on a machine, who was given it first before others.
    pub async fn assignments(&self, machine: MachineId) -> Result<Vec<Assigned>, StoreError> {
        let rows = sqlx::query(USERS).bind(machine.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list assignments"))?.iter().map(assigned).collect()
    }

    /// What was given to whom on the machines of a tenant: machine by machine, as they and then the
    /// accounts were made.
    pub async fn assignments_of(
        &self,
        query: &AssignmentQuery,
    ) -> Result<Vec<AssignedOn>, StoreError> {
        let (machine, user) = query.after.unzip();
        let rows = sqlx::query(OF_TENANT)
            .bind(query.tenant.as_uuid())
            .bind(query.machine.map(|machine| machine.as_uuid()))
            .bind(query.user.map(|user| user.as_uuid()))
            .bind(machine.map(|machine| machine.as_uuid()))
            .bind(user.map(|user| user.as_uuid()))
            .bind(query.limit)
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list the assignments of a tenant"))?.iter().map(assigned_on).collect()
    }
}

fn assigned_on(row: &SqliteRow) -> Result<AssignedOn, StoreError> {
    Ok(AssignedOn {
        machine: MachineId::from_uuid(row.uuid("machine")?),
        machine_name: row.text("machine_name")?,
        assigned: assigned(row)?,
    })
}

fn assigned(row: &SqliteRow) -> Result<Assigned, StoreError> {
    Ok(Assigned {
        user: user(row)?,
        level: row.word("level")?,
        granted_by: UserId::from_uuid(row.uuid("granted_by")?),
        granted_at: row.time("granted_at")?,
    })
}
