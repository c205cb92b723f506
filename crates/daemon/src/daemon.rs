//! Everything put together.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use agents::Adapter;
use journal::{JournalError, Limits, OpenError, Opened};
use link::Backoff;
use model::agent::InstalledAgent;
use model::{Clock, Rng};
use repositories::Git;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admission::{Admission, Reach};
use crate::config::MachineConfig;
use crate::connector::Connector;
use crate::containment::Holder;
use crate::context::Context;
use crate::holders::Holders;
use crate::identity::{IdentityError, MachineIdentity, server_pins};
use crate::shelf::{Shelf, search_path};
use crate::shell::users_shell;
use crate::supervisor::Supervisor;
use crate::updating::offers::{self, Updates};
use crate::uplink::{Keeper, Proving, Uplink};
use crate::{describe, halting, mirror, recovery, status, token_renewal};

pub use crate::uplink::keeping::LinkStatus;

/// How long sessions may take to end when the daemon stops. Their own limits are tighter.
const SESSIONS_END_WITHIN: Duration = Duration::from_millis(3_500);

/// How often transcripts are made to survive a power cut.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// What a daemon works with.
pub struct DaemonSettings {
    /// The machine's directory.
    pub directory: PathBuf,
    /// Where the server is, and who this machine is there.
    pub config: MachineConfig,
    /// What proves it.
    pub identity: MachineIdentity,
    /// What is said of the machine beside what its owner has written.
    pub reach: Reach,
    /// How the server is reached.
    pub connector: Arc<dyn Connector>,
    /// Agents besides those that everybody knows.
    pub agents: Vec<Arc<dyn Adapter>>,
    /// The environment of this process; a part of it is handed on to agents and shells.
    pub variables: Vec<(OsString, OsString)>,
    /// This program, which has the commands [`processes::containment::COMMAND`] and
    /// [`holder::starting::COMMAND`].
    pub program: PathBuf,
    /// Release of this program.
    pub version: String,
    /// How newer ones are taken; `None` where whoever installs the program does that.
    pub updates: Option<Updates>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
}

/// What becomes of the terminals of a daemon that stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminals {
    /// They end, as everything else does: somebody wants nothing left.
    End,
    /// They go on without a daemon, and wait for the next one.
    Leave,
}

/// A daemon cannot start, or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The journal cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The journal cannot be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The daemon had to stop, because what it promises can no longer be kept.
    #[error("the daemon had to stop: {0}")]
    Stopped(String),
}

/// A running daemon. It must be stopped with [`Daemon::run_until`].
pub struct Daemon {
    context: Arc<Context>,
    writer: journal::Writer,
    keeping: JoinHandle<()>,
    closing: CancellationToken,
    status: watch::Receiver<LinkStatus>,
}

impl Daemon {
    /// Opens the journal, ends what an earlier life has left running, takes sessions up again, and
    /// begins to connect.
    pub async fn start(settings: DaemonSettings) -> Result<Self, DaemonError> {
        let pins = server_pins(&settings.config)?;
        let Opened { journal, writer, recovered } = open_journal(&settings.directory).await?;
        let (uplink, queues) = Uplink::new();
        let proving = Proving::new(settings.directory.clone(), settings.identity.key());
        let connector = settings.connector.clone();
        let config = settings.config.clone();
        let context = Arc::new(context(settings, journal, uplink));
        let supervisor = Arc::new(Supervisor::new(context.clone()));
        let received_commands = recovered.received_commands;
        recovery::recover(&supervisor, recovered).await?;
        let closing = CancellationToken::new();
        let (status, seen_status) = watch::channel(LinkStatus::default());
        let keeper = Keeper {
            context: context.clone(),
            supervisor: supervisor.clone(),
            connector,
            config: config.clone(),
            proving,
            pins,
            queues,
            received_commands,
            status,
            closing: closing.clone(),
            backoff: Backoff::default(),
        };
        let keeping = tokio::spawn(keeper.keep());
        spawn_chores(&context, &supervisor, &seen_status);
        let chores = context.clone();
        context.tasks.spawn(async move { mirror::keep_mirrored(&chores, &config).await });
        Ok(Self { context, writer, keeping, closing, status: seen_status })
    }

