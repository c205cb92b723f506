//! The usage ledger: one row for each LLM call attempt.
//!
//! A row is written when its attempt begins, marked as an estimate, and replaced when it ends; what
//! is left of an attempt that the server did not live to see the end of is the estimate (R24).

pub mod summary;

use std::collections::HashMap;

use model::price::{Cost, NanoUsd};
use model::usage::{TokenCounts, UsageRecord, UsageSum};
use model::{
    MachineId, ProviderKeyId, ProxyTokenId, SessionId, TenantId, Timestamp, UsageRecordId, UserId,
};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Sqlite};

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

/// The columns that [`sum`] reads, of the records that a statement adds up.
macro_rules! sums {
    () => {
        "COUNT(*) AS calls,
            COALESCE(SUM(usage_records.status NOT IN ('complete', 'refused')), 0) AS estimated_calls,
            COALESCE(SUM(input), 0) AS input,
            COALESCE(SUM(cache_read), 0) AS cache_read,
            COALESCE(SUM(cache_write), 0) AS cache_write,
            COALESCE(SUM(cache_write_1h), 0) AS cache_write_1h, COALESCE(SUM(output), 0) AS output,
            COALESCE(SUM(reasoning), 0) AS reasoning, COALESCE(SUM(cost_nano_usd), 0) AS cost,
            COALESCE(MAX(price_source = 'assumed'), 0) AS is_assumed"
    };
}

/// Which records are in a [`UsageSpan`]; [`bind_span`] binds the first seven parameters.
macro_rules! in_span {
    () => {
        " WHERE usage_records.tenant = $1
            AND usage_records.started_at >= $2 AND usage_records.started_at < $3
            AND ($4 IS NULL OR usage_records.user = $4)
            AND ($5 IS NULL OR usage_records.machine = $5)
            AND ($6 IS NULL OR usage_records.session = $6)
            AND ($7 IS NULL OR COALESCE(usage_records.model_asked, '') = $7)"
    };
}

pub(crate) use {in_span, sums};

statements! {
    BY_SESSION = "SELECT * FROM usage_records WHERE session = $1 ORDER BY started_at, id";
    RECENT = concat!("SELECT usage_records.* FROM usage_records", in_span!(),
        " ORDER BY started_at DESC, id DESC LIMIT $8");
    SUM_IN_SPAN = concat!("SELECT ", sums!(), " FROM usage_records", in_span!());
    SUM_OF_SESSION = concat!("SELECT ", sums!(), " FROM usage_records WHERE session = $1");
}

pub(crate) type SqlQuery<'q> = Query<'q, Sqlite, SqliteArguments>;

const PUT: &str = "INSERT INTO usage_records (id, tenant, user, machine, session, proxy_token,
        provider_key, provider, model_asked, model_answered, input, cache_read, cache_write,
        output, reasoning, status, http_status, started_at, first_byte_ms, duration_ms,
        cache_write_1h, cost_nano_usd, price_source, price_version, overhead_us)
    VALUES ";

/// How many values a row has.
const PUT_COLUMNS: usize = 25;

const PUT_ROW: &str = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const PUT_AGAIN: &str = " ON CONFLICT (id) DO UPDATE SET model_answered = excluded.model_answered,
        input = excluded.input, cache_read = excluded.cache_read,
        cache_write = excluded.cache_write, output = excluded.output,
        reasoning = excluded.reasoning, status = excluded.status,
        http_status = excluded.http_status, first_byte_ms = excluded.first_byte_ms,
        duration_ms = excluded.duration_ms, cache_write_1h = excluded.cache_write_1h,
        cost_nano_usd = excluded.cost_nano_usd, price_source = excluded.price_source,
        price_version = excluded.price_version, overhead_us = excluded.overhead_us";

/// How many rows one statement writes: each is an errand to the thread of the connection. A few
/// fixed sizes, so that each is prepared once, and any number of rows below 256 takes at most eight.
const PUT_SIZES: [usize; 8] = [128, 64, 32, 16, 8, 4, 2, 1];

