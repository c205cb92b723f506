//! The fate of prompts.

use model::turn::{Turn, TurnState};
use model::{CommandId, SessionId, Timestamp, TurnId, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO turns (id, session, author, command, state, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    BY_ID = "SELECT * FROM turns WHERE id = $1";
    BY_SESSION = "SELECT * FROM turns WHERE session = $1 ORDER BY created_at DESC, id DESC
        LIMIT 200";
    ARRIVED = "UPDATE turns SET state = 'on_machine' WHERE command = $1 AND state = 'sent'
        RETURNING id";
    BY_COMMAND = "SELECT * FROM turns WHERE command = $1 AND finished_at IS NULL";
    SET_STATE = "UPDATE turns SET state = $2, stop_reason = $3, outcome = $4, finished_at = $5
        WHERE id = $1";
    COUNT = "SELECT COUNT(*) AS turns FROM turns WHERE session = $1";
    MESSAGES = "SELECT COUNT(*) + COUNT(finished_at) AS messages FROM turns WHERE session = $1";
    OPEN = "SELECT * FROM turns WHERE session = $1 AND finished_at IS NULL";
}

impl Tx {
    /// Adds a turn that a command carries.
    pub async fn turn_insert(&mut self, turn: &Turn, command: CommandId) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(turn.id.as_uuid())
            .bind(turn.session.as_uuid())
            .bind(turn.author.as_uuid())
            .bind(command.as_uuid())
            .bind(turn.state.as_str())
            .bind(turn.created_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a turn"))
    }

    /// One turn, read inside the transaction.
    pub async fn turn(&mut self, id: TurnId) -> Result<Option<Turn>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a turn"))?.as_ref().map(turn).transpose()
    }

    /// The open turn that a command carries, read inside the transaction.
    pub async fn turn_of_command(
        &mut self,
        command: CommandId,
    ) -> Result<Option<Turn>, StoreError> {
        let row = sqlx::query(BY_COMMAND)
            .bind(command.as_uuid())
            .fetch_optional(&mut self.connection)
            .await;
        row.map_err(failed("find the turn of a command"))?.as_ref().map(turn).transpose()
    }

    /// How many prompts a session has taken, read inside the transaction.
    pub async fn turns_count(&mut self, session: SessionId) -> Result<u64, StoreError> {
        let row = sqlx::query(COUNT).bind(session.as_uuid()).fetch_one(&mut self.connection).await;
        row.map_err(failed("count a session's turns"))?.count("turns")
    }

    /// The turns of a session that have not ended, read inside the transaction.
    pub async fn turns_open(&mut self, session: SessionId) -> Result<Vec<Turn>, StoreError> {
        let rows = sqlx::query(OPEN).bind(session.as_uuid()).fetch_all(&mut self.connection).await;
        rows.map_err(failed("list open turns"))?.iter().map(turn).collect()
    }

    /// Notes that the machine has the command that carries a turn; answers the turn, if the
    /// command carries one that was still on its way.
    pub async fn turn_arrived(&mut self, command: CommandId) -> Result<Option<TurnId>, StoreError> {
        let row = sqlx::query(ARRIVED)
            .bind(command.as_uuid())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("note the arrival of a turn"))?;
        row.map(|row| Ok(TurnId::from_uuid(row.uuid("id")?))).transpose()
    }

    /// Changes the state; a final one ends the turn now.
    pub async fn turn_set_state(
        &mut self,
        id: TurnId,
        state: TurnState,
        stop_reason: Option<&str>,
        outcome: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_STATE)
            .bind(id.as_uuid())
            .bind(state.as_str())
            .bind(stop_reason)
            .bind(outcome)
            .bind(state.is_final().then(|| now.as_millis()))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change a turn's state"))
    }
}

impl Store {
    /// One turn.
    pub async fn turn(&self, id: TurnId) -> Result<Option<Turn>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a turn"))?.as_ref().map(turn).transpose()
    }

    /// How many turns a session has, each that has ended counted twice: prompt and answer.
    pub async fn messages_count(&self, session: SessionId) -> Result<u64, StoreError> {
        let row = sqlx::query(MESSAGES).bind(session.as_uuid()).fetch_one(&self.readers).await;
        row.map_err(failed("count a session's messages"))?.count("messages")
    }

    /// The last turns of a session, the newest first.
    pub async fn turns(&self, session: SessionId) -> Result<Vec<Turn>, StoreError> {
        let rows = sqlx::query(BY_SESSION).bind(session.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list turns"))?.iter().map(turn).collect()
    }
}

fn turn(row: &SqliteRow) -> Result<Turn, StoreError> {
    Ok(Turn {
        id: TurnId::from_uuid(row.uuid("id")?),
        session: SessionId::from_uuid(row.uuid("session")?),
        author: UserId::from_uuid(row.uuid("author")?),
        state: row.word("state")?,
        stop_reason: row.maybe_text("stop_reason")?,
        outcome: row.maybe_text("outcome")?,
        created_at: row.time("created_at")?,
        finished_at: row.maybe_time("finished_at")?,
    })
}
