//! What was used, added up by who used it, where, which model, or when.

use model::usage::UsageGrouping;
use model::{TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use super::{UsageSum, sum};
use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError};

statements! {
    BY_USER = "SELECT user AS key, COALESCE(users.display_name, '') AS name,
            COUNT(*) AS calls, COALESCE(SUM(input), 0) AS input,
            COALESCE(SUM(cache_read), 0) AS cache_read,
            COALESCE(SUM(cache_write), 0) AS cache_write,
            COALESCE(SUM(cache_write_1h), 0) AS cache_write_1h, COALESCE(SUM(output), 0) AS output,
            COALESCE(SUM(reasoning), 0) AS reasoning, COALESCE(SUM(cost_nano_usd), 0) AS cost,
            COALESCE(MAX(price_source = 'assumed'), 0) AS is_assumed
        FROM usage_records LEFT JOIN users ON users.id = user
        WHERE usage_records.tenant = $1 AND started_at >= $2 AND started_at < $3
            AND ($4 IS NULL OR user = $4)
        GROUP BY key ORDER BY cost DESC, calls DESC, key LIMIT $5";
    BY_MACHINE = "SELECT machine AS key, COALESCE(machines.name, '') AS name,
            COUNT(*) AS calls, COALESCE(SUM(input), 0) AS input,
            COALESCE(SUM(cache_read), 0) AS cache_read,
            COALESCE(SUM(cache_write), 0) AS cache_write,
            COALESCE(SUM(cache_write_1h), 0) AS cache_write_1h, COALESCE(SUM(output), 0) AS output,
            COALESCE(SUM(reasoning), 0) AS reasoning, COALESCE(SUM(cost_nano_usd), 0) AS cost,
            COALESCE(MAX(price_source = 'assumed'), 0) AS is_assumed
        FROM usage_records LEFT JOIN machines ON machines.id = machine
        WHERE usage_records.tenant = $1 AND started_at >= $2 AND started_at < $3
            AND ($4 IS NULL OR user = $4)
        GROUP BY key ORDER BY cost DESC, calls DESC, key LIMIT $5";
    BY_SESSION = "SELECT session AS key, COALESCE(sessions.name, sessions.title, '') AS name,
            COUNT(*) AS calls, COALESCE(SUM(input), 0) AS input,
            COALESCE(SUM(cache_read), 0) AS cache_read,
            COALESCE(SUM(cache_write), 0) AS cache_write,
            COALESCE(SUM(cache_write_1h), 0) AS cache_write_1h, COALESCE(SUM(output), 0) AS output,
            COALESCE(SUM(reasoning), 0) AS reasoning, COALESCE(SUM(cost_nano_usd), 0) AS cost,
            COALESCE(MAX(price_source = 'assumed'), 0) AS is_assumed
        FROM usage_records LEFT JOIN sessions ON sessions.id = session
        WHERE usage_records.tenant = $1 AND started_at >= $2 AND started_at < $3
            AND ($4 IS NULL OR user = $4)
        GROUP BY key ORDER BY cost DESC, calls DESC, key LIMIT $5";
    BY_MODEL = "SELECT COALESCE(model_asked, '') AS key, provider AS name,
            COUNT(*) AS calls, COALESCE(SUM(input), 0) AS input,
            COALESCE(SUM(cache_read), 0) AS cache_read,
            COALESCE(SUM(cache_write), 0) AS cache_write,
            COALESCE(SUM(cache_write_1h), 0) AS cache_write_1h, COALESCE(SUM(output), 0) AS output,
            COALESCE(SUM(reasoning), 0) AS reasoning, COALESCE(SUM(cost_nano_usd), 0) AS cost,
            COALESCE(MAX(price_source = 'assumed'), 0) AS is_assumed
        FROM usage_records
        WHERE usage_records.tenant = $1 AND started_at >= $2 AND started_at < $3
            AND ($4 IS NULL OR user = $4)
        GROUP BY key ORDER BY cost DESC, calls DESC, key LIMIT $5";
    BY_DAY = "SELECT strftime('%Y-%m-%d', started_at / 1000, 'unixepoch') AS key, '' AS name,
            COUNT(*) AS calls, COALESCE(SUM(input), 0) AS input,
            COALESCE(SUM(cache_read), 0) AS cache_read,
            COALESCE(SUM(cache_write), 0) AS cache_write,
            COALESCE(SUM(cache_write_1h), 0) AS cache_write_1h, COALESCE(SUM(output), 0) AS output,
            COALESCE(SUM(reasoning), 0) AS reasoning, COALESCE(SUM(cost_nano_usd), 0) AS cost,
            COALESCE(MAX(price_source = 'assumed'), 0) AS is_assumed
        FROM usage_records
        WHERE usage_records.tenant = $1 AND started_at >= $2 AND started_at < $3
            AND ($4 IS NULL OR user = $4)
        GROUP BY key ORDER BY key LIMIT $5";
}

/// What one of them used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageGroup {
    /// Which one: an identifier, a model, or a day such as `2026-11-21`.
    pub key: String,
    /// What it is called; of a model, whose it is. Empty where there is nothing to say.
    pub name: String,
    /// What it used.
    pub sum: UsageSum,
}

/// Which calls are added up.
#[derive(Debug, Clone, Copy)]
pub struct UsageSpan {
    /// Whose; `None` for everybody's.
    pub user: Option<UserId>,
    /// Those that began then or later.
    pub since: Timestamp,
    /// Those that began before.
    pub until: Timestamp,
}

impl Store {
    /// What was used in a tenant: the dearest first, days in their order.
    pub async fn usage_grouped(
        &self,
        tenant: TenantId,
        by: UsageGrouping,
        span: UsageSpan,
        limit: u32,
    ) -> Result<Vec<UsageGroup>, StoreError> {
        let statement = match by {
            UsageGrouping::User => BY_USER,
            UsageGrouping::Machine => BY_MACHINE,
            UsageGrouping::Session => BY_SESSION,
            UsageGrouping::Model => BY_MODEL,
            UsageGrouping::Day => BY_DAY,
        };
        let rows = sqlx::query(statement)
            .bind(tenant.as_uuid())
            .bind(span.since.as_millis())
            .bind(span.until.as_millis())
            .bind(span.user.map(|user| user.as_uuid()))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        let rows = rows.map_err(failed("add up usage"))?;
        rows.iter().map(|row| group(row, by)).collect()
    }
}

fn group(row: &SqliteRow, by: UsageGrouping) -> Result<UsageGroup, StoreError> {
    let key = match by {
        UsageGrouping::User | UsageGrouping::Machine | UsageGrouping::Session => {
            row.uuid("key")?.to_string()
        }
        UsageGrouping::Model | UsageGrouping::Day => row.text("key")?,
    };
    Ok(UsageGroup { key, name: row.text("name")?, sum: sum(row)? })
}
