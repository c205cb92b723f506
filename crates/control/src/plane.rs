//! What use cases work with.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bus::Bus;
use mirror::Mirrors;
use model::{Clock, Rng, SecretString, Tick};
use relay::Relay;
use store::{Store, StoreError};
use vault::{KeyFileError, KeyRing, Passwords, PushKey, ServerIdentity};

use crate::audit::repeats::Repeats;
use crate::jobs::JobLimits;
use crate::key_rotation::Retirement;
use crate::notifications::push_key;
use crate::passkeys::ceremonies::Ceremonies;
use crate::presence::Presence;
use crate::reception::ServerReception;
use crate::searches::seats::Seats;
use crate::second_factors::offers::Offers;
use crate::second_step::HalfwaySignIns;
use crate::single_sign_on::{ProviderConfig, SingleSignOn};
use crate::tickets::Tickets;

/// Under which name the database remembers the public half of the server's identity.
const IDENTITY_SETTING: &str = "server_public_key";

/// Under which name the database remembers what proves the key ring.
pub(crate) const KEY_RING_SETTING: &str = "key_ring_check";

/// How the control plane is set up.
#[derive(Debug, Clone)]
pub struct PlaneConfig {
    /// Where the server's identity and its key ring lie.
    pub keys_directory: PathBuf,
    /// Another place for the key ring, if one was given.
    pub key_ring_file: Option<PathBuf>,
    /// A token that lets scripts in as a service account with the administrator's role.
    pub shared_token: Option<SecretString>,
    /// Hosts (with port) of provider endpoints that may be reached although they are not public
    /// or not encrypted, such as a model server in the same room.
    pub trusted_upstreams: Vec<String>,
    /// Hosts (with port) of receivers of webhooks that may be reached although they are not public
    /// or not encrypted.
    pub trusted_webhooks: Vec<String>,
    /// Providers with which people sign in. One in one's own network has to be among the trusted
    /// upstreams.
    pub providers: Vec<ProviderConfig>,
    /// After how long without a sign of life a machine counts as offline.
    pub stale_after: std::time::Duration,
    /// How many jobs may run at a time.
    pub job_limits: JobLimits,
    /// How long finished jobs are kept; for good if there is none.
    pub job_retention: Option<std::time::Duration>,
    /// How long the lines of the audit log are kept; for good if there is none.
    pub audit_retention: Option<std::time::Duration>,
    /// How copies of workspaces are kept.
    pub mirrors: mirror::Settings,
}

/// The control plane could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A key file is missing, too open, or another one than before.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database remembers an identity that is not a key.
    #[error("the database remembers a server identity that is not a key")]
    Identity,
    /// What signs messages to browsers does not open, or is no key.
    #[error("the key that signs messages to browsers cannot be used: {0}")]
    PushKey(String),
}

/// Everything that use cases work with. Shared by all doors.
#[derive(Debug)]
pub struct ControlPlane {
    /// What is kept.
    pub store: Store,
    /// Live links and viewers.
    pub relay: Relay,
    /// Who wants to know what changes.
    pub bus: Bus,
    /// What proves this server to machines.
    pub identity: Arc<ServerIdentity>,
    /// What seals provider keys and the secrets that sign webhooks.
    pub key_ring: Arc<RwLock<KeyRing>>,
    /// Copies of workspaces that machines have sent.
    pub mirrors: Arc<Mirrors>,
    /// By what push services know this server.
    pub(crate) push_key: PushKey,
    pub(crate) passwords: Passwords,
    pub(crate) config: PlaneConfig,
    pub(crate) tickets: Tickets,
    pub(crate) halfway: HalfwaySignIns,
    pub(crate) offers: Offers,
    pub(crate) ceremonies: Ceremonies,
    pub(crate) single_sign_on: SingleSignOn,
    pub(crate) repeats: Repeats,
    pub(crate) presence: Presence,
    pub(crate) searching: Seats,
    pub(crate) audit_only_writes: AtomicU64,
    started_at: model::Timestamp,
    /// When the last key was added to the ring in this life of the server, if one was.
    rotated_at: Mutex<Option<Tick>>,
    clock: SharedClock,
    rng: SharedRng,
}

#[derive(Clone)]
struct SharedClock(Arc<dyn Clock>);

#[derive(Clone)]
struct SharedRng(Arc<dyn Rng>);

impl std::fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl std::fmt::Debug for SharedRng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rng")
    }
}

