//! What sessions ask for when a quota stops them.

use model::quota::{Account, BudgetRequest, BudgetState};
use model::{BudgetRequestId, MachineId, QuotaId, SessionId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::quotas::account;
use crate::{Store, StoreError, Tx};

statements! {
    // There is one at a time for each quota that stops a session; what it says is what was asked
    // last.
    OPEN = "INSERT INTO budget_requests (id, tenant, session, quota, account, allowed, spent, asked,
            model, state, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10)
        ON CONFLICT (session, quota) WHERE state = 'pending'
        DO UPDATE SET allowed = $6, spent = $7, asked = $8, model = $9, asked_at = $10
        RETURNING id";
    CLOSE = "UPDATE budget_requests SET state = $2, answered_by = $3, answered_at = $4
        WHERE id = $1 AND state = 'pending'";
    CLOSE_ALL = "UPDATE budget_requests SET state = $3, answered_by = $4, answered_at = $5
        WHERE quota = $1 AND ($2 IS NULL OR account = $2) AND state = 'pending'
        RETURNING id";
    DECLINED = "SELECT 1 FROM budget_requests
        WHERE session = $1 AND quota = $2 AND state = 'declined' AND answered_at >= $3 LIMIT 1";
    BY_ID = "SELECT budget_requests.*, quotas.subject, quotas.measure, quotas.period,
            sessions.owner, sessions.machine
        FROM budget_requests JOIN quotas ON quotas.id = budget_requests.quota
            JOIN sessions ON sessions.id = budget_requests.session
        WHERE budget_requests.id = $1";
    PENDING = "SELECT budget_requests.*, quotas.subject, quotas.measure, quotas.period,
            sessions.owner, sessions.machine
        FROM budget_requests JOIN quotas ON quotas.id = budget_requests.quota
            JOIN sessions ON sessions.id = budget_requests.session
        WHERE budget_requests.tenant = $1 AND budget_requests.state = 'pending'
            AND sessions.state NOT IN ('stopped', 'failed')
            AND ($2 IS NULL OR sessions.owner = $2)
            AND ($3 IS NULL OR sessions.id = $3)
        ORDER BY budget_requests.asked_at, budget_requests.id LIMIT 500";
}

impl Tx {
    /// Asks for more, or says anew what is asked for already; answers the identifier of what is
    /// open.
    pub async fn budget_request_open(
        &mut self,
        request: &BudgetRequest,
    ) -> Result<BudgetRequestId, StoreError> {
        let row = sqlx::query(OPEN)
            .bind(request.id.as_uuid())
            .bind(request.tenant.as_uuid())
            .bind(request.session.as_uuid())
            .bind(request.quota.as_uuid())
            .bind(request.account.of())
            .bind(integer(request.limit))
            .bind(integer(request.spent))
            .bind(integer(request.asked))
            .bind(&request.model)
            .bind(request.asked_at.as_millis())
            .fetch_one(&mut self.connection)
            .await;
        let row = row.map_err(failed("ask for a larger budget"))?;
        Ok(BudgetRequestId::from_uuid(row.uuid("id")?))
    }

    /// Closes a request that is open; answers it as it is then, or nothing if it was not open.
    pub async fn budget_request_close(
        &mut self,
        id: BudgetRequestId,
        state: BudgetState,
        by: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<BudgetRequest>, StoreError> {
        let done = sqlx::query(CLOSE)
            .bind(id.as_uuid())
            .bind(state.as_str())
            .bind(by.map(|by| by.as_uuid()))
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("answer a call for more"))?;
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        self.budget_request(id).await
    }

    /// Closes all that are open for a quota, or for one account of it; answers them as they are
    /// then.
    pub async fn budget_requests_close(
        &mut self,
        quota: QuotaId,
        account: Option<&Account>,
        state: BudgetState,
        by: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<BudgetRequest>, StoreError> {
        let rows = sqlx::query(CLOSE_ALL)
            .bind(quota.as_uuid())
            .bind(account.map(Account::of))
            .bind(state.as_str())
            .bind(by.map(|by| by.as_uuid()))
            .bind(now.as_millis())
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed("answer calls for more"))?;
        let mut closed = Vec::new();
        for row in rows {
            closed.extend(self.budget_request(BudgetRequestId::from_uuid(row.uuid("id")?)).await?);
        }
        Ok(closed)
    }

    async fn budget_request(
        &mut self,
        id: BudgetRequestId,
    ) -> Result<Option<BudgetRequest>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a call for more"))?.as_ref().map(request).transpose()
    }
}

impl Store {
    /// One request.
    pub async fn budget_request(
        &self,
        id: BudgetRequestId,
    ) -> Result<Option<BudgetRequest>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a call for more"))?.as_ref().map(request).transpose()
    }

    /// Open requests of sessions that go on, the oldest first, at most 500: everybody's, or those
    /// of one person's sessions, or of one session.
    pub async fn budget_requests_pending(
        &self,
        tenant: TenantId,
        owner: Option<UserId>,
        session: Option<SessionId>,
    ) -> Result<Vec<BudgetRequest>, StoreError> {
        let rows = sqlx::query(PENDING)
            .bind(tenant.as_uuid())
            .bind(owner.map(|owner| owner.as_uuid()))
            .bind(session.map(|session| session.as_uuid()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list calls for more"))?.iter().map(request).collect()
    }

    /// Whether somebody has told a session to stop at a quota, since a time.
    pub async fn budget_declined_since(
        &self,
        session: SessionId,
        quota: QuotaId,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(DECLINED)
            .bind(session.as_uuid())
            .bind(quota.as_uuid())
            .bind(since.as_millis())
            .fetch_optional(&self.readers)
            .await;
        Ok(row.map_err(failed("find an answer to a call for more"))?.is_some())
    }
}

fn request(row: &SqliteRow) -> Result<BudgetRequest, StoreError> {
    let tenant = TenantId::from_uuid(row.uuid("tenant")?);
    Ok(BudgetRequest {
        id: BudgetRequestId::from_uuid(row.uuid("id")?),
        tenant,
        session: SessionId::from_uuid(row.uuid("session")?),
        owner: UserId::from_uuid(row.uuid("owner")?),
        machine: MachineId::from_uuid(row.uuid("machine")?),
        quota: QuotaId::from_uuid(row.uuid("quota")?),
        account: account(tenant, row.word("subject")?, &row.text("account")?)?,
        measure: row.word("measure")?,
        period: row.word("period")?,
        limit: row.count("allowed")?,
        spent: row.count("spent")?,
        asked: row.count("asked")?,
        model: row.maybe_text("model")?,
        state: row.word("state")?,
        asked_at: row.time("asked_at")?,
        answered_by: row.maybe_uuid("answered_by")?.map(UserId::from_uuid),
        answered_at: row.maybe_time("answered_at")?,
    })
}
