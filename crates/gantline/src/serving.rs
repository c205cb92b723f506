//! The server, put together: database, use cases, relay, doors.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::programs::Programs;
use api::{ApiConfig, App, Listening};
use control::audit::refusals::refusals_settle;
use control::jobs::{self, JobLimits};
use control::key_rotation::{Retirement, key_ring_settle};
use control::reception::stocktaking;
use control::single_sign_on::ProviderConfig;
use control::updates::announcing;
use control::{
    ControlPlane, PlaneConfig, housekeeping, idle_limits, kept_transcripts, setup, shares, webhooks,
};
use gateway::Gateway;
use host::{SystemClock, SystemRng};
use http::Uri;
use model::SecretString;
use otlp::{Calls, Telemetry};
use store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::backup::DATABASE;
use crate::commands::server::restore::UNFINISHED;
use crate::switches::Switches;

/// How a server is set up.
#[derive(Debug)]
pub(crate) struct ServerConfig {
    /// The address to listen on.
    pub host: String,
    /// The port to listen on; 0 lets the system choose.
    pub port: u16,
    /// Where everything that lasts is kept.
    pub data_directory: PathBuf,
    /// Another place for the key ring.
    pub key_ring_file: Option<PathBuf>,
    /// Certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The program, for computers that are to become machines.
    pub programs: Programs,
    /// The address under which people reach the server.
    pub public_url: Option<Uri>,
    /// Further host names under which it may be addressed.
    pub allowed_hosts: Vec<String>,
    /// Proxies in front of it.
    pub trusted_proxies: Vec<IpAddr>,
    /// Provider endpoints that may be reached although they are not public.
    pub trusted_upstreams: Vec<String>,
    /// Receivers of webhooks that may be reached although they are not public.
    pub trusted_webhooks: Vec<String>,
    /// Providers with which people sign in.
    pub providers: Vec<ProviderConfig>,
    /// The collector that is told of model calls, if there is one.
    pub telemetry: Option<otlp::Settings>,
    /// A token that lets scripts in.
    pub shared_token: Option<SecretString>,
    /// After how long without a sign of life a machine counts as offline.
    pub stale_after: Duration,
    /// Whether machines are told of newer releases without anybody asking for it.
    pub announces_updates: bool,
    /// How many jobs may run at a time.
    pub job_limits: JobLimits,
    /// How long finished jobs are kept; for good if there is none.
    pub job_retention: Option<Duration>,
    /// How long the lines of the audit log are kept; for good if there is none.
    pub audit_retention: Option<Duration>,
    /// How large the copies of one machine's workspaces may be together; 0 takes none.
    pub mirror_quota_bytes: u64,
}

/// A server that is ready to serve.
pub(crate) struct Server {
    /// What the doors work with.
    pub app: App,
    listening: Listening,
    /// Under which address it listens, for people.
    pub url: String,
    /// Under which address it is found on this computer.
    pub loopback_url: String,
    announces_updates: bool,
    telemetry: Option<Telemetry>,
}