/// Which records.
#[derive(Debug, Clone)]
pub struct UsageSpan {
    /// The tenant that pays.
    pub tenant: TenantId,
    /// Attempts that began then or later.
    pub since: Timestamp,
    /// Attempts that began before.
    pub until: Timestamp,
    /// Only this user's.
    pub user: Option<UserId>,
    /// Only from this machine.
    pub machine: Option<MachineId>,
    /// Only in this session.
    pub session: Option<SessionId>,
    /// Only those that asked for this model, exactly; empty where none was named.
    pub model: Option<String>,
}

impl Tx {
    /// Writes what is known of attempts, each of which is among them once. What was written of the
    /// same one before is replaced, so that there is one row for it, however often this is called
    /// (R24).
    pub async fn usage_put(&mut self, records: &[UsageRecord]) -> Result<(), StoreError> {
        let mut rest = records;
        for size in PUT_SIZES {
            while let Some((rows, others)) = rest.split_at_checked(size) {
                self.put_rows(rows).await?;
                rest = others;
            }
        }
        Ok(())
    }

    async fn put_rows(&mut self, rows: &[UsageRecord]) -> Result<(), StoreError> {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(rows.len() * PUT_COLUMNS, 0);
        // Only constants make up the statement.
        let statement = sqlx::AssertSqlSafe(put_statement(rows.len()));
        let mut query = sqlx::query_with(statement, arguments);
        for record in rows {
            query = bind(query, record);
        }
        let put = query.execute(&mut self.connection).await;
        put.map(drop).map_err(failed("write usage records"))
    }
}

