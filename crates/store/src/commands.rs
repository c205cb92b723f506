//! Orders to machines: kept until the machine has them in its journal, and their fate after.

use model::command::CommandState;
use model::{CommandId, MachineId, SessionId, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

statements! {
    NEXT_SEQ = "UPDATE machines SET command_seq = command_seq + 1
        WHERE id = $1 AND removed_at IS NULL RETURNING command_seq";
    INSERT = "INSERT INTO commands (id, machine, seq, session, actor, body, not_after, state,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8)";
    PENDING = "SELECT id, seq, session, actor, body, not_after FROM commands
        WHERE machine = $1 AND seq >= $2 AND body IS NOT NULL ORDER BY seq LIMIT $3";
    ACCEPT = "UPDATE commands SET state = 'accepted', accepted_at = $3, body = NULL
        WHERE machine = $1 AND seq <= $2 AND state = 'queued' RETURNING id, session";
    FINISH = "UPDATE commands SET state = $3, code = $4, message = $5, finished_at = $6,
            body = NULL
        WHERE id = $1 AND machine = $2 AND finished_at IS NULL RETURNING session";
    WIPE = "UPDATE commands SET state = 'expired', body = NULL, finished_at = $2,
            code = 'machine_deregistered'
        WHERE machine = $1 AND finished_at IS NULL";
    ERROR = "SELECT code, message FROM commands WHERE id = $1 AND finished_at IS NOT NULL";
    FORGET = "DELETE FROM commands WHERE finished_at < $1";
}

/// An order that is to be stored.
#[derive(Debug, Clone)]
pub struct NewCommand {
    /// Identifier.
    pub id: CommandId,
    /// The machine that is to carry it out.
    pub machine: MachineId,
    /// The session it is about.
    pub session: SessionId,
    /// Who ordered it, as `user:<id>` or `system`.
    pub actor: String,
    /// The order as it travels on the link.
    pub body: Vec<u8>,
    /// After this time it must not be begun.
    pub not_after: Option<Timestamp>,
    /// When it was ordered.
    pub created_at: Timestamp,
}

/// An order on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCommand {
    /// Identifier.
    pub id: CommandId,
    /// Position in the machine's sequence, from 1, without holes.
    pub seq: u64,
    /// The session it is about.
    pub session: SessionId,
    /// Who ordered it.
    pub actor: String,
    /// The order as it travels on the link.
    pub body: Vec<u8>,
    /// After this time it must not be begun.
    pub not_after: Option<Timestamp>,
}

impl Tx {
    /// Stores an order and gives it the next number of its machine; `None` if there is no such
    /// machine.
    pub async fn command_append(
        &mut self,
        command: &NewCommand,
    ) -> Result<Option<u64>, StoreError> {
        let row = sqlx::query(NEXT_SEQ)
            .bind(command.machine.as_uuid())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("number a command"))?;
        let Some(row) = row else { return Ok(None) };
        let seq = row.count("command_seq")?;
        sqlx::query(INSERT)
            .bind(command.id.as_uuid())
            .bind(command.machine.as_uuid())
            .bind(integer(seq))
            .bind(command.session.as_uuid())
            .bind(&command.actor)
            .bind(&command.body)
            .bind(command.not_after.map(Timestamp::as_millis))
            .bind(command.created_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("store a command"))?;
        Ok(Some(seq))
    }

    /// Notes that the machine has all orders up to a number in its journal, and drops their
    /// bodies; answers which are new to it, with their sessions.
    pub async fn commands_accept(
        &mut self,
        machine: MachineId,
        up_to: u64,
        now: Timestamp,
    ) -> Result<Vec<(CommandId, SessionId)>, StoreError> {
        let rows = sqlx::query(ACCEPT)
            .bind(machine.as_uuid())
            .bind(integer(up_to))
            .bind(now.as_millis())
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed("note accepted commands"))?;
        rows.iter()
            .map(|row| {
                let id = CommandId::from_uuid(row.uuid("id")?);
                Ok((id, SessionId::from_uuid(row.uuid("session")?)))
            })
            .collect()
    }

    /// Notes how an order ended; answers its session if it was still open.
    pub async fn command_finish(
        &mut self,
        id: CommandId,
        machine: MachineId,
        state: CommandState,
        error: Option<(&str, &str)>,
        now: Timestamp,
    ) -> Result<Option<SessionId>, StoreError> {
        let row = sqlx::query(FINISH)
            .bind(id.as_uuid())
            .bind(machine.as_uuid())
            .bind(state.as_str())
            .bind(error.map(|(code, _)| code))
            .bind(error.map(|(_, message)| message))
            .bind(now.as_millis())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("note the end of a command"))?;
        row.map(|row| Ok(SessionId::from_uuid(row.uuid("session")?))).transpose()
    }

    /// Voids every open order of a machine.
    pub async fn commands_wipe(
        &mut self,
        machine: MachineId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(WIPE)
            .bind(machine.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("void a machine's commands"))
    }

    /// Drops orders that ended before a time.
    pub async fn commands_forget(&mut self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query(FORGET)
            .bind(before.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop old commands"))
    }
}

impl Store {
    /// The orders of a machine that it does not have yet, in order, from a number on.
    pub async fn commands_pending(
        &self,
        machine: MachineId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<PendingCommand>, StoreError> {
        let rows = sqlx::query(PENDING)
            .bind(machine.as_uuid())
            .bind(integer(from))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list pending commands"))?.iter().map(pending).collect()
    }
}

impl Store {
    /// Why an order came to nothing: the machine's code and its words; `None` if it did not, or
    /// nobody knows.
    pub async fn command_error(
        &self,
        id: CommandId,
    ) -> Result<Option<(String, String)>, StoreError> {
        let row = sqlx::query(ERROR).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        let Some(row) = row.map_err(failed("see how a command ended"))? else { return Ok(None) };
        let error = row.maybe_text("code")?.zip(row.maybe_text("message")?);
        Ok(error)
    }
}

fn pending(row: &SqliteRow) -> Result<PendingCommand, StoreError> {
    Ok(PendingCommand {
        id: CommandId::from_uuid(row.uuid("id")?),
        seq: row.count("seq")?,
        session: SessionId::from_uuid(row.uuid("session")?),
        actor: row.text("actor")?,
        body: row.bytes("body")?,
        not_after: row.maybe_time("not_after")?,
    })
}
