//! A tenant with a session, its keys, a scripted provider, and the gateway between them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use bus::Bus;
use gateway::{Gateway, Limits, Settings};
use host::{SystemClock, SystemRng};
use model::machine::{KeyAge, Machine, MachineFacts};
use model::price::{PriceOverride, Rates};
use model::provider::{KeyUse, ProviderKey, ProviderName};
use model::quota::{
    Account, AtStop, BudgetRequest, BudgetState, Quota, QuotaMeasure, QuotaPeriod, QuotaRaise,
    QuotaSubject,
};
use model::session::{Session, SessionKind, SessionState};
use model::usage::{TokenCounts, UsageRecord};
use model::user::{UserKind, UserState};
use model::{
    Clock, ExposeSecret, MachineId, PriceId, ProviderKeyId, ProxyTokenId, QuotaId, QuotaRaiseId,
    Role, SecretString, SessionId, TenantId, Timestamp, UserId,
};
use otlp::Calls;
use sim::provider::{Bodies, Config, Exchange, SimProvider};
use store::proxy_tokens::ProxyToken;
use store::users::NewUser;
use store::{Store, StoreError};
use vault::token::Proxy;
use vault::{KeyRing, RowIdentity, Token};

use crate::client::DEADLINE;
use crate::front::Front;

/// The provider's key. It must never be seen by anybody but the provider.
pub(crate) const CANARY: &str = "sk-canary-5f3a9c1e7b2d4860";

pub(crate) struct House {
    pub(crate) gateway: Gateway,
    pub(crate) store: Store,
    pub(crate) bus: Bus,
    pub(crate) provider: SimProvider,
    pub(crate) front: Front,
    pub(crate) tenant: TenantId,
    pub(crate) session: SessionId,
    pub(crate) token: String,
    clock: Arc<SystemClock>,
    rng: Arc<SystemRng>,
    key_ring: Arc<RwLock<KeyRing>>,
    user: UserId,
    machine: MachineId,
    directory: tempfile::TempDir,
}

/// What differs from house to house.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) limits: Limits,
    /// The model that the session was started with.
    pub(crate) model: Option<&'static str>,
    /// Providers for which there is a key from the start.
    pub(crate) providers: &'static [&'static str],
    /// The pause between two events of an answer.
    pub(crate) pace: Duration,
    /// Whether the operator trusts the scripted provider's address.
    pub(crate) trusted: bool,
    /// Another address that the operator trusts.
    pub(crate) also_trusted: Option<SocketAddr>,
    /// Who is told of calls.
    pub(crate) telemetry: Option<Calls>,
}

impl Default for Plan {
    fn default() -> Self {
        // Only where it is the subject does a call wait for a machine that renews its token, or for
        // somebody who grants more.
        let limits = Limits {
            token_renewed_within: Duration::ZERO,
            budget_within: Duration::ZERO,
            ..Limits::default()
        };
        Self {
            limits,
            model: None,
            providers: &["openai", "anthropic", "google"],
            pace: Duration::ZERO,
            trusted: true,
            also_trusted: None,
            telemetry: None,
        }
    }
}

impl House {
    pub(crate) async fn build() -> Self {
        Self::with(Plan::default()).await
    }

