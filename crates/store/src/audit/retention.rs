//! Dropping old records, so that the chain stays one that can be checked: which ones were dropped is
//! itself a record of it, with the hash of the last of them.

use model::{TenantId, Timestamp};
use serde_json::json;

use super::chain::Link;
use super::{NewAuditRecord, chain_of};
use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

/// What the record is called that says what was dropped.
pub const DROP_ACTION: &str = "audit.drop";

/// How many records are dropped in one transaction, so that others need not wait long for theirs.
const DROPPED_AT_A_TIME: u64 = 5_000;

statements! {
    CHAINS = "SELECT chain FROM audit_chains ORDER BY chain";
    // The newest of the oldest records of a chain before the first one that is to be kept: clocks go
    // backwards, positions do not. The last record of a chain always stays.
    LAST_OLD = "SELECT position, hash FROM audit_records WHERE chain = $1 AND position < (
            SELECT MIN(position) FROM (
                SELECT position FROM audit_records AS kept
                    WHERE chain = $1 AND position <= $3 AND at >= $2
                UNION ALL SELECT $3 + 1
                UNION ALL SELECT position FROM audit_chains WHERE chain = $1))
        ORDER BY position DESC LIMIT 1";
    DROPPED = "SELECT dropped FROM audit_chains WHERE chain = $1";
    DROPPED_PUT = "UPDATE audit_chains SET dropped = $2, dropped_hash = $3 WHERE chain = $1";
    DELETE = "DELETE FROM audit_records WHERE chain = $1 AND position <= $2";
}

/// The last of the records that were dropped, as the chain itself tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped(pub Link);

impl Dropped {
    /// As the facts of a record.
    fn facts(self) -> String {
        json!({ "through": self.0.position, "hash": hex::encode(self.0.hash) }).to_string()
    }

    /// From the facts of a record.
    pub(super) fn told(facts: &str) -> Option<Self> {
        let facts: serde_json::Value = serde_json::from_str(facts).ok()?;
        let mut hash = [0; 32];
        hex::decode_to_slice(facts["hash"].as_str()?, &mut hash).ok()?;
        Some(Self(Link { position: facts["through"].as_u64()?, hash }))
    }
}

impl Tx {
    /// Drops the records of a chain up to and with one of them, and writes that down. The action and
    /// the facts of `record` are replaced.
    pub async fn audit_drop(
        &mut self,
        dropped: Dropped,
        record: NewAuditRecord,
    ) -> Result<(), StoreError> {
        let (chain, through) = (chain_of(record.tenant), integer(dropped.0.position));
        let (action, facts) = (DROP_ACTION.to_owned(), dropped.facts());
        self.audit_append(NewAuditRecord { action, facts, ..record }).await?;
        sqlx::query(DROPPED_PUT)
            .bind(chain)
            .bind(through)
            .bind(&dropped.0.hash[..])
            .execute(&mut self.connection)
            .await
            .map_err(failed("note the beginning of the audit chain"))?;
        sqlx::query(DELETE)
            .bind(chain)
            .bind(through)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop old audit records"))
    }
}

impl Store {
    /// Every chain there is.
    pub async fn audit_chains(&self) -> Result<Vec<Option<TenantId>>, StoreError> {
        let rows = sqlx::query(CHAINS).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("list the audit chains"))?;
        let tenant = |chain: uuid::Uuid| (!chain.is_nil()).then(|| TenantId::from_uuid(chain));
        rows.iter().map(|row| Ok(tenant(row.uuid("chain")?))).collect()
    }

    /// The last of those records of a chain that are older than a time; `None` if there are none.
    /// If there are very many, the last of the first of them.
    pub async fn audit_last_before(
        &self,
        tenant: Option<TenantId>,
        before: Timestamp,
    ) -> Result<Option<Dropped>, StoreError> {
        let chain = chain_of(tenant);
        let dropped = sqlx::query(DROPPED).bind(chain).fetch_optional(&self.readers).await;
        let dropped = dropped.map_err(failed("find the beginning of the audit chain"))?;
        let Some(dropped) = dropped else { return Ok(None) };
        let at_most = dropped.count("dropped")? + DROPPED_AT_A_TIME;
        let row = sqlx::query(LAST_OLD)
            .bind(chain)
            .bind(before.as_millis())
            .bind(integer(at_most))
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("find old audit records"))?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Dropped(Link { position: row.count("position")?, hash: row.key("hash")? })))
    }
}
