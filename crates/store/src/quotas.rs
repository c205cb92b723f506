//! Quotas, what was granted above them, and what accounts have spent by the ledger.

use model::quota::{Account, Amounts, Quota, QuotaMeasure, QuotaRaise, QuotaSubject};
use model::{MachineId, NanoUsd, QuotaId, QuotaRaiseId, SessionId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

/// What quotas measure, as columns.
macro_rules! measures {
    () => {
        "COALESCE(SUM(input + cache_read + cache_write + output), 0) AS tokens,
            COALESCE(SUM(status != 'refused'), 0) AS requests,
            COALESCE(SUM(cost_nano_usd), 0) AS cost"
    };
}

/// A model as quotas know it.
macro_rules! model {
    () => {
        "LOWER(COALESCE(model_asked, ''))"
    };
}

macro_rules! spent {
    ($whose:expr) => {
        concat!(
            "SELECT ",
            measures!(),
            "
            FROM usage_records WHERE tenant = $1 AND started_at >= $2",
            $whose
        )
    };
}

macro_rules! by_spent {
    ($account:expr) => {
        concat!("SELECT ", $account, " AS account, ", measures!(), "
            FROM usage_records WHERE tenant = $1 AND started_at >= $2 GROUP BY 1
            ORDER BY CASE $3 WHEN 'tokens' THEN tokens WHEN 'requests' THEN requests ELSE cost END
                DESC LIMIT $4")
    };
}

statements! {
    PUT = "INSERT INTO quotas (id, tenant, subject, account, measure, period, amount, changed_by,
            changed_at, at_stop)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (tenant, subject, COALESCE(account, ''), measure, period)
        DO UPDATE SET amount = $7, changed_by = $8, changed_at = $9, at_stop = $10
        RETURNING id";
    ALL = "SELECT * FROM quotas WHERE tenant = $1 ORDER BY subject, account, measure, period";
    DELETE = "DELETE FROM quotas WHERE tenant = $1 AND id = $2";
    GRANT = "INSERT INTO quota_raises (id, tenant, quota, account, amount, granted_by, granted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GRANTED = "SELECT quota_raises.*, quotas.subject FROM quota_raises
            JOIN quotas ON quotas.id = quota_raises.quota
        WHERE quota_raises.tenant = $1 AND (quotas.period = 'total' OR granted_at >= $2)
        ORDER BY granted_at, quota_raises.id";
    // Each of these adds up what was used since the beginning of a day, of a month, and in all.
    SPENT_BY_TENANT = spent!("");
    SPENT_BY_USER = spent!(" AND user = $3");
    SPENT_BY_MACHINE = spent!(" AND machine = $3");
    SPENT_BY_SESSION = spent!(" AND session = $3");
    SPENT_BY_MODEL = spent!(concat!(" AND ", model!(), " = $3"));
    // And each of these by whom, those first who used most of a measure.
    USERS_BY_SPENT = by_spent!("user");
    MACHINES_BY_SPENT = by_spent!("machine");
    SESSIONS_BY_SPENT = by_spent!("session");
    MODELS_BY_SPENT = by_spent!(model!());
}

impl Tx {
    /// Adds a quota, or changes the amount of the one for the same; answers its identifier.
    pub async fn quota_put(&mut self, quota: &Quota) -> Result<QuotaId, StoreError> {
        let row = sqlx::query(PUT)
            .bind(quota.id.as_uuid())
            .bind(quota.tenant.as_uuid())
            .bind(quota.subject.as_str())
            .bind(quota.account.as_ref().map(Account::of))
            .bind(quota.measure.as_str())
            .bind(quota.period.as_str())
            .bind(integer(quota.limit))
            .bind(quota.changed_by.as_uuid())
            .bind(quota.changed_at.as_millis())
            .bind(quota.at_stop.as_str())
            .fetch_one(&mut self.connection)
            .await;
        Ok(QuotaId::from_uuid(row.map_err(failed("store a quota"))?.uuid("id")?))
    }

    /// Removes a quota with what was granted above it; answers whether there was one.
    pub async fn quota_delete(
        &mut self,
        tenant: TenantId,
        id: QuotaId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(tenant.as_uuid())
            .bind(id.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("remove a quota"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Grants an account more than its quota.
    pub async fn quota_raise_insert(
        &mut self,
        tenant: TenantId,
        raise: &QuotaRaise,
    ) -> Result<(), StoreError> {
        sqlx::query(GRANT)
            .bind(raise.id.as_uuid())
            .bind(tenant.as_uuid())
            .bind(raise.quota.as_uuid())
            .bind(raise.account.of())
            .bind(integer(raise.amount))
            .bind(raise.granted_by.as_uuid())
            .bind(raise.granted_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("grant more than a quota"))
    }
}

impl Store {
    /// The quotas of a tenant.
    pub async fn quotas(&self, tenant: TenantId) -> Result<Vec<Quota>, StoreError> {
        let rows = sqlx::query(ALL).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list quotas"))?.iter().map(quota).collect()
    }

    /// What was granted above the quotas of a tenant: since a time, and for quotas that are never
    /// whole again at any time.
    pub async fn quota_raises(
        &self,
        tenant: TenantId,
        since: Timestamp,
    ) -> Result<Vec<QuotaRaise>, StoreError> {
        let rows = sqlx::query(GRANTED)
            .bind(tenant.as_uuid())
            .bind(since.as_millis())
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list what was granted"))?.iter().map(raise).collect()
    }

    /// What an account has spent since a time, by the ledger.
    pub async fn spent_since(
        &self,
        tenant: TenantId,
        account: &Account,
        since: Timestamp,
    ) -> Result<Amounts, StoreError> {
        let (statement, id) = match account {
            Account::Tenant(_) => (SPENT_BY_TENANT, None),
            Account::User(user) => (SPENT_BY_USER, Some(user.as_uuid())),
            Account::Machine(machine) => (SPENT_BY_MACHINE, Some(machine.as_uuid())),
            Account::Session(session) => (SPENT_BY_SESSION, Some(session.as_uuid())),
            Account::Model(..) => (SPENT_BY_MODEL, None),
        };
        let mut query = sqlx::query(statement).bind(tenant.as_uuid()).bind(since.as_millis());
        if let Some(id) = id {
            query = query.bind(id);
        }
        if let Account::Model(_, model) = account {
            query = query.bind(model);
        }
        let row = query.fetch_one(&self.readers).await;
        amounts(&row.map_err(failed("add up what was spent"))?)
    }

    /// The accounts of one kind that have spent most of a measure since a time, by the ledger, with
    /// what they have spent. A tenant has only one of the kind [`QuotaSubject::Tenant`].
    pub async fn most_spent(
        &self,
        tenant: TenantId,
        subject: QuotaSubject,
        measure: QuotaMeasure,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<(Account, Amounts)>, StoreError> {
        let statement = match subject {
            QuotaSubject::Tenant => {
                let account = Account::Tenant(tenant);
                let spent = self.spent_since(tenant, &account, since).await?;
                return Ok(vec![(account, spent)]);
            }
            QuotaSubject::User => USERS_BY_SPENT,
            QuotaSubject::Machine => MACHINES_BY_SPENT,
            QuotaSubject::Session => SESSIONS_BY_SPENT,
            QuotaSubject::Model => MODELS_BY_SPENT,
        };
        let rows = sqlx::query(statement)
            .bind(tenant.as_uuid())
            .bind(since.as_millis())
            .bind(measure.as_str())
            .bind(most)
            .fetch_all(&self.readers)
            .await;
        let rows = rows.map_err(failed("find who has spent most"))?;
        rows.iter().map(|row| Ok((spender(tenant, subject, row)?, amounts(row)?))).collect()
    }
}

fn amounts(row: &SqliteRow) -> Result<Amounts, StoreError> {
    Ok(Amounts {
        tokens: row.count("tokens")?,
        requests: row.count("requests")?,
        cost: NanoUsd::from_nanos(row.count("cost")?),
    })
}

fn spender(
    tenant: TenantId,
    subject: QuotaSubject,
    row: &SqliteRow,
) -> Result<Account, StoreError> {
    Ok(match subject {
        QuotaSubject::Tenant => Account::Tenant(tenant),
        QuotaSubject::User => Account::User(UserId::from_uuid(row.uuid("account")?)),
        QuotaSubject::Machine => Account::Machine(MachineId::from_uuid(row.uuid("account")?)),
        QuotaSubject::Session => Account::Session(SessionId::from_uuid(row.uuid("account")?)),
        QuotaSubject::Model => Account::Model(tenant, row.text("account")?),
    })
}

fn quota(row: &SqliteRow) -> Result<Quota, StoreError> {
    let tenant = TenantId::from_uuid(row.uuid("tenant")?);
    let subject = row.word("subject")?;
    let account = match row.maybe_text("account")? {
        Some(of) => Some(account(tenant, subject, &of)?),
        None => None,
    };
    Ok(Quota {
        id: QuotaId::from_uuid(row.uuid("id")?),
        tenant,
        subject,
        account,
        measure: row.word("measure")?,
        period: row.word("period")?,
        limit: row.count("amount")?,
        at_stop: row.word("at_stop")?,
        changed_by: UserId::from_uuid(row.uuid("changed_by")?),
        changed_at: row.time("changed_at")?,
    })
}

fn raise(row: &SqliteRow) -> Result<QuotaRaise, StoreError> {
    let tenant = TenantId::from_uuid(row.uuid("tenant")?);
    Ok(QuotaRaise {
        id: QuotaRaiseId::from_uuid(row.uuid("id")?),
        quota: QuotaId::from_uuid(row.uuid("quota")?),
        account: account(tenant, row.word("subject")?, &row.text("account")?)?,
        amount: row.count("amount")?,
        granted_by: UserId::from_uuid(row.uuid("granted_by")?),
        granted_at: row.time("granted_at")?,
    })
}

pub(crate) fn account(
    tenant: TenantId,
    subject: QuotaSubject,
    of: &str,
) -> Result<Account, StoreError> {
    Account::parse(tenant, subject, of).ok_or_else(|| StoreError::Column {
        column: "account",
        problem: format!("{of:?} is no {subject}"),
    })
}
