//! What was used, added up by who used it, where, which model, or when.

use model::usage::{UsageGrouping, UsageSum};
use sqlx::sqlite::SqliteRow;

use super::{UsageSpan, bind_span, in_span, sum, sums};
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
            in_span!(),
            " GROUP BY 1, 2 ORDER BY ",
            $order,
            " LIMIT $8"
        )
    };
    (dearest $key:literal, $name:literal, $joined:literal) => {
        sums_by!($key, $name, $joined, "cost DESC, calls DESC, 1, 2")
    };
    (in_time $format:literal) => {
        sums_by!($format, "''", "", "1 DESC")
    };
}

statements! {
    BY_USER = sums_by!(dearest "usage_records.user", "COALESCE(users.display_name, '')",
        "LEFT JOIN users ON users.id = usage_records.user");
    BY_MACHINE = sums_by!(dearest "usage_records.machine", "COALESCE(machines.name, '')",
        "LEFT JOIN machines ON machines.id = usage_records.machine");
    BY_SESSION = sums_by!(dearest "usage_records.session",
        "COALESCE(sessions.name, sessions.title, '')",
        "LEFT JOIN sessions ON sessions.id = usage_records.session");
    BY_MODEL = sums_by!(dearest "COALESCE(model_asked, '')", "provider", "");
    BY_DAY = sums_by!(in_time "strftime('%Y-%m-%d', started_at / 1000, 'unixepoch')");
    BY_HOUR = sums_by!(in_time "strftime('%Y-%m-%dT%H:00Z', started_at / 1000, 'unixepoch')");
}

/// What one of them used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageGroup {
    /// Which one: an identifier, a model, a day such as `2026-11-21`, or an hour such as
    /// `2026-11-21T16:00Z`.
    pub key: String,
    /// What it is called; of a model, whose it is. Empty where there is nothing to say.
    pub name: String,
    /// What it used.
    pub sum: UsageSum,
}

impl Store {
    /// What was used: the dearest first, the latest days and hours first.
    pub async fn usage_grouped(
        &self,
        by: UsageGrouping,
        span: &UsageSpan,
        limit: u32,
    ) -> Result<Vec<UsageGroup>, StoreError> {
        let statement = match by {
            UsageGrouping::User => BY_USER,
            UsageGrouping::Machine => BY_MACHINE,
            UsageGrouping::Session => BY_SESSION,
            UsageGrouping::Model => BY_MODEL,
            UsageGrouping::Day => BY_DAY,
            UsageGrouping::Hour => BY_HOUR,
        };
        let query = bind_span(sqlx::query(statement), span).bind(integer(limit.into()));
        let rows = query.fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("add up usage"))?;
        rows.iter().map(|row| group(row, by)).collect()
    }
}

fn group(row: &SqliteRow, by: UsageGrouping) -> Result<UsageGroup, StoreError> {
    let key = match by {
        UsageGrouping::User | UsageGrouping::Machine | UsageGrouping::Session => {
            row.uuid("key")?.to_string()
        }
        UsageGrouping::Model | UsageGrouping::Day | UsageGrouping::Hour => row.text("key")?,
    };
    Ok(UsageGroup { key, name: row.text("name")?, sum: sum(row)? })
}
