//! What the doors work with.

use std::net::IpAddr;
use std::sync::Arc;

use control::ControlPlane;
use gateway::Gateway;
use http::Uri;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::polling::Desk;

use crate::programs::Programs;

/// Machines that may be linked by long-poll at a time: as many as connections may be open.
const MAX_POLLS: usize = 16_000;

/// How the doors are set up.
#[derive(Debug, Clone, Default)]
pub struct ApiConfig {
    /// The address under which people reach this server, if it is another one than it listens on.
    pub public_url: Option<Uri>,
    /// Further host names under which it may be addressed.
    pub allowed_hosts: Vec<String>,
    /// Proxies in front of it, whose word about where a request came from is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether its own connections are encrypted.
    pub tls: bool,
    /// The program, for computers that are to become machines.
    pub programs: Arc<Programs>,
}

/// What the doors work with. Shared by all requests.
#[derive(Debug, Clone)]
pub struct App {
    /// The use cases.
    pub plane: Arc<ControlPlane>,
    /// The way of agents to models.
    pub gateway: Gateway,
    /// How the doors are set up.
    pub config: Arc<ApiConfig>,
    /// The large requests that are being read, see [`crate::body::ImportBody`].
    pub import_places: Arc<Semaphore>,
    /// The links of machines that come by long-poll.
    pub polls: Desk,
    /// Tasks that outlive the request that began them: open WebSockets, and links.
    pub tasks: TaskTracker,
    /// Cancelled when the server is about to stop.
    pub stopping: CancellationToken,
}

/// Nobody is linked by long-poll yet.
pub fn polls() -> Desk {
    Desk::new(MAX_POLLS)
}
