//! Whether a chain is as it was written: how a record is hashed, and the walk from record to record.

use aws_lc_rs::digest;
use model::TenantId;
use model::audit::{AuditRecord, ChainProblem};
use sqlx::sqlite::SqliteRow;

use super::retention::{DROP_ACTION, Dropped};
use super::{NewAuditRecord, chain_of};
use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError};

/// How many records are held in memory while a chain is checked.
const VERIFIED_AT_A_TIME: u32 = 500;

statements! {
    ENDS = "SELECT position, hash, dropped, dropped_hash FROM audit_chains WHERE chain = $1";
}

/// A position, and the hash of the record there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    /// Which record; 0 is the one before the first.
    pub position: u64,
    /// Its hash; zeros before the first.
    pub hash: [u8; 32],
}

/// The first place where a chain is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenChain {
    /// Which record.
    pub position: u64,
    /// What is wrong with it.
    pub problem: ChainProblem,
}

/// What came of checking a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The last record that was dropped because it was old; it is not there to be checked, nor is
    /// any before it. Position 0 if none was.
    pub dropped: Link,
    /// The last record that is as it was written. Kept elsewhere, it proves later that nothing
    /// before it was changed.
    pub last: Link,
    /// Where the chain is broken, if it is.
    pub broken: Option<BrokenChain>,
}

impl Store {
    /// Checks a chain from its beginning to its end. `anchor` is what was seen earlier: who can
    /// write to the file can make a whole new chain, but not one with that. One that was dropped
    /// since proves nothing; the caller compares it with [`Verified::dropped`].
    pub async fn audit_verify(
        &self,
        tenant: Option<TenantId>,
        anchor: Option<Link>,
    ) -> Result<Verified, StoreError> {
        loop {
            let before = self.audit_ends(tenant).await?;
            let walk = self.audit_walk(tenant, Walk::of(before, anchor)).await?;
            let after = self.audit_ends(tenant).await?;
            // What was dropped while this ran may have been missed by the walk.
            if after.dropped == before.dropped {
                return Ok(walk.end(after.last.position));
            }
        }
    }

    async fn audit_walk(
        &self,
        tenant: Option<TenantId>,
        mut walk: Walk,
    ) -> Result<Walk, StoreError> {
        let mut at_a_time = VERIFIED_AT_A_TIME;
        while walk.broken.is_none() {
            match self.audit_after(tenant, walk.last.position, at_a_time).await {
                Ok(page) if page.is_empty() => break,
                Ok(page) => page.iter().for_each(|record| walk.step(record)),
                // Somebody has made one of them unreadable: one by one it is found which.
                Err(StoreError::Column { .. }) if at_a_time > 1 => at_a_time = 1,
                Err(StoreError::Column { .. }) => walk.breaks(ChainProblem::Changed),
                Err(error) => return Err(error),
            }
        }
        Ok(walk)
    }

    /// What was noted of a chain. What somebody has made unreadable counts as not noted.
    async fn audit_ends(&self, tenant: Option<TenantId>) -> Result<Ends, StoreError> {
        let row = sqlx::query(ENDS).bind(chain_of(tenant)).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("find the ends of the audit chain"))?;
        Ok(row.and_then(|row| ends(&row).ok()).unwrap_or_default())
    }
}

/// What is noted of a chain beside its records.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    dropped: Link,
    last: Link,
}

fn ends(row: &SqliteRow) -> Result<Ends, StoreError> {
    let dropped = Link { position: row.count("dropped")?, hash: row.key("dropped_hash")? };
    Ok(Ends { dropped, last: Link { position: row.count("position")?, hash: row.key("hash")? } })
}

/// A chain on the way from its beginning to its end.
struct Walk {
    /// What was noted before the walk.
    noted: Ends,
    anchor: Option<Link>,
    /// The last record that is as it was written.
    last: Link,
    /// What the chain itself says was dropped, in the last record that says so.
    told: Dropped,
    broken: Option<BrokenChain>,
}

impl Walk {
    fn of(noted: Ends, anchor: Option<Link>) -> Self {
        Self { noted, anchor, last: noted.dropped, told: Dropped::default(), broken: None }
    }

    fn step(&mut self, record: &AuditRecord) {
        if self.broken.is_some() {
            return;
        }
        if record.position != self.last.position + 1 {
            return self.breaks(ChainProblem::Missing);
        }
        let here = Link { position: record.position, hash: record.hash };
        // What was added while this runs comes after the end that was noted, and follows it.
        let is_as_seen = [Some(self.noted.last), self.anchor]
            .into_iter()
            .flatten()
            .all(|seen| seen.position != here.position || seen == here);
        let is_whole = chain_hash(&self.last.hash, here.position, &as_written(record)) == here.hash;
        if !is_whole || !is_as_seen {
            return self.breaks(ChainProblem::Changed);
        }
        if record.action == DROP_ACTION {
            // One that cannot be read tells nothing, which is found at the end.
            self.told = Dropped::told(&record.facts).unwrap_or_default();
        }
        self.last = here;
    }

    /// The next record is the first one that is not as it was written.
    fn breaks(&mut self, problem: ChainProblem) {
        self.broken = Some(BrokenChain { position: self.last.position + 1, problem });
    }

    /// `noted` is how far the chain was noted after the walk.
    fn end(mut self, noted: u64) -> Verified {
        let dropped = self.noted.dropped;
        let reached = |seen: Link| seen.position <= self.last.position;
        let is_there = reached(self.noted.last) && self.anchor.is_none_or(reached);
        let broken = |position, problem| Some(BrokenChain { position, problem });
        self.broken = match self.broken {
            None if !is_there => broken(self.last.position + 1, ChainProblem::Missing),
            None if self.last.position > noted => broken(noted + 1, ChainProblem::Changed),
            // Records that are not there, and nothing says that they were dropped.
            None if self.told.0 != dropped => {
                broken(self.told.0.position.min(dropped.position) + 1, ChainProblem::Missing)
            }
            found => found,
        };
        Verified { dropped, last: self.last, broken: self.broken }
    }
}

/// SHA-256 over the previous hash, the position, and every field with its length before it, so
/// that no two records can be spelled the same.
pub(super) fn chain_hash(previous: &[u8; 32], position: u64, record: &NewAuditRecord) -> [u8; 32] {
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

fn as_written(record: &AuditRecord) -> NewAuditRecord {
    NewAuditRecord {
        id: record.id,
        tenant: record.tenant,
        at: record.at,
        actor: record.actor.clone(),
        action: record.action.clone(),
        object: record.object.clone(),
        result: record.result.clone(),
        facts: record.facts.clone(),
    }
}
