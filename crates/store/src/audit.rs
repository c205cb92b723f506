//! The audit log: append-only, one hash chain for each tenant and one for the installation.

use aws_lc_rs::digest;
use model::audit::AuditRecord;
use model::{AuditRecordId, TenantId, Timestamp};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

statements! {
    LAST = "SELECT position, hash FROM audit_records WHERE chain = $1
        ORDER BY position DESC LIMIT 1";
    INSERT = "INSERT INTO audit_records (id, chain, position, at, actor, action, object, result,
            facts, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    PAGE = "SELECT * FROM audit_records WHERE chain = $1 AND position < $2
        ORDER BY position DESC LIMIT $3";
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

impl Tx {
    /// Appends to the chain. In the same transaction as what it records: either both last or
    /// neither (S112).
    pub async fn audit_append(&mut self, record: NewAuditRecord) -> Result<(), StoreError> {
        let chain = record.tenant.map_or(Uuid::nil(), |tenant| tenant.as_uuid());
        let last = sqlx::query(LAST)
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
            .map(drop)
            .map_err(failed("write an audit record"))
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
        let rows = sqlx::query(PAGE)
            .bind(tenant.map_or(Uuid::nil(), |tenant| tenant.as_uuid()))
            .bind(below.map_or(i64::MAX, integer))
            .bind(integer(limit.into()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("read the audit log"))?.iter().map(audit_record).collect()
    }
}

/// SHA-256 over the previous hash, the position, and every field with its length before it, so
/// that no two records can be spelled the same.
fn chain_hash(previous: &[u8; 32], position: u64, record: &NewAuditRecord) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(previous);
    context.update(&position.to_be_bytes());
    context.update(record.id.as_bytes());
    context.update(&record.at.as_millis().to_be_bytes());
    let fields = [&record.actor, &record.action, &record.object, &record.result, &record.facts];
    for field in fields {
        context.update(&(field.len() as u64).to_be_bytes());
        context.update(field.as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// Whether the records, oldest first, are one unbroken chain from `previous`; answers the position
/// of the first that is not.
pub fn first_broken_link(previous: [u8; 32], records: &[AuditRecord]) -> Option<u64> {
    let mut previous = previous;
    for record in records {
        let as_written = NewAuditRecord {
            id: record.id,
            tenant: record.tenant,
            at: record.at,
            actor: record.actor.clone(),
            action: record.action.clone(),
            object: record.object.clone(),
            result: record.result.clone(),
            facts: record.facts.clone(),
        };
        if chain_hash(&previous, record.position, &as_written) != record.hash {
            return Some(record.position);
        }
        previous = record.hash;
    }
    None
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
