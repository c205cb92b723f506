//! Enrolled computers.

use model::freeze::Freezes;
use model::machine::{KeyAge, Machine, MachineFacts};
use model::{MachineId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements, wrong};
use crate::freezes::{OWN, TENANTS, freeze};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO machines (id, tenant, name, public_key, facts, enrolled_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    BY_ID = "SELECT * FROM machines_present WHERE id = $1";
    ALL = "SELECT * FROM machines_present WHERE ($1 IS NULL OR tenant = $1)
            AND ($2 IS NULL OR id IN (SELECT machine FROM assignments WHERE user = $2))
        ORDER BY name, id";
    RAISE_EPOCH = "UPDATE machines SET epoch = epoch + 1, last_seen_at = $2,
            command_seq = MAX(command_seq, $3)
        WHERE id = $1 AND removed_at IS NULL RETURNING epoch, report_seq";
    SKIP_REPORTS = "UPDATE machines SET report_seq = $2
        WHERE id = $1 AND report_seq < $2 AND removed_at IS NULL RETURNING id";
    EPOCH = "SELECT epoch FROM machines WHERE id = $1 AND removed_at IS NULL";
    SET_FACTS = "UPDATE machines SET facts = $2 WHERE id = $1";
    SET_LABELS = "UPDATE machines SET name = $2, labels = $3 WHERE id = $1";
    TOUCH = "UPDATE machines SET last_seen_at = $2 WHERE id = $1";
    ADVANCE_REPORTS = "UPDATE machines SET report_seq = $2
        WHERE id = $1 AND report_seq = $2 - 1 AND removed_at IS NULL";
    REMOVE = "UPDATE machines SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";
}

/// What a link needs to know when it comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkStart {
    /// The number of the new link.
    pub epoch: u64,
    /// The last report of the machine that is in the database.
    pub report_seq: u64,
}

impl Tx {
    /// Adds a machine.
    pub async fn machine_insert(&mut self, machine: &Machine) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(machine.id.as_uuid())
            .bind(machine.tenant.as_uuid())
            .bind(&machine.name)
            .bind(&machine.public_key[..])
            .bind(facts_json(&machine.facts)?)
            .bind(machine.enrolled_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a machine"))
    }

    /// Raises the machine's epoch for a new link; `None` if there is no such machine.
    ///
    /// `received_commands` is the last order that the machine has. If it is above the last one
    /// that was stored, the database is an older copy of itself: numbering goes on above it, so
    /// that no new order is taken for an old one.
    pub async fn machine_raise_epoch(
        &mut self,
        id: MachineId,
        received_commands: u64,
        now: Timestamp,
    ) -> Result<Option<LinkStart>, StoreError> {
        let row = sqlx::query(RAISE_EPOCH)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .bind(integer(received_commands))
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("raise a machine's epoch"))?;
        row.map(|row| {
            Ok(LinkStart { epoch: row.count("epoch")?, report_seq: row.count("report_seq")? })
        })
        .transpose()
    }

    /// Notes that the machine has forgotten the reports up to a number, because the server had them
    /// once; answers whether some of them are not in this database, which then is an older copy of
    /// itself.
    pub async fn machine_skip_reports(
        &mut self,
        id: MachineId,
        up_to: u64,
    ) -> Result<bool, StoreError> {
        let skipped = sqlx::query(SKIP_REPORTS).bind(id.as_uuid()).bind(integer(up_to));
        let skipped = skipped.fetch_optional(&mut self.connection).await;
        Ok(skipped.map_err(failed("go on behind missing reports"))?.is_some())
    }

    /// The number of a machine's newest link; `None` if there is no such machine.
    pub async fn machine_epoch(&mut self, id: MachineId) -> Result<Option<u64>, StoreError> {
        let row = sqlx::query(EPOCH).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        let row = row.map_err(failed("find a machine's newest link"))?;
        row.map(|row| row.count("epoch")).transpose()
    }

    /// One machine, read inside the transaction.
    pub async fn machine(&mut self, id: MachineId) -> Result<Option<Machine>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a machine"))?.as_ref().map(machine).transpose()
    }

    /// Replaces what the machine says of itself.
    pub async fn machine_set_facts(
        &mut self,
        id: MachineId,
        facts: &MachineFacts,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_FACTS)
            .bind(id.as_uuid())
            .bind(facts_json(facts)?)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("describe a machine"))
    }

    /// Changes what people call a machine and what they have said about it.
    pub async fn machine_set_labels(
        &mut self,
        id: MachineId,
        name: &str,
        labels: &[String],
    ) -> Result<(), StoreError> {
        sqlx::query(SET_LABELS)
            .bind(id.as_uuid())
            .bind(name)
            .bind(serde_json::Value::from(labels.to_vec()).to_string())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change what a machine is called"))
    }

    /// Notes a sign of life.
    pub async fn machine_touch(&mut self, id: MachineId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(TOUCH)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note a sign of life"))
    }

    /// Takes the machine's report number `seq`; answers whether it is the next one. A report that
    /// was taken before, or one that skips others, is not.
    pub async fn machine_take_report(
        &mut self,
        id: MachineId,
        seq: u64,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(ADVANCE_REPORTS)
            .bind(id.as_uuid())
            .bind(integer(seq))
            .execute(&mut self.connection)
            .await
            .map_err(failed("take a report"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Removes a machine; answers whether there was one. Its row stays for what refers to it.
    pub async fn machine_remove(
        &mut self,
        id: MachineId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(REMOVE)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("remove a machine"))?;
        Ok(done.rows_affected() > 0)
    }
}

impl Store {
    /// One machine.
    pub async fn machine(&self, id: MachineId) -> Result<Option<Machine>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a machine"))?.as_ref().map(machine).transpose()
    }

    /// Machines by name: of one tenant or all, and only those assigned to a user if one is given.
    pub async fn machines(
        &self,
        tenant: Option<TenantId>,
        assigned_to: Option<UserId>,
    ) -> Result<Vec<Machine>, StoreError> {
        let rows = sqlx::query(ALL)
            .bind(tenant.map(|tenant| tenant.as_uuid()))
            .bind(assigned_to.map(|user| user.as_uuid()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list machines"))?.iter().map(machine).collect()
    }
}

fn facts_json(facts: &MachineFacts) -> Result<String, StoreError> {
    serde_json::to_string(facts)
        .map_err(|error| StoreError::Column { column: "facts", problem: error.to_string() })
}

fn machine(row: &SqliteRow) -> Result<Machine, StoreError> {
    Ok(Machine {
        id: MachineId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        name: row.text("name")?,
        labels: serde_json::from_str(&row.text("labels")?).map_err(wrong("labels"))?,
        public_key: row.key("public_key")?,
        key_age: KeyAge {
            replaced_at: row.maybe_time("key_since")?,
            next_since: row.maybe_time("next_key_at")?,
        },
        epoch: row.count("epoch")?,
        facts: serde_json::from_str(&row.text("facts")?).map_err(wrong("facts"))?,
        enrolled_at: row.time("enrolled_at")?,
        last_seen_at: row.maybe_time("last_seen_at")?,
        freezes: Freezes { machine: freeze(row, &OWN)?, tenant: freeze(row, &TENANTS)? },
    })
}
