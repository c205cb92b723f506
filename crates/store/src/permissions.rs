//! Questions of agents to people.

use model::permission::{PermissionAnswer, PermissionRequest, PermissionState};
use model::{
    CommandId, MachineId, PermissionRequestId, SessionId, TenantId, Timestamp, TurnId, UserId,
};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO permission_requests (id, tenant, machine, session, turn, title, details,
            digest, state, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9) ON CONFLICT (id) DO NOTHING";
    BY_ID = "SELECT * FROM permission_requests WHERE id = $1";
    OPEN = "SELECT permission_requests.* FROM permission_requests
            JOIN sessions ON sessions.id = permission_requests.session
        WHERE permission_requests.state IN ('pending', 'answered', 'delivered')
            AND ($1 IS NULL OR permission_requests.tenant = $1)
            AND ($2 IS NULL OR sessions.owner = $2 OR EXISTS (
                SELECT 1 FROM session_shares AS shares
                    JOIN assignments ON assignments.user = shares.user
                        AND assignments.machine = sessions.machine
                WHERE shares.session = sessions.id AND shares.user = $2
                    AND shares.level = 'drive' AND shares.expires_at > $4))
            AND ($3 IS NULL OR permission_requests.session = $3)
        ORDER BY asked_at LIMIT 500";
    OPEN_IN_SESSION = "SELECT * FROM permission_requests
        WHERE session = $1 AND state IN ('pending', 'answered', 'delivered')";
    ANSWER = "UPDATE permission_requests SET state = 'answered', answer = $2, note = $3,
            answered_by = $4, answered_at = $5, command = $6
        WHERE id = $1 AND state = 'pending'";
    ARRIVED = "UPDATE permission_requests SET state = 'delivered'
        WHERE command = $1 AND state = 'answered' RETURNING *";
    CLOSE = "UPDATE permission_requests SET state = $3
        WHERE id = $1 AND machine = $2 AND state IN ('pending', 'answered', 'delivered')
        RETURNING *";
}

impl Tx {
    /// Stores a question; one that is there already stays as it is.
    pub async fn permission_insert(
        &mut self,
        request: &PermissionRequest,
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(request.id.as_uuid())
            .bind(request.tenant.as_uuid())
            .bind(request.machine.as_uuid())
            .bind(request.session.as_uuid())
            .bind(request.turn.map(|turn| turn.as_uuid()))
            .bind(&request.title)
            .bind(&request.details)
            .bind(&request.digest[..])
            .bind(request.asked_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("store a permission request"))
    }

    /// Answers a question that nobody has answered; answers whether this was the first answer.
    /// The command carries it to the machine.
    pub async fn permission_answer(
        &mut self,
        id: PermissionRequestId,
        answer: PermissionAnswer,
        note: Option<&str>,
        by: UserId,
        command: CommandId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(ANSWER)
            .bind(id.as_uuid())
            .bind(answer.as_str())
            .bind(note)
            .bind(by.as_uuid())
            .bind(now.as_millis())
            .bind(command.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("answer a permission request"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that the machine has the command that carries an answer; answers the question.
    pub async fn permission_arrived(
        &mut self,
        command: CommandId,
    ) -> Result<Option<PermissionRequest>, StoreError> {
        let row =
            sqlx::query(ARRIVED).bind(command.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("note the arrival of an answer"))?.as_ref().map(permission).transpose()
    }

    /// Closes a question that a machine asked; answers it if it was open.
    pub async fn permission_close(
        &mut self,
        id: PermissionRequestId,
        machine: MachineId,
        state: PermissionState,
    ) -> Result<Option<PermissionRequest>, StoreError> {
        let row = sqlx::query(CLOSE)
            .bind(id.as_uuid())
            .bind(machine.as_uuid())
            .bind(state.as_str())
            .fetch_optional(&mut self.connection)
            .await;
        row.map_err(failed("close a permission request"))?.as_ref().map(permission).transpose()
    }

    /// The open questions of a session, read inside the transaction.
    pub async fn permissions_open_in(
        &mut self,
        session: SessionId,
    ) -> Result<Vec<PermissionRequest>, StoreError> {
        let rows = sqlx::query(OPEN_IN_SESSION)
            .bind(session.as_uuid())
            .fetch_all(&mut self.connection)
            .await;
        rows.map_err(failed("list a session's questions"))?.iter().map(permission).collect()
    }
}

impl Store {
    /// One question.
    pub async fn permission(
        &self,
        id: PermissionRequestId,
    ) -> Result<Option<PermissionRequest>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a permission request"))?.as_ref().map(permission).transpose()
    }

    /// Open questions, the oldest first: of one tenant or all, of the sessions that a user drives at
    /// a time or all, of one session or all.
    pub async fn permissions_open(
        &self,
        tenant: Option<TenantId>,
        driver: Option<(UserId, Timestamp)>,
        session: Option<SessionId>,
    ) -> Result<Vec<PermissionRequest>, StoreError> {
        let rows = sqlx::query(OPEN)
            .bind(tenant.map(|tenant| tenant.as_uuid()))
            .bind(driver.map(|(user, _)| user.as_uuid()))
            .bind(session.map(|session| session.as_uuid()))
            .bind(driver.map(|(_, now)| now.as_millis()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list permission requests"))?.iter().map(permission).collect()
    }
}

fn permission(row: &SqliteRow) -> Result<PermissionRequest, StoreError> {
    Ok(PermissionRequest {
        id: PermissionRequestId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        machine: MachineId::from_uuid(row.uuid("machine")?),
        session: SessionId::from_uuid(row.uuid("session")?),
        turn: row.maybe_uuid("turn")?.map(TurnId::from_uuid),
        title: row.text("title")?,
        details: row.text("details")?,
        digest: row.key("digest")?,
        state: row.word("state")?,
        answer: row.maybe_word("answer")?,
        note: row.maybe_text("note")?,
        answered_by: row.maybe_uuid("answered_by")?.map(UserId::from_uuid),
        asked_at: row.time("asked_at")?,
        answered_at: row.maybe_time("answered_at")?,
    })
}
