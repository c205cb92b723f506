//! What may be spent: what each account has spent and what is reserved for its calls under way
//! (S95).
//!
//! All of it is in memory. What an account has spent is added up from the ledger when its first
//! call comes, and kept from then on; no call of it can be under way before that, so that nothing
//! is missed or counted twice. A reservation is not written down: if the server dies its calls die
//! with it, and what they may have used is in the ledger, as the estimate that each call leaves
//! there when it begins.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::quota::{Account, Amounts, QuotaPeriod};
use model::usage::{UsageRecord, UsageStatus};
use model::{AuditRecordId, Clock, Rng, TenantId, Tick, Timestamp, UsageRecordId};
use policy::quota::calendar::Windows;
use policy::quota::{Book, CallOf, Crossed, Exceeded, Spent};
use serde_json::json;
use store::audit::NewAuditRecord;
use store::{Store, StoreError};

use crate::terms::Terms;

/// How often what was reached is written down, and what is over is forgotten.
const EVERY: Duration = Duration::from_secs(1);

/// For how long the balance of an account is kept that makes no calls.
const IDLE: Duration = Duration::from_hours(1);

/// Lines that wait to be written down; further ones are only logged.
const MAX_CROSSED: usize = 1_000;

/// The balances of all accounts that call.
pub(crate) struct Budgets {
    store: Store,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    book: Mutex<Book>,
    crossed: Mutex<Vec<(TenantId, Timestamp, Crossed)>>,
}

/// What is reserved for one call. However it is dropped, it is given back.
pub(crate) struct Reservation {
    budgets: Arc<Budgets>,
    id: UsageRecordId,
    tenant: TenantId,
    terms: Arc<Terms>,
}

/// What a call wants to reserve.
pub(crate) struct Request<'a> {
    pub(crate) id: UsageRecordId,
    pub(crate) call: &'a CallOf,
    /// When it began: it counts in this time's day and month.
    pub(crate) began: Timestamp,
    /// What it may use at the most.
    pub(crate) asked: Amounts,
    /// When it is over for certain.
    pub(crate) expires_at: Tick,
}

impl Budgets {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Self {
        Self { store, clock, rng, book: Mutex::default(), crossed: Mutex::default() }
    }

    /// Reserves for a call in all of its accounts, or, where a quota does not allow it, in none.
    pub(crate) async fn reserve(
        self: &Arc<Self>,
        request: Request<'_>,
        terms: &Arc<Terms>,
    ) -> Result<Result<Reservation, Exceeded>, StoreError> {
        let Request { id, call, began, asked, expires_at } = request;
        let accounts = call.accounts();
        self.open(call.tenant, &accounts, began).await?;
        let times = (began, self.clock.tick());
        let reserved =
            self.book().reserve(id, accounts, asked, &terms.allowances, times, expires_at);
        Ok(reserved.map(|()| Reservation {
            budgets: self.clone(),
            id,
            tenant: call.tenant,
            terms: terms.clone(),
        }))
    }

    /// Adds up what the accounts of a call have spent, unless that is known.
    async fn open(
        &self,
        tenant: TenantId,
        accounts: &[Account],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let unopened = self.book().unopened(accounts);
        for account in unopened {
            let spent = spent(&self.store, tenant, &account, now).await?;
            self.book().open(account, spent, self.clock.tick());
        }
        Ok(())
    }

    /// Looks after the balances again and again.
    pub(crate) async fn watch(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            let now = self.clock.tick();
            let idle_since = now.as_millis().saturating_sub(millis(IDLE));
            self.book().tidy(now, Tick::from_millis(idle_since));
            self.write_crossed().await;
        }
    }

    /// Writes down which lines were reached.
    pub(crate) async fn write_crossed(&self) {
        let crossed = std::mem::take(&mut *self.crossed());
        if crossed.is_empty() {
            return;
        }
        let lines: Vec<_> = crossed.iter().map(|crossed| self.line(crossed)).collect();
        let written = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for line in lines {
                    tx.audit_append(line).await?;
                }
                Ok(())
            })
        });
        if let Err(error) = written.await {
            tracing::error!(%error, "that quotas come to an end could not be written down");
        }
    }

    fn line(&self, (tenant, at, crossed): &(TenantId, Timestamp, Crossed)) -> NewAuditRecord {
        let facts = json!({
            "subject": crossed.account.subject(),
            "account": crossed.account.of(),
            "percent": crossed.line,
        });
        NewAuditRecord {
            id: AuditRecordId::new(*at, &*self.rng),
            tenant: Some(*tenant),
            at: *at,
            actor: "system".to_owned(),
            action: "quota.reached".to_owned(),
            object: format!("quota:{}", crossed.quota),
            result: "ok".to_owned(),
            facts: facts.to_string(),
        }
    }

    fn settle(&self, reservation: &Reservation, used: Amounts) {
        let now = self.clock.tick();
        let allowances = &reservation.terms.allowances;
        let crossed = self.book().settle(reservation.id, used, allowances, now);
        for crossed in crossed {
            tracing::warn!(quota.id = %crossed.quota, percent = %crossed.line, "a quota comes to an end");
            let mut all = self.crossed();
            if all.len() < MAX_CROSSED {
                all.push((reservation.tenant, self.clock.now(), crossed));
            }
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Each change of it is made of sums that cannot fail.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn crossed(&self) -> MutexGuard<'_, Vec<(TenantId, Timestamp, Crossed)>> {
        self.crossed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// What the call has used takes its place.
    pub(crate) fn settle(self, record: &UsageRecord) {
        self.budgets.settle(&self, used(record));
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // What is settled stays so.
        self.budgets.settle(self, Amounts::default());
    }
}

/// What an attempt counts for.
fn used(record: &UsageRecord) -> Amounts {
    Amounts {
        tokens: record.tokens.total(),
        requests: u64::from(record.status != UsageStatus::Refused),
        cost: record.cost.as_ref().map(|cost| cost.amount).unwrap_or_default(),
    }
}

/// What an account has spent, by the ledger.
async fn spent(
    store: &Store,
    tenant: TenantId,
    account: &Account,
    now: Timestamp,
) -> Result<Spent, StoreError> {
    let windows = Windows::of(now);
    let since = |period| windows.began(period).unwrap_or_default();
    Ok(Spent {
        windows,
        day: store.spent_since(tenant, account, since(QuotaPeriod::Day)).await?,
        month: store.spent_since(tenant, account, since(QuotaPeriod::Month)).await?,
        total: store.spent_since(tenant, account, since(QuotaPeriod::Total)).await?,
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
