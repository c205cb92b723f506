//! Webhooks: who is to be told of the end of a job, what is to be sent, and what became of it.
//!
//! - [`attempts`]: every try to deliver
//! - [`lanes`]: what is due, so that no receiver is in the way of another

pub mod attempts;
pub mod lanes;

use model::webhook::{Webhook, WebhookDelivery, WebhookPart};
use model::{JobId, Timestamp, UserId, WebhookDeliveryId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::jobs::small;
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO job_webhooks (job, url, include) VALUES ($1, $2, $3)";
    OF_JOB = "SELECT url, include FROM job_webhooks WHERE job = $1";
    DELIVER = "INSERT INTO webhook_deliveries (id, job, owner, destination, url, event, state,
            tries, created_at, next_at, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    PUT = "UPDATE webhook_deliveries SET state = $2, tries = $3, next_at = $4 WHERE id = $1";
    BY_ID = "SELECT id, job, owner, destination, url, event, state, tries, created_at, next_at
        FROM webhook_deliveries WHERE id = $1";
    BY_JOB = "SELECT id, job, owner, destination, url, event, state, tries, created_at, next_at
        FROM webhook_deliveries WHERE job = $1 ORDER BY id DESC LIMIT $2";
}

impl Tx {
    /// Says who is to be told of the end of a job.
    pub async fn webhook_insert(&mut self, job: JobId, hook: &Webhook) -> Result<(), StoreError> {
        let words: Vec<_> = hook.include.iter().map(|part| part.as_str()).collect();
        sqlx::query(INSERT)
            .bind(job.as_uuid())
            .bind(&hook.url)
            .bind(words.join(" "))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a webhook"))
    }

    /// Who is to be told of the end of a job, if anybody.
    pub async fn webhook(&mut self, job: JobId) -> Result<Option<Webhook>, StoreError> {
        let row = sqlx::query(OF_JOB)
            .bind(job.as_uuid())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("find a webhook"))?;
        row.as_ref().map(webhook).transpose()
    }

    /// Adds what is to be sent.
    pub async fn webhook_delivery_insert(
        &mut self,
        delivery: &WebhookDelivery,
        body: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(DELIVER)
            .bind(delivery.id.as_uuid())
            .bind(delivery.job.as_uuid())
            .bind(delivery.owner.as_uuid())
            .bind(&delivery.destination)
            .bind(&delivery.url)
            .bind(delivery.event.as_str())
            .bind(delivery.state.as_str())
            .bind(integer(delivery.tries.into()))
            .bind(delivery.created_at.as_millis())
            .bind(delivery.next_at.map(Timestamp::as_millis))
            .bind(body)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a webhook delivery"))
    }

    /// Writes where a delivery stands.
    pub async fn webhook_delivery_put(
        &mut self,
        delivery: &WebhookDelivery,
    ) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(delivery.id.as_uuid())
            .bind(delivery.state.as_str())
            .bind(integer(delivery.tries.into()))
            .bind(delivery.next_at.map(Timestamp::as_millis))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change a webhook delivery"))
    }

    /// One delivery.
    pub async fn webhook_delivery(
        &mut self,
        id: WebhookDeliveryId,
    ) -> Result<Option<WebhookDelivery>, StoreError> {
        let row = sqlx::query(BY_ID)
            .bind(id.as_uuid())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("find a webhook delivery"))?;
        row.as_ref().map(delivery).transpose()
    }

    /// The last delivery that a job has made.
    pub async fn webhook_delivery_last(
        &mut self,
        job: JobId,
    ) -> Result<Option<WebhookDelivery>, StoreError> {
        let row = sqlx::query(BY_JOB)
            .bind(job.as_uuid())
            .bind(1)
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("find the last webhook delivery"))?;
        row.as_ref().map(delivery).transpose()
    }
}

impl Store {
    /// Who is to be told of the end of a job, if anybody.
    pub async fn webhook(&self, job: JobId) -> Result<Option<Webhook>, StoreError> {
        let row = sqlx::query(OF_JOB).bind(job.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a webhook"))?.as_ref().map(webhook).transpose()
    }

    /// The deliveries of a job, the newest first.
    pub async fn webhook_deliveries(
        &self,
        job: JobId,
        limit: u32,
    ) -> Result<Vec<WebhookDelivery>, StoreError> {
        let rows = sqlx::query(BY_JOB)
            .bind(job.as_uuid())
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list webhook deliveries"))?.iter().map(delivery).collect()
    }
}

fn webhook(row: &SqliteRow) -> Result<Webhook, StoreError> {
    let include = row.text("include")?;
    let words = include.split_whitespace().map(str::parse::<WebhookPart>);
    let include = words
        .collect::<Result<_, _>>()
        .map_err(|error| StoreError::Column { column: "include", problem: error.to_string() })?;
    Ok(Webhook { url: row.text("url")?, include })
}

pub(crate) fn delivery(row: &SqliteRow) -> Result<WebhookDelivery, StoreError> {
    Ok(WebhookDelivery {
        id: WebhookDeliveryId::from_uuid(row.uuid("id")?),
        job: JobId::from_uuid(row.uuid("job")?),
        owner: UserId::from_uuid(row.uuid("owner")?),
        destination: row.text("destination")?,
        url: row.text("url")?,
        event: row.word("event")?,
        state: row.word("state")?,
        tries: small(row.count("tries")?),
        created_at: row.time("created_at")?,
        next_at: row.maybe_time("next_at")?,
    })
}
