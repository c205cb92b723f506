//! A server with everything that belongs to it, on a port of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use api::server::limits::TimeLimits;
use api::{ApiConfig, App, Listening};
use control::single_sign_on::{Admission, ProviderConfig, ProviderSettings};
use control::{ControlPlane, PlaneConfig, SetupError, setup};
use gateway::Gateway;
use host::{SystemClock, SystemRng};
use model::{Clock, ExposeSecret, SecretString};
use store::Store;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Far more than anything here takes on a busy computer.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

/// The token that the server was started with.
pub(crate) const SHARED_TOKEN: &str = "shared-token-of-the-tests";

/// Whom a server knows outside.
#[derive(Clone)]
pub(crate) struct Outside {
    /// Receivers of webhooks that are trusted.
    pub(crate) receivers: Vec<String>,
    /// Upstreams that are trusted.
    pub(crate) upstreams: Vec<String>,
    /// Providers with which people sign in.
    pub(crate) providers: Vec<ProviderConfig>,
}

/// One provider, which is nowhere.
impl Default for Outside {
    fn default() -> Self {
        let settings = ProviderSettings {
            issuer: "https://127.0.0.1:1".to_owned(),
            client_id: "gantline".to_owned(),
            client_secret: None,
            scopes: Vec::new(),
            groups_claim: "groups".to_owned(),
        };
        let provider = ProviderConfig {
            id: "company".to_owned(),
            name: "Company".to_owned(),
            settings,
            tenant: 1,
            admission: Admission::default(),
        };
        Self { receivers: Vec::new(), upstreams: Vec::new(), providers: vec![provider] }
    }
}

