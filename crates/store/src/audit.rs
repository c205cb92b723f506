//! The audit log: append-only, one hash chain for each tenant and one for the installation.
//!
//! - [`chain`]: whether a chain is as it was written
//! - [`retention`]: dropping what is old without breaking a chain

pub mod chain;
pub mod retention;

use model::audit::AuditRecord;
use model::{AuditRecordId, TenantId, Timestamp};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use self::chain::chain_hash;
use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

/// How much of a chain one page looks at.
const LOOKED_AT: u64 = 20_000;

statements! {
    END = "SELECT position, hash FROM audit_chains WHERE chain = $1";
    END_PUT = "INSERT INTO audit_chains (chain, position, hash) VALUES ($1, $2, $3)
        ON CONFLICT (chain) DO UPDATE SET position = excluded.position, hash = excluded.hash";
    INSERT = "INSERT INTO audit_records (id, chain, position, at, actor, action, object, result,
            facts, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    PAGE = "SELECT * FROM audit_records
        WHERE chain = $1 AND position < $2 AND position >= $3
            AND ($4 IS NULL OR actor = $4)
            AND ($5 IS NULL OR action = $5 OR substr(action, 1, length($5) + 1) = $5 || '.')
            AND ($6 IS NULL OR object = $6)
            AND ($7 IS NULL OR (result = 'ok') = $7)
            AND ($8 IS NULL OR at >= $8) AND ($9 IS NULL OR at < $9)
        ORDER BY position DESC LIMIT $10";
    AFTER = "SELECT * FROM audit_records WHERE chain = $1 AND position > $2
        ORDER BY position LIMIT $3";
    KEPT = "SELECT (SELECT MIN(position) FROM audit_records WHERE chain = $1) AS first,
        (SELECT MAX(position) FROM audit_records WHERE chain = $1) AS last";
}

/// What is to be written down.
#[derive(Debug, Clone)]
pub struct NewAuditRecord {
    /// Identifier.
    pub id: AuditRecordId,
    /// Whose chain; `None` for the installation's.
    pub tenant: Option<TenantId>,
    /// When.
    pub at: Timestamp,
    /// Who acted.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// `ok`, or why not.
    pub result: String,
    /// Facts, as one JSON object.
    pub facts: String,
}

/// Which records are meant; everything that is `None` is left open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Who acted, to the letter.
    pub actor: Option<String>,
    /// What was done: `session.start`, or `session` for all that begins so.
    pub action: Option<String>,
    /// To what, to the letter.
    pub object: Option<String>,
    /// Whether it was done, or refused.
    pub went_well: Option<bool>,
    /// From when on.
    pub since: Option<Timestamp>,
    /// Until when, without that moment.
    pub until: Option<Timestamp>,
}

/// A part of a chain, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditPage {
    /// Those that are meant.
    pub records: Vec<AuditRecord>,
    /// Below which position to go on, if there is more to look at.
    pub next: Option<u64>,
}

impl Tx {
    /// Appends to the chain. In the same transaction as what it records: either both last or
    /// neither (S112).
    pub async fn audit_append(&mut self, record: NewAuditRecord) -> Result<(), StoreError> {
        let chain = chain_of(record.tenant);
        let last = sqlx::query(END)
            .bind(chain)
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("find the end of the audit chain"))?;
        let (position, previous) = match last {
            Some(row) => (row.count("position")? + 1, row.key("hash")?),
            None => (1, [0; 32]),
        };
        let hash = chain_hash(&previous, position, &record);
        sqlx::query(INSERT)
            .bind(record.id.as_uuid())
            .bind(chain)
            .bind(integer(position))
            .bind(record.at.as_millis())
            .bind(&record.actor)
            .bind(&record.action)
            .bind(&record.object)
            .bind(&record.result)
            .bind(&record.facts)
            .bind(&hash[..])
            .execute(&mut self.connection)
            .await
            .map_err(failed("write an audit record"))?;
        sqlx::query(END_PUT)
            .bind(chain)
            .bind(integer(position))
            .bind(&hash[..])
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note the end of the audit chain"))
    }
}

impl Store {
    /// A page of a chain, the newest first, below a position.
    pub async fn audit_page(
        &self,
        tenant: Option<TenantId>,
        below: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let everything = AuditFilter::default();
        Ok(self.audit_find(tenant, &everything, below, limit).await?.records)
    }

    /// What is meant of a chain, the newest first, below a position. To find what is rare in a long log, a
    /// page looks at a bounded part of it: it may hold less than asked for although there is more.
    pub async fn audit_find(
        &self,
        tenant: Option<TenantId>,
        filter: &AuditFilter,
        below: Option<u64>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let chain = chain_of(tenant);
        let Some((first, last)) = self.audit_kept(chain).await? else {
            return Ok(AuditPage::default());
        };
        let below = below.unwrap_or(last + 1);
        let from = below.saturating_sub(LOOKED_AT).max(first);
        let rows = sqlx::query(PAGE)
            .bind(chain)
            .bind(integer(below))
            .bind(integer(from))
            .bind(filter.actor.as_deref())
            .bind(filter.action.as_deref())
            .bind(filter.object.as_deref())
            .bind(filter.went_well)
            .bind(filter.since.map(Timestamp::as_millis))
            .bind(filter.until.map(Timestamp::as_millis))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await
            .map_err(failed("read the audit log"))?;
        let records = rows.iter().map(audit_record).collect::<Result<Vec<_>, _>>()?;
        let looked_at_from = match records.last() {
            Some(last) if records.len() == limit as usize => last.position,
            _ => from,
        };
        Ok(AuditPage { records, next: Some(looked_at_from).filter(|position| *position > first) })
    }

    /// Records of a chain after a position, the oldest first.
    pub async fn audit_after(
        &self,
        tenant: Option<TenantId>,
        position: u64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let rows = sqlx::query(AFTER)
            .bind(chain_of(tenant))
            .bind(integer(position))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("read the audit log"))?.iter().map(audit_record).collect()
    }

    /// The positions of the first and the last record of a chain, if it has any.
    async fn audit_kept(&self, chain: Uuid) -> Result<Option<(u64, u64)>, StoreError> {
        let row = sqlx::query(KEPT).bind(chain).fetch_one(&self.readers).await;
        let row = row.map_err(failed("find the first and the last audit record"))?;
        Ok(row.maybe_count("first")?.zip(row.maybe_count("last")?))
    }
}

fn chain_of(tenant: Option<TenantId>) -> Uuid {
    tenant.map_or(Uuid::nil(), |tenant| tenant.as_uuid())
}

fn audit_record(row: &SqliteRow) -> Result<AuditRecord, StoreError> {
    let chain = row.uuid("chain")?;
    Ok(AuditRecord {
        id: AuditRecordId::from_uuid(row.uuid("id")?),
        tenant: (!chain.is_nil()).then(|| TenantId::from_uuid(chain)),
        position: row.count("position")?,
        at: row.time("at")?,
        actor: row.text("actor")?,
        action: row.text("action")?,
        object: row.text("object")?,
        result: row.text("result")?,
        facts: row.text("facts")?,
        hash: row.key("hash")?,
    })
}
