//! What was used, added up by who used it, where, which model, or when.

use model::usage::UsageGrouping;
use model::{TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use super::{UsageSum, sum, sums};
use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError};

/// Adds up by a key, which has a name that something else than the record may know.
macro_rules! sums_by {
    ($key:literal, $name:literal, $joined:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $key,
            " AS key, ",
            $name,
            " AS name, ",
            sums!(),
            " FROM usage_records ",
            $joined,
            " WHERE usage_records.tenant = $1 AND started_at >= $2 AND started_at < $3
                AND ($4 IS NULL OR user = $4)
            GROUP BY key ORDER BY ",
            $order,
            " LIMIT $5"
        )
    };
    (dearest $key:literal, $name:literal, $joined:literal) => {
        sums_by!($key, $name, $joined, "cost DESC, calls DESC, key")
    };
}

statements! {
    BY_USER = sums_by!(dearest "user", "COALESCE(users.display_name, '')",
        "LEFT JOIN users ON users.id = user");
    BY_MACHINE = sums_by!(dearest "machine", "COALESCE(machines.name, '')",
        "LEFT JOIN machines ON machines.id = machine");
    BY_SESSION = sums_by!(dearest "session", "COALESCE(sessions.name, sessions.title, '')",
        "LEFT JOIN sessions ON sessions.id = session");
    BY_MODEL = sums_by!(dearest "COALESCE(model_asked, '')", "provider", "");
    BY_DAY = sums_by!("strftime('%Y-%m-%d', started_at / 1000, 'unixepoch')", "''", "", "key");
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