impl ControlPlane {
    /// Reads or makes the keys and puts the parts together.
    pub async fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        config: PlaneConfig,
    ) -> Result<Self, SetupError> {
        store.time_by(clock.clone());
        let identity = Arc::new(start_identity(&store, &*rng, &config).await?);
        let key_ring = start_key_ring(&store, &*rng, &config).await?;
        let push_key = push_key::start(&store, &*rng, &key_ring).await?;
        let bus = Bus::default();
        let presence = Presence::new(bus.clone());
        let mirrors = Arc::new(Mirrors::new(config.mirrors.clone()));
        let reception = ServerReception::new(
            store.clone(),
            bus.clone(),
            mirrors.clone(),
            clock.clone(),
            rng.clone(),
        );
        let relay = Relay::new(relay::Config {
            reception: Arc::new(reception),
            clock: clock.clone(),
            rng: rng.clone(),
            identity: link_identity(&identity)?,
            stale_after: config.stale_after,
        });
        let providers = config.providers.clone();
        let single_sign_on = SingleSignOn::new(providers, &config.trusted_upstreams);
        Ok(Self {
            store,
            relay,
            bus,
            identity,
            key_ring: Arc::new(RwLock::new(key_ring)),
            mirrors,
            push_key,
            passwords: Passwords::new(&*rng),
            config,
            tickets: Tickets::default(),
            halfway: HalfwaySignIns::default(),
            offers: Offers::default(),
            ceremonies: Ceremonies::default(),
            single_sign_on,
            repeats: Repeats::default(),
            presence,
            searching: Seats::default(),
            audit_only_writes: AtomicU64::default(),
            started_at: clock.now(),
            rotated_at: Mutex::default(),
            clock: SharedClock(clock),
            rng: SharedRng(rng),
        })
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock.0
    }

    /// The source of randomness.
    pub fn rng(&self) -> &Arc<dyn Rng> {
        &self.rng.0
    }

    /// Since when this server runs: before that, nothing could be heard of machines.
    pub(crate) const fn started_at(&self) -> model::Timestamp {
        self.started_at
    }

    /// A key was added to the ring.
    pub(crate) fn note_rotation(&self, now: Tick) {
        *self.rotated_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Whether nothing that an older key has sealed can still be on its way to the database.
    pub(crate) fn may_retire(&self, retirement: Retirement, after: Duration) -> bool {
        let rotated_at = *self.rotated_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.0.tick();
        match (retirement, rotated_at) {
            (Retirement::AtStart, _) => true,
            // A start settles what an earlier life has left.
            (Retirement::WhileServing, None) => false,
            (Retirement::WhileServing, Some(at)) => now.since(at) >= after,
        }
    }

    /// Now, for records.
    pub(crate) fn now(&self) -> model::Timestamp {
        self.clock.0.now()
    }
}

fn link_identity(identity: &ServerIdentity) -> Result<relay::IdentityKey, SetupError> {
    let seed = relay::SecretSeed::from_slice(identity.expose_seed().as_slice());
    let key = seed.and_then(|seed| relay::IdentityKey::from_seed(&seed));
    key.map_err(|_| SetupError::Identity)
}

async fn start_identity(
    store: &Store,
    rng: &dyn Rng,
    config: &PlaneConfig,
) -> Result<ServerIdentity, SetupError> {
    let remembered = store.setting(IDENTITY_SETTING).await?;
    let remembered: Option<[u8; 32]> = match remembered {
        Some(bytes) => Some(bytes.try_into().map_err(|_| SetupError::Identity)?),
        None => None,
    };
    let path = config.keys_directory.join("server-identity.key");
    let identity = ServerIdentity::start(rng, &path, remembered.as_ref())?;
    if remembered.is_none() {
        remember(store, IDENTITY_SETTING, identity.public_key().to_vec()).await?;
    }
    Ok(identity)
}

async fn start_key_ring(
    store: &Store,
    rng: &dyn Rng,
    config: &PlaneConfig,
) -> Result<KeyRing, SetupError> {
    let remembered = store.setting(KEY_RING_SETTING).await?;
    let default_path = config.keys_directory.join("key-ring.key");
    let path = config.key_ring_file.as_ref().unwrap_or(&default_path);
    let started = KeyRing::start(rng, path, remembered.as_deref())?;
    if let Some(check_value) = started.check_value {
        remember(store, KEY_RING_SETTING, check_value).await?;
    }
    Ok(started.ring)
}

async fn remember(store: &Store, name: &'static str, value: Vec<u8>) -> Result<(), StoreError> {
    store.write(move |tx| Box::pin(async move { tx.setting_put(name, &value).await })).await
}