/// A server that runs until it is dropped.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    directory: TempDir,
    serving: JoinHandle<()>,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::open_with(ApiConfig::default(), TimeLimits::default()).await
    }

    pub(crate) async fn open_with(config: ApiConfig, limits: TimeLimits) -> Self {
        Self::build(config, limits, Arc::new(SystemClock::start()), Outside::default()).await
    }

    /// One that goes by a clock of the test's, and trusts these receivers of webhooks.
    pub(crate) async fn open_telling(clock: Arc<dyn Clock>, receivers: Vec<String>) -> Self {
        let outside = Outside { receivers, ..Outside::default() };
        Self::open_towards(clock, outside).await
    }

    /// One that goes by a clock of the test's, and knows these outside.
    pub(crate) async fn open_towards(clock: Arc<dyn Clock>, outside: Outside) -> Self {
        Self::build(ApiConfig::default(), TimeLimits::default(), clock, outside).await
    }

    /// One that goes by a clock of the test's, set up in some way.
    pub(crate) async fn open_by(config: ApiConfig, clock: Arc<dyn Clock>) -> Self {
        Self::build(config, TimeLimits::default(), clock, Outside::default()).await
    }

    /// One that has so many connections open at the most.
    pub(crate) async fn open_for(max_connections: usize) -> Self {
        let (config, limits) = (ApiConfig::default(), TimeLimits::default());
        let listening = Listening::take("127.0.0.1", 0, None).await.unwrap();
        let listening = listening.with_max_connections(max_connections);
        let clock = Arc::new(SystemClock::start());
        Self::build_at(listening, config, limits, clock, Outside::default()).await
    }

    async fn build(
        config: ApiConfig,
        limits: TimeLimits,
        clock: Arc<dyn Clock>,
        outside: Outside,
    ) -> Self {
        let listening = Listening::take("127.0.0.1", 0, None).await.unwrap();
        Self::build_at(listening, config, limits, clock, outside).await
    }

    async fn build_at(
        listening: Listening,
        config: ApiConfig,
        limits: TimeLimits,
        clock: Arc<dyn Clock>,
        outside: Outside,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let plane = plane(&directory, clock, outside).await;
        let app = App {
            gateway: Gateway::new(gateway::Settings {
                store: plane.store.clone(),
                bus: plane.bus.clone(),
                key_ring: plane.key_ring.clone(),
                clock: plane.clock().clone(),
                rng: plane.rng().clone(),
                trusted_upstreams: Vec::new(),
                limits: gateway::Limits::default(),
                telemetry: None,
            }),
            plane,
            config: Arc::new(config),
            import_places: api::body::import_places(),
            polls: api::polls(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
        };
        let address = listening.address().unwrap();
        let serving = tokio::spawn(listening.with_time_limits(limits).serve(app.clone()));
        Self { app, address, directory, serving }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.app.plane.store
    }

    /// The file of the key ring.
    pub(crate) fn key_ring_file(&self) -> PathBuf {
        self.directory.path().join("keys/key-ring.key")
    }

    /// The file of the database.
    pub(crate) fn database(&self) -> PathBuf {
        self.directory.path().join("gantline.db")
    }

    /// Everything that is in the files of the database.
    pub(crate) fn database_bytes(&self) -> Vec<u8> {
        let files = ["gantline.db", "gantline.db-wal"].map(|name| self.directory.path().join(name));
        files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
    }

    /// What a server would have that starts with the files of this one.
    pub(crate) async fn plane_of_another_life(&self) -> Result<ControlPlane, SetupError> {
        let store = self.store().clone();
        let config = plane_config(&self.directory, Outside::default());
        let clock = Arc::new(SystemClock::start());
        ControlPlane::start(store, clock, Arc::new(SystemRng::default()), config).await
    }

    /// What a browser calls this server's pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The secret of the link that the server would print.
    pub(crate) async fn link(&self) -> String {
        setup::link_create(&self.app.plane).await.unwrap().expose_secret().to_owned()
    }

    /// Changes whenever anything is committed to the database, but for who looked and who was
    /// refused: that is written down, and changes nothing else.
    pub(crate) fn mark(&self) -> u32 {
        let only_audit = self.app.plane.audit_only_writes();
        self.commits().wrapping_sub(u32::try_from(only_audit).unwrap())
    }

    /// How often anything was committed to the database: `iChange` in the header of the index of its
    /// write-ahead log (SQLite, "WAL-Index Format"). Emptying the log leaves it alone.
    pub(crate) fn commits(&self) -> u32 {
        use std::io::Read;
        let mut header = [0; 12];
        let index = std::fs::File::open(self.directory.path().join("gantline.db-shm"));
        index.unwrap().read_exact(&mut header).unwrap();
        u32::from_ne_bytes(header[8..].try_into().unwrap())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.app.stopping.cancel();
        self.serving.abort();
    }
}

async fn plane(directory: &TempDir, clock: Arc<dyn Clock>, outside: Outside) -> Arc<ControlPlane> {
    let store = Store::open(&directory.path().join("gantline.db")).await.unwrap();
    host::private::directory(&directory.path().join("keys")).unwrap();
    let config = plane_config(directory, outside);
    let plane = ControlPlane::start(store, clock, Arc::new(SystemRng::default()), config).await;
    let plane = Arc::new(plane.unwrap());
    setup::shared_token_account_ensure(&plane).await.unwrap();
    plane
}

fn plane_config(directory: &TempDir, outside: Outside) -> PlaneConfig {
    let keys_directory = directory.path().join("keys");
    PlaneConfig {
        keys_directory,
        key_ring_file: None,
        shared_token: Some(SecretString::from(SHARED_TOKEN)),
        trusted_upstreams: outside.upstreams,
        trusted_webhooks: outside.receivers,
        providers: outside.providers,
        stale_after: Duration::from_secs(90),
        job_limits: control::jobs::JobLimits::default(),
        job_retention: Some(Duration::from_hours(24)),
        audit_retention: Some(Duration::from_hours(24)),
        mirrors: mirror::Settings {
            directory: directory.path().join("mirror"),
            quota_bytes: 1_000_000,
            free_bytes: |_| u64::MAX,
        },
    }
}