    /// Where the link stands, now and whenever it changes.
    pub fn link_status(&self) -> watch::Receiver<LinkStatus> {
        self.status.clone()
    }

    /// The agents that this machine knows, once they were looked for; `None` if it stops before.
    pub fn agents(&self) -> impl Future<Output = Option<Vec<InstalledAgent>>> + use<> {
        let context = self.context.clone();
        async move {
            tokio::select! {
                () = context.stopping.cancelled() => None,
                agents = context.shelf.first_found() => agents,
            }
        }
    }

    /// Waits until it is to stop or has to, and stops within five seconds: ends every process but
    /// those of terminals that are left to the next one, tells the server, closes the journal.
    pub async fn run_until(self, stop: impl Future<Output = Terminals>) -> Result<(), DaemonError> {
        tokio::select! {
            terminals = stop => {
                self.context.ends_terminals.store(terminals == Terminals::End, Ordering::Relaxed);
            }
            () = self.context.stopping.cancelled() => {}
        }
        self.context.stopping.cancel();
        self.context.tasks.close();
        if tokio::time::timeout(SESSIONS_END_WITHIN, self.context.tasks.wait()).await.is_err() {
            tracing::error!("sessions did not end in time");
        }
        self.closing.cancel();
        if self.keeping.await.is_err() {
            tracing::error!("the link's task has panicked");
        }
        status::remove(&self.context.directory);
        let closed = self.writer.close().await;
        match self.context.failure.get() {
            Some(reason) => Err(DaemonError::Stopped(reason.clone())),
            None => Ok(closed?),
        }
    }
}

async fn open_journal(directory: &std::path::Path) -> Result<Opened, DaemonError> {
    let path = directory.join("journal");
    match tokio::task::spawn_blocking(move || journal::open(&path, Limits::default())).await {
        Ok(opened) => Ok(opened?),
        Err(_) => Err(DaemonError::Stopped("the journal could not be opened".to_owned())),
    }
}

fn context(settings: DaemonSettings, journal: journal::Journal, uplink: Uplink) -> Context {
    let search = search_path(&settings.directory, &settings.variables);
    let shell = settings.config.shell.unwrap_or_else(|| users_shell(&settings.variables));
    let git = Git::new(settings.variables.clone(), settings.directory.join("repositories"));
    Context {
        admission: Admission::new(&settings.directory, settings.reach),
        clock: settings.clock,
        rng: settings.rng,
        ends_terminals: AtomicBool::new(false),
        shelf: Shelf::new(settings.agents, search),
        journal,
        uplink,
        server_url: settings.connector.server_url(),
        variables: settings.variables,
        git,
        shell,
        holders: Holders::new(&settings.directory, settings.program.clone()),
        holder: Holder::new(settings.program),
        version: settings.version,
        updates: settings.updates.map(Arc::new),
        server_ahead_ms: AtomicI64::new(0),
        looked: Notify::new(),
        tasks: TaskTracker::new(),
        stopping: CancellationToken::new(),
        failure: OnceLock::new(),
        directory: settings.directory,
    }
}

/// What happens beside the sessions.
fn spawn_chores(
    context: &Arc<Context>,
    supervisor: &Arc<Supervisor>,
    status: &watch::Receiver<LinkStatus>,
) {
    let chores = context.clone();
    context.tasks.spawn(async move { describe::keep_described(&chores).await });
    let chores = supervisor.clone();
    context.tasks.spawn(async move { token_renewal::keep_renewed(&chores).await });
    let chores = context.clone();
    context.tasks.spawn(async move { flush_every_second(&chores).await });
    let chores = context.clone();
    context.tasks.spawn(async move { offers::keep_told(&chores).await });
    let chores = supervisor.clone();
    context.tasks.spawn(async move { halting::keep_heeded(&chores).await });
    let (supervisor, status) = (supervisor.clone(), status.clone());
    context.tasks.spawn(async move { status::keep_written(&supervisor, status).await });
}

async fn flush_every_second(context: &Context) {
    let mut ticks = tokio::time::interval(FLUSH_EVERY);
    loop {
        tokio::select! {
            () = context.stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = context.journal.flush_all().await {
            context.note_failure(&error);
        }
    }
}
