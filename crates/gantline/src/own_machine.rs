//! The server's own computer as a machine: a daemon in the same process, over the same link
//! messages as a remote one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use control::ControlPlane;
use control::own_machine::{OwnMachine, machine_adopt};
use daemon::{
    ConnectError, Connected, Connector, Daemon, DaemonSettings, LocalPolicy, MachineConfig,
    MachineIdentity, Reach, Way,
};
use host::{SystemClock, SystemRng};
use model::machine::{Carrier, MachineFacts};
use tokio_util::task::TaskTracker;

use crate::commands;
use crate::serving::Server;

/// What is said of the server's own computer.
pub(crate) struct OwnMachineConfig {
    /// The machine's directory.
    pub directory: PathBuf,
    /// Directories in which sessions may run.
    pub workspaces: Vec<PathBuf>,
    /// Agents besides those that everybody knows.
    pub agents: Vec<Arc<dyn agents::Adapter>>,
}

/// Makes this computer a machine of the server, and starts its daemon.
pub(crate) async fn start(server: &Server, config: OwnMachineConfig) -> anyhow::Result<Daemon> {
    let plane = &server.app.plane;
    let identity = identity(&config.directory)?;
    let machine_config = adopt(plane, &config.directory, &identity, server).await?;
    // Whoever starts it is there to read what is wrong with it.
    LocalPolicy::read(&config.directory)?;
    let mut agents = daemon::custom_agents(&config.directory)?;
    agents.extend(config.agents);
    let settings = DaemonSettings {
        directory: config.directory,
        identity,
        reach: Reach { workspaces: Some(config.workspaces), no_tunnel: false },
        connector: Arc::new(InProcess {
            plane: plane.clone(),
            links: server.app.tasks.clone(),
            server_url: machine_config.server_url.clone(),
        }),
        config: machine_config,
        agents,
        variables: std::env::vars_os().collect(),
        program: commands::contain::own_program()?,
        version: contract::VERSION.to_owned(),
        // This program is the server.
        updates: None,
        clock: Arc::new(SystemClock::start()),
        rng: Arc::new(SystemRng::default()),
    };
    Daemon::start(settings).await.context("start this computer's daemon")
}

/// The key pair of the last time, or a new one.
fn identity(directory: &Path) -> anyhow::Result<MachineIdentity> {
    host::private::directory(directory)?;
    match MachineIdentity::read(directory) {
        Ok(identity) => Ok(identity),
        Err(daemon::identity::IdentityError::Missing(_)) => {
            Ok(MachineIdentity::create(directory, &SystemRng::default())?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn adopt(
    plane: &ControlPlane,
    directory: &Path,
    identity: &MachineIdentity,
    server: &Server,
) -> anyhow::Result<MachineConfig> {
    let known = match MachineConfig::read(directory) {
        Ok(config) => Some(config),
        Err(daemon::config::ConfigError::NotEnrolled(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let hostname = host::facts::facts().hostname;
    let own = OwnMachine {
        known: known.as_ref().map(|config| config.machine_id),
        public_key: identity.public_key(),
        next_public_key: MachineIdentity::read_next(directory)?.map(|next| next.public_key()),
        name: hostname.clone(),
        facts: MachineFacts { hostname, ..MachineFacts::default() },
    };
    let machine = machine_adopt(plane, own).await?;
    let config = MachineConfig {
        server_keys: vec![hex::encode(plane.identity.public_key())],
        shell: known.and_then(|config| config.shell),
        ..MachineConfig::new(server.loopback_url.clone(), machine.id, machine.name)
    };
    config.write(directory)?;
    Ok(config)
}

/// Reaches the server through the memory of this process.
struct InProcess {
    plane: Arc<ControlPlane>,
    links: TaskTracker,
    server_url: String,
}

#[async_trait]
impl Connector for InProcess {
    async fn connect(&self) -> Result<Connected, ConnectError> {
        let (ours, theirs) = transport::pipe();
        let plane = self.plane.clone();
        self.links.spawn(async move { plane.relay.serve_link(theirs, Carrier::InProcess).await });
        Ok(Connected { connection: Box::new(ours), way: Way::Direct(Carrier::InProcess) })
    }

    /// There is nothing better than this.
    async fn improve(&self) -> Connected {
        std::future::pending().await
    }

    fn server_url(&self) -> String {
        self.server_url.clone()
    }
}
