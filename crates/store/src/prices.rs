//! What administrators say that models cost, and which models nobody knows the price of.

use model::price::{PriceOverride, Rates};
use model::provider::ProviderName;
use model::{PriceId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

statements! {
    PUT = "INSERT INTO prices (id, tenant, provider, model, input, cache_read, cache_write,
            cache_write_1h, output, changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (tenant, provider, model) DO UPDATE SET input = $5, cache_read = $6,
            cache_write = $7, cache_write_1h = $8, output = $9, changed_by = $10, changed_at = $11
        RETURNING id";
    ALL = "SELECT * FROM prices WHERE tenant = $1 ORDER BY provider, model";
    DELETE = "DELETE FROM prices WHERE tenant = $1 AND id = $2";
    UNKNOWN = "SELECT provider, model_asked, COUNT(*) AS calls, MAX(started_at) AS last_at
        FROM usage_records
        WHERE tenant = $1 AND price_source = 'assumed' AND started_at >= $2
        GROUP BY provider, model_asked ORDER BY calls DESC, provider, model_asked LIMIT 100";
}

/// A model that was used although nobody knows what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPrice {
    /// Whose it is.
    pub provider: ProviderName,
    /// The model, as it was asked for.
    pub model: Option<String>,
    /// How often it was called.
    pub calls: u64,
    /// When it was called last.
    pub last_at: Timestamp,
}

impl Tx {
    /// Adds a price, or replaces the one for that model; answers its identifier.
    pub async fn price_put(&mut self, price: &PriceOverride) -> Result<PriceId, StoreError> {
        let rates = &price.rates;
        let row = sqlx::query(PUT)
            .bind(price.id.as_uuid())
            .bind(price.tenant.as_uuid())
            .bind(price.provider.as_str())
            .bind(&price.model)
            .bind(integer(rates.input))
            .bind(integer(rates.cache_read))
            .bind(integer(rates.cache_write))
            .bind(integer(rates.cache_write_1h))
            .bind(integer(rates.output))
            .bind(price.changed_by.as_uuid())
            .bind(price.changed_at.as_millis())
            .fetch_one(&mut self.connection)
            .await;
        Ok(PriceId::from_uuid(row.map_err(failed("store a price"))?.uuid("id")?))
    }

    /// Removes a price; answers whether there was one.
    pub async fn price_delete(
        &mut self,
        tenant: TenantId,
        id: PriceId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(tenant.as_uuid())
            .bind(id.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("remove a price"))?;
        Ok(done.rows_affected() > 0)
    }
}

impl Store {
    /// What a tenant says that models cost, by provider and model.
    pub async fn prices(&self, tenant: TenantId) -> Result<Vec<PriceOverride>, StoreError> {
        let rows = sqlx::query(ALL).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list prices"))?.iter().map(price).collect()
    }

    /// The models that a tenant has called since then although nobody knows what they cost.
    pub async fn prices_unknown(
        &self,
        tenant: TenantId,
        since: Timestamp,
    ) -> Result<Vec<UnknownPrice>, StoreError> {
        let rows = sqlx::query(UNKNOWN)
            .bind(tenant.as_uuid())
            .bind(since.as_millis())
            .fetch_all(&self.readers)
            .await;
        let unknown = |row: &SqliteRow| {
            Ok(UnknownPrice {
                provider: row.word("provider")?,
                model: row.maybe_text("model_asked")?,
                calls: row.count("calls")?,
                last_at: row.time("last_at")?,
            })
        };
        rows.map_err(failed("list models without a price"))?.iter().map(unknown).collect()
    }
}

fn price(row: &SqliteRow) -> Result<PriceOverride, StoreError> {
    Ok(PriceOverride {
        id: PriceId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        provider: row.word("provider")?,
        model: row.text("model")?,
        rates: Rates {
            input: row.count("input")?,
            cache_read: row.count("cache_read")?,
            cache_write: row.count("cache_write")?,
            cache_write_1h: row.count("cache_write_1h")?,
            output: row.count("output")?,
        },
        changed_by: UserId::from_uuid(row.uuid("changed_by")?),
        changed_at: row.time("changed_at")?,
    })
}
