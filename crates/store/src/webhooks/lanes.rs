//! What is to be sent, in lanes: one for each person and receiver, for webhooks and for notices
//! together. What waits in one lane is in nobody else's way.

use model::notification::Notice;
use model::webhook::WebhookDelivery;
use model::{Timestamp, UserId};

use super::delivery;
use crate::columns::{Columns, failed, integer, statements};
use crate::notifications::notices::notice;
use crate::{Store, StoreError};

statements! {
    DUE = "SELECT owner, destination FROM (
            SELECT owner, destination, MIN(next_at) AS next_at,
                ROW_NUMBER() OVER (PARTITION BY owner ORDER BY MIN(next_at)) AS place
            FROM (SELECT owner, destination, next_at FROM webhook_deliveries
                    WHERE state = 'pending' AND next_at <= $1
                UNION ALL SELECT owner, destination, next_at FROM notices
                    WHERE state IN ('gathering', 'pending') AND next_at <= $1)
            GROUP BY owner, destination)
        WHERE place <= $2 ORDER BY place, next_at LIMIT $3";
    FIRST = "SELECT * FROM webhook_deliveries
        WHERE owner = $1 AND destination = $2 AND state = 'pending' AND next_at <= $3
        ORDER BY next_at, id LIMIT 1";
    FIRST_NOTICE = "SELECT * FROM notices
        WHERE owner = $1 AND destination = $2 AND state IN ('gathering', 'pending')
            AND next_at <= $3
        ORDER BY next_at, id LIMIT 1";
    NEXT_DUE = "SELECT MIN(at) AS at FROM (
            SELECT MIN(next_at) AS at FROM webhook_deliveries
                WHERE state = 'pending' AND next_at > $1
            UNION ALL SELECT MIN(next_at) AS at FROM notices
                WHERE state IN ('gathering', 'pending') AND next_at > $1)";
}

/// Where what is sent for one person to one receiver waits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lane {
    /// For whom.
    pub owner: UserId,
    /// Host and port of the receiver.
    pub destination: String,
}

/// What is due first in a lane.
#[derive(Debug, Clone)]
pub enum Due {
    /// The end of a job, with the body that is to be sent.
    Webhook(WebhookDelivery, String),
    /// What a channel is to be told.
    Notice(Notice),
}

impl Store {
    /// Lanes in which something is due: of each person the few that have waited longest, and the
    /// first of everybody before the second of anybody.
    pub async fn lanes_due(
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
        let rows = rows.map_err(failed("list lanes"))?;
        let lane = |row| -> Result<_, StoreError> {
            let row: &sqlx::sqlite::SqliteRow = row;
            Ok(Lane {
                owner: UserId::from_uuid(row.uuid("owner")?),
                destination: row.text("destination")?,
            })
        };
        rows.iter().map(lane).collect()
    }

    /// What is due first in a lane.
    pub async fn first_due(&self, lane: &Lane, now: Timestamp) -> Result<Option<Due>, StoreError> {
        let first = async |sql| {
            let query = sqlx::query(sql)
                .bind(lane.owner.as_uuid())
                .bind(&lane.destination)
                .bind(now.as_millis());
            let row = query.fetch_optional(&self.readers).await;
            row.map_err(failed("find what is due in a lane"))
        };
        let webhook = first(FIRST).await?.map(|row| Ok((delivery(&row)?, row.text("body")?)));
        let webhook: Option<(WebhookDelivery, String)> = webhook.transpose()?;
        let told = first(FIRST_NOTICE).await?.as_ref().map(notice).transpose()?;
        Ok(match (webhook, told) {
            (Some((delivery, body)), told)
                if told.as_ref().is_none_or(|notice| delivery.next_at <= notice.next_at) =>
            {
                Some(Due::Webhook(delivery, body))
            }
            (_, told) => told.map(Due::Notice),
        })
    }

    /// When something is due that is not due yet.
    pub async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEXT_DUE).bind(now.as_millis()).fetch_one(&self.readers).await;
        row.map_err(failed("look for what is due next"))?.maybe_time("at")
    }
}