    pub(crate) async fn with(plan: Plan) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("gantline.db")).await.unwrap();
        let (clock, rng) = (Arc::new(SystemClock::start()), Arc::new(SystemRng::default()));
        let keys = directory.path().join("keys");
        host::private::directory(&keys).unwrap();
        let ring = KeyRing::start(&*rng, &keys.join("ring"), None).unwrap().ring;
        let key_ring = Arc::new(RwLock::new(ring));
        let key = Some(CANARY.to_owned());
        let config = Config { key, pace: plan.pace, bodies: Bodies::Kept };
        let provider = SimProvider::start(config).await.unwrap();
        let trusted = plan.trusted.then(|| provider.address().to_string());
        let also_trusted = plan.also_trusted.map(|address| address.to_string());
        let bus = Bus::default();
        let gateway = Gateway::new(Settings {
            store: store.clone(),
            bus: bus.clone(),
            key_ring: key_ring.clone(),
            clock: clock.clone(),
            rng: rng.clone(),
            trusted_upstreams: trusted.into_iter().chain(also_trusted).collect(),
            limits: plan.limits,
            telemetry: plan.telemetry.clone(),
        });
        let now = clock.now();
        let mut house = Self {
            front: Front::start(gateway.clone()).await,
            gateway,
            store,
            bus,
            provider,
            tenant: TenantId::new(now, &*rng),
            session: SessionId::new(now, &*rng),
            token: String::new(),
            user: UserId::new(now, &*rng),
            machine: MachineId::new(now, &*rng),
            clock,
            rng,
            key_ring,
            directory,
        };
        house.furnish(plan).await;
        house
    }

    async fn furnish(&mut self, plan: Plan) {
        let (tenant, user, machine) = (self.tenant, self.new_user(), self.new_machine());
        let session = self.new_session(plan.model);
        let now = self.clock.now();
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    tx.tenant_insert(tenant, "Home", now).await?;
                    tx.user_insert(&user).await?;
                    tx.machine_insert(&machine).await?;
                    tx.session_insert(&session).await
                })
            })
            .await
            .unwrap();
        self.token = self.mint(plan.model, Duration::from_hours(1)).await;
        for provider in plan.providers {
            self.add_key(provider, CANARY).await;
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.front.address
    }

    /// Makes a token for the session.
    pub(crate) async fn mint(&self, model: Option<&str>, lasts: Duration) -> String {
        let now = self.clock.now();
        let token = Token::<Proxy>::mint(&*self.rng, ProxyTokenId::new(now, &*self.rng));
        let row = ProxyToken {
            id: token.id(),
            secret_hash: *token.digest().as_bytes(),
            tenant: self.tenant,
            user: self.user,
            machine: self.machine,
            session: self.session,
            model: model.map(ToOwned::to_owned),
            created_at: now,
            expires_at: now + lasts,
            revoked_at: None,
        };
        self.write_token(row).await;
        token.text().expose_secret().to_owned()
    }

    async fn write_token(&self, row: ProxyToken) {
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.proxy_token_insert(&row).await })
            })
            .await
            .unwrap();
    }

    /// Stores a key that leads to the scripted provider.
    pub(crate) async fn add_key(&self, provider: &str, secret: &str) -> ProviderKeyId {
        let base = self.provider.base_url();
        let base = if ["anthropic", "google"].contains(&provider) {
            base
        } else {
            self.provider.openai_base_url()
        };
        self.add_key_at(provider, secret, &base).await
    }

    pub(crate) async fn add_key_at(
        &self,
        provider: &str,
        secret: &str,
        base_url: &str,
    ) -> ProviderKeyId {
        self.add_key_with(provider, secret, base_url, KeyUse::default()).await
    }

    pub(crate) async fn add_key_with(
        &self,
        provider: &str,
        secret: &str,
        base_url: &str,
        serves: KeyUse,
    ) -> ProviderKeyId {
        let provider: ProviderName = provider.parse().unwrap();
        let now = self.clock.now();
        let id = ProviderKeyId::new(now, &*self.rng);
        let row = RowIdentity::ProviderKey { tenant: self.tenant, provider: &provider, key: id };
        let secret = SecretString::from(secret);
        let sealed = self.key_ring.read().unwrap().seal(&*self.rng, &row, &secret).unwrap();
        let key = ProviderKey {
            id,
            tenant: self.tenant,
            provider,
            name: id.to_string(),
            base_url: base_url.to_owned(),
            sealed,
            hint: String::new(),
            serves,
            last_trial: None,
            created_by: self.user,
            created_at: now,
            secret_set_at: now,
        };
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.provider_key_insert(&key).await })
            })
            .await
            .unwrap();
        id
    }

    /// What an administrator says that a model costs.
    pub(crate) async fn set_price(&self, provider: &str, model: &str, rates: Rates) {
        let now = self.clock.now();
        let price = PriceOverride {
            id: PriceId::new(now, &*self.rng),
            tenant: self.tenant,
            provider: provider.parse().unwrap(),
            model: model.to_owned(),
            rates,
            changed_by: self.user,
            changed_at: now,
        };
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.price_put(&price).await.map(drop) })
            })
            .await
            .unwrap();
    }

    /// A quota for everybody together.
    pub(crate) async fn set_quota(&self, measure: QuotaMeasure, limit: u64) -> QuotaId {
        let account = Some(Account::Tenant(self.tenant));
        self.set_quota_of(QuotaSubject::Tenant, account, measure, limit).await
    }

    /// A quota that is never whole again.
    pub(crate) async fn set_quota_of(
        &self,
        subject: QuotaSubject,
        account: Option<Account>,
        measure: QuotaMeasure,
        limit: u64,
    ) -> QuotaId {
        self.set_quota_with(subject, account, measure, limit, AtStop::Ask).await
    }

    pub(crate) async fn set_quota_with(
        &self,
        subject: QuotaSubject,
        account: Option<Account>,
        measure: QuotaMeasure,
        limit: u64,
        at_stop: AtStop,
    ) -> QuotaId {
        let now = self.clock.now();
        let quota = Quota {
            id: QuotaId::new(now, &*self.rng),
            tenant: self.tenant,
            subject,
            account,
            measure,
            period: QuotaPeriod::Total,
            limit,
            at_stop,
            changed_by: self.user,
            changed_at: now,
        };
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.quota_put(&quota).await })
            })
            .await
            .unwrap()
    }

    /// Another gateway on the same database, as after a restart.
    pub(crate) async fn restart(&mut self) {
        tokio::time::timeout(DEADLINE, self.gateway.close()).await.unwrap();
        self.gateway = Gateway::new(Settings {
            store: self.store.clone(),
            bus: self.bus.clone(),
            key_ring: self.key_ring.clone(),
            clock: self.clock.clone(),
            rng: self.rng.clone(),
            trusted_upstreams: vec![self.provider.address().to_string()],
            limits: Limits { budget_within: Duration::ZERO, ..Limits::default() },
            telemetry: None,
        });
        self.front = Front::start(self.gateway.clone()).await;
    }

    /// What `control` does when somebody grants a session more.
    pub(crate) async fn grant(&self, request: &BudgetRequest, amount: u64) {
        let now = self.clock.now();
        let raise = QuotaRaise {
            id: QuotaRaiseId::new(now, &*self.rng),
            quota: request.quota,
            account: request.account.clone(),
            amount,
            granted_by: self.user,
            granted_at: now,
        };
        let (tenant, id, by) = (self.tenant, request.id, self.user);
        let granted = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.quota_raise_insert(tenant, &raise).await?;
                tx.budget_request_close(id, BudgetState::Granted, Some(by), now).await
            })
        });
        assert!(granted.await.unwrap().is_some());
    }

    /// What `control` does when somebody answers a session that asks for more.
    pub(crate) async fn answer_budget(&self, request: &BudgetRequest, state: BudgetState) {
        let (id, by, now) = (request.id, self.user, self.clock.now());
        let closed = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.budget_request_close(id, state, Some(by), now).await })
        });
        assert!(closed.await.unwrap().is_some());
    }

    /// Takes back every key of the tenant.
    pub(crate) async fn remove_keys(&self) {
        let tenant = self.tenant;
        let keys = self.store.provider_keys(tenant).await.unwrap();
        let removed = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for key in keys {
                    tx.provider_key_delete(key.id, tenant).await?;
                }
                Ok(())
            })
        });
        removed.await.unwrap();
    }

    /// What `control` does when a session is stopped.
    pub(crate) async fn revoke(&self) {
        let (session, now) = (self.session, self.clock.now());
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.proxy_tokens_revoke_session(session, now).await })
            })
            .await
            .unwrap();
    }

    /// What `control` does when the machine says that the session goes on.
    pub(crate) async fn renew(&self) {
        let (session, machine) = (self.session, self.machine);
        let expires_at = self.clock.now() + Duration::from_hours(1);
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.proxy_tokens_renew(session, machine, expires_at).await })
            })
            .await
            .unwrap();
    }

    pub(crate) async fn set_state(&self, state: SessionState) {
        let (session, now) = (self.session, self.clock.now());
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.session_set_state(session, state, None, now).await })
            })
            .await
            .unwrap();
    }

    /// The ledger as it is now.
    pub(crate) async fn ledger(&self) -> Vec<UsageRecord> {
        self.store.usage_of_session(self.session).await.unwrap()
    }

    /// The ledger, once it has so many records.
    pub(crate) async fn ledger_reaches(&self, count: usize) -> Vec<UsageRecord> {
        let reached = async {
            loop {
                let records = self.ledger().await;
                if records.len() >= count {
                    return records;
                }
            }
        };
        tokio::time::timeout(DEADLINE, reached).await.unwrap()
    }

    /// Drops everything at once, as when a server dies. Its database stays.
    pub(crate) fn die(self) -> (Store, tempfile::TempDir) {
        (self.store, self.directory)
    }

    /// Where the database and the key ring lie.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Replaces the keys of a provider by one whose secret was sealed for another row.
    pub(crate) async fn swap_sealed(&self, provider: &ProviderName) {
        let keys = self.store.provider_keys(self.tenant).await.unwrap();
        let mut swapped = keys.iter().find(|key| key.provider == *provider).unwrap().clone();
        let other = keys.iter().find(|key| key.provider != *provider).unwrap();
        swapped.sealed = other.sealed.clone();
        let (old, tenant, now) = (swapped.id, self.tenant, self.clock.now());
        swapped.id = ProviderKeyId::new(now, &*self.rng);
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    tx.provider_key_delete(old, tenant).await?;
                    tx.provider_key_insert(&swapped).await
                })
            })
            .await
            .unwrap();
    }

    /// The ledger once everything is written.
    pub(crate) async fn close(&self) -> Vec<UsageRecord> {
        tokio::time::timeout(DEADLINE, self.gateway.close()).await.unwrap();
        self.ledger().await
    }

    /// The only request that has reached the provider.
    #[track_caller]
    pub(crate) fn exchange(&self) -> Arc<Exchange> {
        let exchanges = self.provider.exchanges();
        let [exchange] = &exchanges[..] else { panic!("{} requests", exchanges.len()) };
        exchange.clone()
    }

    /// How much the provider says was used.
    pub(crate) fn truth(&self) -> Vec<TokenCounts> {
        let exchanges = self.provider.exchanges();
        exchanges.iter().filter_map(|exchange| exchange.tokens()).collect()
    }

    fn new_user(&self) -> NewUser {
        NewUser {
            id: self.user,
            tenant: self.tenant,
            username: "ana".to_owned(),
            display_name: "Ana".to_owned(),
            kind: UserKind::Person,
            role: Role::SystemAdmin,
            state: UserState::Active,
            password_hash: None,
            created_at: self.clock.now(),
        }
    }

    fn new_machine(&self) -> Machine {
        Machine {
            id: self.machine,
            tenant: self.tenant,
            name: "build-01".to_owned(),
            public_key: [7; 32],
            key_age: KeyAge::default(),
            epoch: 0,
            facts: MachineFacts::default(),
            labels: Vec::new(),
            enrolled_at: self.clock.now(),
            last_seen_at: None,
            freezes: model::freeze::Freezes::default(),
        }
    }

    fn new_session(&self, model: Option<&str>) -> Session {
        let now: Timestamp = self.clock.now();
        Session {
            id: self.session,
            tenant: self.tenant,
            owner: self.user,
            machine: self.machine,
            kind: SessionKind::Chat,
            agent: Some("demo".parse().unwrap()),
            workspace: "/src".to_owned(),
            model: model.map(ToOwned::to_owned),
            preset: "ask".to_owned(),
            policy: None,
            title: "Hello".to_owned(),
            labels: model::label::Labels::default(),
            state: SessionState::Running,
            detail: None,
            containment: None,
            containment_detail: None,
            worktree: None,
            idle_limit: None,
            pause: None,
            paused_for: std::time::Duration::ZERO,
            created_at: now,
            last_active_at: now,
            imported_at: None,
        }
    }
}
