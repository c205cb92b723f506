//! What a tenant's administrators have said about money, as it was a moment ago.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foldhash::HashMap;
use model::price::PriceOverride;
use model::quota::QuotaPeriod;
use model::{TenantId, Tick, Timestamp};
use policy::quota::Allowances;
use policy::quota::calendar::Windows;
use providers::Refusal;
use store::{Store, StoreError};

use crate::gateway::Inner;

/// For how long what was read is believed.
const FRESH: Duration = Duration::from_secs(1);

/// Tenants that are kept at the most; older ones are dropped, and read again when they call.
const MAX_TENANTS: usize = 1_000;

/// What was said.
pub(crate) struct Terms {
    /// What models cost.
    pub(crate) prices: Vec<PriceOverride>,
    /// How much may be used.
    pub(crate) allowances: Allowances,
}

/// The terms of tenants that call.
#[derive(Default)]
pub(crate) struct TermsOfTenants {
    read: Mutex<HashMap<TenantId, (Tick, Arc<Terms>)>>,
}

impl TermsOfTenants {
    /// A tenant's terms.
    pub(crate) async fn of(
        &self,
        gateway: &Inner,
        tenant: TenantId,
    ) -> Result<Arc<Terms>, Refusal> {
        let now = gateway.clock.tick();
        if let Some(terms) = self.fresh(tenant, now) {
            return Ok(terms);
        }
        let terms = read(&gateway.store, tenant, gateway.clock.now()).await.map_err(|error| {
            tracing::error!(%error, "a tenant's prices and quotas could not be read");
            Refusal::Unavailable
        })?;
        let terms = Arc::new(terms);
        self.keep(tenant, now, terms.clone());
        Ok(terms)
    }

    /// Forgets a tenant's, so that what was just changed is seen.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).remove(&tenant);
    }

    fn fresh(&self, tenant: TenantId, now: Tick) -> Option<Arc<Terms>> {
        // Entries are replaced as a whole.
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, terms) = read.get(&tenant)?;
        (now.since(*read_at) <= FRESH).then(|| terms.clone())
    }

    fn keep(&self, tenant: TenantId, read_at: Tick, terms: Arc<Terms>) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.len() >= MAX_TENANTS {
            read.retain(|_, (at, _)| read_at.since(*at) <= FRESH);
        }
        read.insert(tenant, (read_at, terms));
    }
}

async fn read(store: &Store, tenant: TenantId, now: Timestamp) -> Result<Terms, StoreError> {
    let prices = store.prices(tenant).await?;
    let quotas = store.quotas(tenant).await?;
    let raises = if quotas.is_empty() {
        Vec::new()
    } else {
        let month = Windows::of(now).began(QuotaPeriod::Month).unwrap_or_default();
        store.quota_raises(tenant, month).await?
    };
    Ok(Terms { prices, allowances: Allowances { quotas, raises } })
}
