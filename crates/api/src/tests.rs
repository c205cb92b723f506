//! What the tests of parts of the doors stand on.

use std::sync::Arc;
use std::time::Duration;

use control::{ControlPlane, PlaneConfig};
use gateway::{Gateway, Limits, Settings};
use host::{SystemClock, SystemRng};
use store::Store;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{ApiConfig, App};

/// What the doors of a server work with that nobody has set up yet, and where its files are.
pub(crate) async fn app() -> (App, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let keys_directory = directory.path().join("keys");
    host::private::directory(&keys_directory).unwrap();
    let store = Store::open(&directory.path().join("gantline.db")).await.unwrap();
    let (clock, rng) = (Arc::new(SystemClock::start()), Arc::new(SystemRng::default()));
    let config = PlaneConfig {
        keys_directory,
        key_ring_file: None,
        shared_token: None,
        trusted_upstreams: Vec::new(),
        trusted_webhooks: Vec::new(),
        providers: Vec::new(),
        stale_after: Duration::from_secs(90),
        job_limits: control::jobs::JobLimits::default(),
        job_retention: Some(Duration::from_hours(24)),
        audit_retention: Some(Duration::from_hours(24)),
        mirrors: mirror::Settings {
            directory: directory.path().join("mirror"),
            quota_bytes: 1_000_000,
            free_bytes: |_| u64::MAX,
        },
    };
    let plane = ControlPlane::start(store, clock.clone(), rng.clone(), config).await.unwrap();
    let gateway = Gateway::new(Settings {
        store: plane.store.clone(),
        bus: plane.bus.clone(),
        key_ring: plane.key_ring.clone(),
        clock,
        rng,
        trusted_upstreams: Vec::new(),
        limits: Limits::default(),
        telemetry: None,
    });
    let app = App {
        plane: Arc::new(plane),
        gateway,
        config: Arc::new(ApiConfig::default()),
        import_places: crate::body::import_places(),
        polls: crate::app::polls(),
        tasks: TaskTracker::new(),
        stopping: CancellationToken::new(),
    };
    (app, directory)
}
