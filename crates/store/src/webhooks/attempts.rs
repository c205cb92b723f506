//! Every try to deliver a webhook.

use std::time::Duration;

use model::webhook::WebhookAttempt;
use model::{JobId, WebhookDeliveryId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, millis, statements};
use crate::jobs::small;
use crate::{Store, StoreError, Tx};

/// How many attempts are kept of one delivery. When there are more, the oldest are dropped; their
/// numbers are not given again, so that it shows.
pub const MAX_ATTEMPTS: u32 = 32;

statements! {
    LAST = "SELECT COALESCE(MAX(number), 0) AS number FROM webhook_attempts WHERE delivery = $1";
    INSERT = "INSERT INTO webhook_attempts (delivery, number, at, took_ms, status, error)
        VALUES ($1, $2, $3, $4, $5, $6)";
    TRIM = "DELETE FROM webhook_attempts WHERE delivery = $1 AND number <= $2";
    OF_JOB = "SELECT webhook_attempts.* FROM webhook_attempts
            JOIN webhook_deliveries ON webhook_deliveries.id = delivery
        WHERE job = $1 ORDER BY number";
}

impl Tx {
    /// Adds an attempt to a delivery; its number is the next one.
    pub async fn webhook_attempt_insert(
        &mut self,
        delivery: WebhookDeliveryId,
        attempt: &WebhookAttempt,
    ) -> Result<(), StoreError> {
        let row = sqlx::query(LAST)
            .bind(delivery.as_uuid())
            .fetch_one(&mut self.connection)
            .await
            .map_err(failed("number an attempt to deliver"))?;
        let number = row.count("number")? + 1;
        sqlx::query(INSERT)
            .bind(delivery.as_uuid())
            .bind(integer(number))
            .bind(attempt.at.as_millis())
            .bind(millis(attempt.took))
            .bind(attempt.status)
            .bind(&attempt.error)
            .execute(&mut self.connection)
            .await
            .map_err(failed("add an attempt to deliver"))?;
        sqlx::query(TRIM)
            .bind(delivery.as_uuid())
            .bind(integer(number.saturating_sub(MAX_ATTEMPTS.into())))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop the oldest attempt to deliver"))
    }
}

impl Store {
    /// The attempts that are kept of all deliveries of a job, each with its delivery, in order.
    pub async fn webhook_attempts(
        &self,
        job: JobId,
    ) -> Result<Vec<(WebhookDeliveryId, WebhookAttempt)>, StoreError> {
        let rows = sqlx::query(OF_JOB).bind(job.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list attempts to deliver"))?.iter().map(attempt).collect()
    }
}

fn attempt(row: &SqliteRow) -> Result<(WebhookDeliveryId, WebhookAttempt), StoreError> {
    let attempt = WebhookAttempt {
        number: small(row.count("number")?),
        at: row.time("at")?,
        took: Duration::from_millis(row.count("took_ms")?),
        status: row.maybe_count("status")?.map(|status| u16::try_from(status).unwrap_or(0)),
        error: row.maybe_text("error")?,
    };
    Ok((WebhookDeliveryId::from_uuid(row.uuid("delivery")?), attempt))
}