impl Server {
    /// Takes the port, opens the database, reads or makes the keys.
    pub(crate) async fn start(config: ServerConfig) -> anyhow::Result<Self> {
        let tls = match &config.tls {
            Some((certificates, key)) => Some(api::server::tls::Tls::read(certificates, key)?),
            None => None,
        };
        let encrypted = tls.is_some();
        let listening = Listening::take(&config.host, config.port, tls)
            .await?
            .within_open_files(host::process::max_open_files());
        let address = listening.address()?;
        let scheme = if encrypted { "https" } else { "http" };
        let url = match &config.public_url {
            Some(url) => url.to_string().trim_end_matches('/').to_owned(),
            None => format!("{scheme}://{address}"),
        };
        let loopback_url = match address.ip() {
            // A certificate names the public address, not this computer.
            _ if encrypted => url.clone(),
            ip if ip.is_unspecified() => format!("{scheme}://127.0.0.1:{}", address.port()),
            _ => format!("{scheme}://{address}"),
        };
        let plane = start_plane(&config).await?;
        Switches::of(&config, address).write(&config.data_directory)?;
        let telemetry = match &config.telemetry {
            Some(settings) => Some(Telemetry::start(settings, contract::VERSION)?),
            None => None,
        };
        let calls = telemetry.as_ref().map(|telemetry| telemetry.calls().clone());
        let gateway = start_gateway(&plane, config.trusted_upstreams, calls);
        let app = App {
            plane,
            gateway,
            config: Arc::new(ApiConfig {
                public_url: config.public_url,
                allowed_hosts: config.allowed_hosts,
                trusted_proxies: config.trusted_proxies,
                tls: encrypted,
                programs: Arc::new(config.programs),
            }),
            import_places: api::body::import_places(),
            polls: api::polls(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
        };
        let announces_updates = config.announces_updates;
        Ok(Self { app, listening, url, loopback_url, announces_updates, telemetry })
    }

    /// A link that signs whoever opens it in; the first one makes the administrator.
    pub(crate) async fn sign_in_url(&self) -> anyhow::Result<String> {
        use model::ExposeSecret;
        let secret = setup::link_create(&self.app.plane).await?;
        // In the fragment, which browsers never send, so that it is in no log.
        Ok(format!("{}/#/welcome/{}", self.url, secret.expose_secret()))
    }

    /// Serves until told to stop, or until the database stops accepting writes.
    pub(crate) async fn serve(self) -> anyhow::Result<()> {
        let Self { app, listening, announces_updates, telemetry, .. } = self;
        let (plane, gateway) = (app.plane.clone(), app.gateway.clone());
        let stopping = app.stopping.clone();
        let tidying = tidy_up_hourly(&plane);
        let announcing = announce(announces_updates, plane.clone(), app.config.programs.clone());
        let broken = plane.store.stopped();
        let serving = listening.serve(app);
        let mut failure = None;
        {
            let mut serving = std::pin::pin!(serving);
            let mut tidying = std::pin::pin!(tidying);
            let mut announcing = std::pin::pin!(announcing);
            let mut watching = std::pin::pin!(plane.relay.watch_liveness());
            let mut dispatching = std::pin::pin!(jobs::dispatcher::dispatch(plane.clone()));
            let mut idling = std::pin::pin!(idle_limits::watch(plane.clone()));
            let mut keeping = Box::pin(kept_transcripts::keeping::keep(plane.clone()));
            let mut doubting = std::pin::pin!(stocktaking::watch(plane.clone()));
            let mut sharing = std::pin::pin!(shares::watch(plane.clone()));
            let mut delivering = std::pin::pin!(webhooks::deliverer::deliver(plane.clone()));
            let mut broken = std::pin::pin!(broken);
            let mut closing = std::pin::pin!(close_when(&stopping, &plane, &gateway));
            loop {
                tokio::select! {
                    () = &mut serving => break,
                    () = &mut tidying => {}
                    () = &mut announcing => {}
                    () = &mut watching => {}
                    () = &mut dispatching => {}
                    () = &mut idling => {}
                    () = &mut keeping => {}
                    () = &mut doubting => {}
                    () = &mut sharing => {}
                    () = &mut delivering => {}
                    () = &mut closing => {}
                    // To go on without a database would be to promise what cannot be kept (R14).
                    reason = &mut broken, if failure.is_none() => {
                        failure = Some(reason);
                        stopping.cancel();
                    }
                }
            }
        }
        gateway.close().await;
        if let Some(telemetry) = telemetry {
            telemetry.close().await;
        }
        if let Err(error) = refusals_settle(&plane).await {
            tracing::warn!(%error, "how often somebody was refused could not be written down");
        }
        plane.store.close().await;
        match failure {
            Some(reason) => anyhow::bail!("the database stopped accepting writes: {reason}"),
            None => Ok(()),
        }
    }
}

/// When the server stops, machines are told at once, so that they come back soon, and model calls
/// end, which may go on for longer than anybody waits.
async fn close_when(stopping: &CancellationToken, plane: &ControlPlane, gateway: &Gateway) {
    stopping.cancelled().await;
    tokio::join!(plane.relay.close(), gateway.close());
    std::future::pending::<()>().await;
}

fn start_gateway(
    plane: &ControlPlane,
    trusted_upstreams: Vec<String>,
    telemetry: Option<Calls>,
) -> Gateway {
    Gateway::new(gateway::Settings {
        store: plane.store.clone(),
        bus: plane.bus.clone(),
        key_ring: plane.key_ring.clone(),
        clock: plane.clock().clone(),
        rng: plane.rng().clone(),
        trusted_upstreams,
        limits: gateway::Limits::default(),
        telemetry,
    })
}

/// Never ends.
async fn announce(announces: bool, plane: Arc<ControlPlane>, programs: Arc<Programs>) {
    if announces {
        announcing::announce(plane, programs).await;
    }
    std::future::pending::<()>().await;
}

async fn tidy_up_hourly(plane: &ControlPlane) {
    loop {
        if let Err(error) = housekeeping::tidy_up(plane).await {
            tracing::warn!(%error, "what is over could not be dropped");
        }
        if let Err(error) = key_ring_settle(plane, Retirement::WhileServing).await {
            tracing::warn!(error = error.message, "a rotation of the key ring is not finished");
        }
        tokio::time::sleep(housekeeping::EVERY).await;
    }
}

async fn start_plane(config: &ServerConfig) -> anyhow::Result<Arc<ControlPlane>> {
    host::private::directory(&config.data_directory)?;
    check_restored(&config.data_directory)?;
    let store = Store::open(&config.data_directory.join(DATABASE)).await?;
    let plane_config = PlaneConfig {
        keys_directory: keys_directory(&config.data_directory)?,
        key_ring_file: config.key_ring_file.clone(),
        shared_token: config.shared_token.clone(),
        trusted_upstreams: config.trusted_upstreams.clone(),
        trusted_webhooks: config.trusted_webhooks.clone(),
        providers: config.providers.clone(),
        stale_after: config.stale_after,
        job_limits: config.job_limits,
        job_retention: config.job_retention,
        audit_retention: config.audit_retention,
        mirrors: control::copies::Settings {
            directory: config.data_directory.join("mirror"),
            quota_bytes: config.mirror_quota_bytes,
            free_bytes: host::facts::free_disk_bytes,
        },
    };
    let clock = Arc::new(SystemClock::start());
    let rng = Arc::new(SystemRng::default());
    let plane = ControlPlane::start(store, clock, rng, plane_config).await?;
    setup::shared_token_account_ensure(&plane).await.context("make the account of --token")?;
    let settled = key_ring_settle(&plane, Retirement::AtStart).await;
    settled.context("finish a rotation of the key ring")?;
    Ok(Arc::new(plane))
}

/// A backup that is put in place only in part is no server.
fn check_restored(data_directory: &Path) -> anyhow::Result<()> {
    if data_directory.join(UNFINISHED).exists() {
        anyhow::bail!(
            "a backup was not restored to the end in {}; run `gantline server restore` again",
            data_directory.display()
        );
    }
    Ok(())
}

/// What works with a backup that was opened into a directory, before anybody is served. The database is
/// brought up to date, and the keys are compared with it.
pub(crate) async fn start_restored(directory: &Path) -> anyhow::Result<ControlPlane> {
    let store = Store::open(&directory.join(DATABASE)).await?;
    let config = PlaneConfig {
        keys_directory: keys_directory(directory)?,
        key_ring_file: None,
        shared_token: None,
        trusted_upstreams: Vec::new(),
        trusted_webhooks: Vec::new(),
        providers: Vec::new(),
        stale_after: Duration::ZERO,
        job_limits: JobLimits::default(),
        job_retention: None,
        audit_retention: None,
        mirrors: control::copies::Settings {
            directory: directory.join("mirror"),
            quota_bytes: 0,
            free_bytes: host::facts::free_disk_bytes,
        },
    };
    let (clock, rng) = (Arc::new(SystemClock::start()), Arc::new(SystemRng::default()));
    Ok(ControlPlane::start(store, clock, rng, config).await?)
}

fn keys_directory(data_directory: &Path) -> anyhow::Result<PathBuf> {
    let keys = data_directory.join("keys");
    host::private::directory(&keys)?;
    Ok(keys)
}
