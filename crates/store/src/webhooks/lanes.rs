//! What is to be sent, in lanes: one for each person and receiver. What waits in one lane is in
//! nobody else's way.

use model::webhook::WebhookDelivery;
use model::{Timestamp, UserId};

use super::delivery;
use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError};

statements! {
    DUE = "SELECT owner, destination FROM (
            SELECT owner, destination, MIN(next_at) AS next_at,
                ROW_NUMBER() OVER (PARTITION BY owner ORDER BY MIN(next_at)) AS place
            FROM webhook_deliveries WHERE state = 'pending' AND next_at <= $1
            GROUP BY owner, destination)
        WHERE place <= $2 ORDER BY place, next_at LIMIT $3";
    FIRST = "SELECT * FROM webhook_deliveries
        WHERE owner = $1 AND destination = $2 AND state = 'pending' AND next_at <= $3
        ORDER BY next_at, id LIMIT 1";
    NEXT_DUE = "SELECT MIN(next_at) AS at FROM webhook_deliveries
        WHERE state = 'pending' AND next_at > $1";
}

/// Where deliveries of one person to one receiver wait.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lane {
    /// Whose jobs.
    pub owner: UserId,
    /// Host and port of the receiver.
    pub destination: String,
}

impl Store {
    /// Lanes in which something is due: of each person the few that have waited longest, and the
    /// first of everybody before the second of anybody.
    pub async fn webhook_lanes_due(
        &self,
        now: Timestamp,
        per_owner: u32,
        limit: u32,
    ) -> Result<Vec<Lane>, StoreError> {
        let rows = sqlx::query(DUE)
            .bind(now.as_millis())
            .bind(integer(per_owner.into()))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        let rows = rows.map_err(failed("list webhook lanes"))?;
        let lane = |row| -> Result<_, StoreError> {
            let row: &sqlx::sqlite::SqliteRow = row;
            Ok(Lane {
                owner: UserId::from_uuid(row.uuid("owner")?),
                destination: row.text("destination")?,
            })
        };
        rows.iter().map(lane).collect()
    }

    /// What is due first in a lane, with the body that is to be sent.
    pub async fn webhook_first_due(
        &self,
        lane: &Lane,
        now: Timestamp,
    ) -> Result<Option<(WebhookDelivery, String)>, StoreError> {
        let row = sqlx::query(FIRST)
            .bind(lane.owner.as_uuid())
            .bind(&lane.destination)
            .bind(now.as_millis())
            .fetch_optional(&self.readers)
            .await;
        let row = row.map_err(failed("find what is due in a webhook lane"))?;
        row.map(|row| Ok((delivery(&row)?, row.text("body")?))).transpose()
    }

    /// When something is due that is not due yet.
    pub async fn webhook_next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEXT_DUE).bind(now.as_millis()).fetch_one(&self.readers).await;
        row.map_err(failed("look for the next webhook delivery"))?.maybe_time("at")
    }
}