impl Store {
    /// The attempts of a session, in order.
    pub async fn usage_of_session(
        &self,
        session: SessionId,
    ) -> Result<Vec<UsageRecord>, StoreError> {
        let rows = sqlx::query(BY_SESSION).bind(session.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list a session's usage"))?.iter().map(record).collect()
    }

    /// The last attempts, the newest first.
    pub async fn usage_recent(
        &self,
        span: &UsageSpan,
        limit: u32,
    ) -> Result<Vec<UsageRecord>, StoreError> {
        let query = bind_span(sqlx::query(RECENT), span).bind(integer(limit.into()));
        let rows = query.fetch_all(&self.readers).await;
        rows.map_err(failed("list usage"))?.iter().map(record).collect()
    }

    /// What was used in all.
    pub async fn usage_total(&self, span: &UsageSpan) -> Result<UsageSum, StoreError> {
        let row = bind_span(sqlx::query(SUM_IN_SPAN), span).fetch_one(&self.readers).await;
        sum(&row.map_err(failed("add up usage"))?)
    }

    /// What a session used in all.
    pub async fn usage_sum(&self, session: SessionId) -> Result<UsageSum, StoreError> {
        let row =
            sqlx::query(SUM_OF_SESSION).bind(session.as_uuid()).fetch_one(&self.readers).await;
        let row = row.map_err(failed("sum a session's usage"))?;
        sum(&row)
    }

    /// What each of these sessions used in all. Those that used nothing are not in it.
    pub async fn usage_sums(
        &self,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, UsageSum>, StoreError> {
        // Only constants make up the statement.
        let statement = sqlx::AssertSqlSafe(sums_statement(sessions.len()));
        let mut query: SqlQuery<'_> = sqlx::query(statement);
        for session in sessions {
            query = query.bind(session.as_uuid());
        }
        let rows = query.fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("sum the usage of sessions"))?;
        let each = |row: &SqliteRow| Ok((SessionId::from_uuid(row.uuid("session")?), sum(row)?));
        rows.iter().map(each).collect()
    }
}

/// Binds what [`in_span`] asks for.
pub(crate) fn bind_span<'q>(query: SqlQuery<'q>, span: &'q UsageSpan) -> SqlQuery<'q> {
    query
        .bind(span.tenant.as_uuid())
        .bind(span.since.as_millis())
        .bind(span.until.as_millis())
        .bind(span.user.map(|user| user.as_uuid()))
        .bind(span.machine.map(|machine| machine.as_uuid()))
        .bind(span.session.map(|session| session.as_uuid()))
        .bind(span.model.as_deref())
}

fn sums_statement(sessions: usize) -> String {
    let places = vec!["?"; sessions].join(", ");
    format!(
        "SELECT session, {} FROM usage_records WHERE session IN ({places}) GROUP BY session",
        sums!()
    )
}

fn put_statement(rows: usize) -> String {
    format!("{PUT}{}{PUT_AGAIN}", vec![PUT_ROW; rows].join(", "))
}

fn bind<'q>(query: SqlQuery<'q>, record: &'q UsageRecord) -> SqlQuery<'q> {
    query
        .bind(record.id.as_uuid())
        .bind(record.tenant.as_uuid())
        .bind(record.user.as_uuid())
        .bind(record.machine.as_uuid())
        .bind(record.session.as_uuid())
        .bind(record.proxy_token.as_uuid())
        .bind(record.provider_key.map(|key| key.as_uuid()))
        .bind(record.provider.as_str())
        .bind(record.model_asked.as_deref())
        .bind(record.model_answered.as_deref())
        .bind(integer(record.tokens.input))
        .bind(integer(record.tokens.cache_read))
        .bind(integer(record.tokens.cache_write))
        .bind(integer(record.tokens.output))
        .bind(integer(record.tokens.reasoning))
        .bind(record.status.as_str())
        .bind(record.http_status.map(i64::from))
        .bind(record.started_at.as_millis())
        .bind(record.first_byte_ms.map(integer))
        .bind(integer(record.duration_ms))
        .bind(integer(record.tokens.cache_write_1h))
        .bind(record.cost.as_ref().map(|cost| integer(cost.amount.as_nanos())))
        .bind(record.cost.as_ref().map(|cost| cost.source.as_str()))
        .bind(record.cost.as_ref().map(|cost| cost.version.as_ref()))
        .bind(record.overhead_us.map(integer))
}

pub(crate) fn sum(row: &SqliteRow) -> Result<UsageSum, StoreError> {
    Ok(UsageSum {
        calls: row.count("calls")?,
        estimated_calls: row.count("estimated_calls")?,
        tokens: tokens(row)?,
        cost: NanoUsd::from_nanos(row.count("cost")?),
        is_assumed: row.count("is_assumed")? > 0,
    })
}

fn tokens(row: &SqliteRow) -> Result<TokenCounts, StoreError> {
    Ok(TokenCounts {
        input: row.count("input")?,
        cache_read: row.count("cache_read")?,
        cache_write: row.count("cache_write")?,
        cache_write_1h: row.count("cache_write_1h")?,
        output: row.count("output")?,
        reasoning: row.count("reasoning")?,
    })
}

fn record(row: &SqliteRow) -> Result<UsageRecord, StoreError> {
    Ok(UsageRecord {
        id: UsageRecordId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        user: UserId::from_uuid(row.uuid("user")?),
        machine: MachineId::from_uuid(row.uuid("machine")?),
        session: SessionId::from_uuid(row.uuid("session")?),
        proxy_token: ProxyTokenId::from_uuid(row.uuid("proxy_token")?),
        provider_key: row.maybe_uuid("provider_key")?.map(ProviderKeyId::from_uuid),
        provider: row.word("provider")?,
        model_asked: row.maybe_text("model_asked")?,
        model_answered: row.maybe_text("model_answered")?,
        tokens: tokens(row)?,
        status: row.word("status")?,
        cost: cost(row)?,
        http_status: row.maybe_count("http_status")?.and_then(|status| u16::try_from(status).ok()),
        started_at: row.time("started_at")?,
        first_byte_ms: row.maybe_count("first_byte_ms")?,
        duration_ms: row.count("duration_ms")?,
        overhead_us: row.maybe_count("overhead_us")?,
    })
}

/// `None` in rows of releases that did not know prices.
fn cost(row: &SqliteRow) -> Result<Option<Cost>, StoreError> {
    let Some(nanos) = row.maybe_count("cost_nano_usd")? else { return Ok(None) };
    let amount = NanoUsd::from_nanos(nanos);
    let (source, version) = (row.word("price_source")?, row.text("price_version")?);
    Ok(Some(Cost { amount, source, version: version.into() }))
}
