//! Starting a holder.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use processes::{Marker, Program};
use terminal::Size;
use tokio::process::Command;

use crate::agent::HeldAgent;
use crate::held::{AttachError, Held, Standing};
use crate::local::{self, Bound, Stream};
use crate::place::Place;
use crate::protocol::{Request, Start, StartAgent, VERSION};

/// The command of our own program that holds a terminal: [`crate::keep`].
pub const COMMAND: &str = "hold";

/// How long a holder may take to start the program.
const STARTED_WITHIN: Duration = Duration::from_secs(20);

/// What a terminal is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starting {
    /// Our own program, which has the command [`COMMAND`].
    pub holder: PathBuf,
    /// The holder's environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The mark that everything carries that runs in the terminal.
    pub marker: Marker,
    /// The size of the window.
    pub size: Size,
    /// How long the holder waits for a daemon before it ends everything.
    pub alone_for: Duration,
    /// What runs in the terminal.
    pub program: Program,
}

/// A terminal could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is a holder for the session already, or what is left of one.
    #[error("the session has a holder already")]
    Taken,
    /// The system refused.
    #[error("start the holder of a terminal")]
    System(#[from] io::Error),
    /// The holder was started and said no, or nothing.
    #[error(transparent)]
    Attach(AttachError),
}

/// Starts a holder, and the program in it. Whatever becomes of this process, the holder goes on.
pub async fn start(
    place: &Place,
    session: &str,
    starting: Starting,
) -> Result<(Held, Standing), StartError> {
    let bound = place.listen(session).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::Taken,
        _ => error.into(),
    })?;
    let begun = begin(place, session, bound, starting).await;
    if begun.is_err() {
        // A holder that goes on after all finds nobody, and ends by itself.
        let _ = place.remove(session);
    }
    begun
}

async fn begin(
    place: &Place,
    session: &str,
    bound: Bound,
    starting: Starting,
) -> Result<(Held, Standing), StartError> {
    let stream = spawn(place, session, bound, &starting.holder, starting.environment).await?;
    let start = Start {
        version: VERSION,
        marker: starting.marker.value().to_owned(),
        size: starting.size,
        alone_for: starting.alone_for,
        socket: place.socket(session),
        program: starting.program,
    };
    answered(Held::open(stream, Request::Start(Box::new(start)))).await
}

/// What an agent is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStarting {
    /// Our own program, which has the command [`COMMAND`].
    pub holder: PathBuf,
    /// The holder's environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The mark that everything carries that the agent starts.
    pub marker: Marker,
    /// How long the holder waits for a daemon before it ends everything.
    pub alone_for: Duration,
    /// Whether it ends by itself when its input is closed.
    pub ends_on_eof: bool,
    /// The agent.
    pub program: Program,
}

/// Starts a holder, and the agent in it. Whatever becomes of this process, the holder goes on.
pub async fn start_agent(
    place: &Place,
    session: &str,
    starting: AgentStarting,
) -> Result<HeldAgent, StartError> {
    let bound = place.listen(session).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::Taken,
        _ => error.into(),
    })?;
    let begun = begin_agent(place, session, bound, starting).await;
    if begun.is_err() {
        let _ = place.remove(session);
    }
    begun
}

async fn begin_agent(
    place: &Place,
    session: &str,
    bound: Bound,
    starting: AgentStarting,
) -> Result<HeldAgent, StartError> {
    let stream = spawn(place, session, bound, &starting.holder, starting.environment).await?;
    let start = StartAgent {
        version: VERSION,
        marker: starting.marker.value().to_owned(),
        alone_for: starting.alone_for,
        socket: place.socket(session),
        ends_on_eof: starting.ends_on_eof,
        program: starting.program,
    };
    let opening = HeldAgent::open(stream, Request::StartAgent(Box::new(start)));
    answered(opening).await.map(|(held, _)| held)
}

/// What a holder answers in time.
async fn answered<T>(
    opening: impl Future<Output = Result<T, AttachError>>,
) -> Result<T, StartError> {
    match tokio::time::timeout(STARTED_WITHIN, opening).await {
        Ok(opened) => opened.map_err(StartError::Attach),
        Err(_) => Err(StartError::Attach(AttachError::Silent)),
    }
}

/// Starts the process, and connects with it.
async fn spawn(
    place: &Place,
    session: &str,
    bound: Bound,
    holder: &Path,
    environment: Vec<(OsString, OsString)>,
) -> Result<Stream, StartError> {
    // It is heard as soon as the holder listens.
    let stream = place.connect(session).await?;
    let mut command = Command::new(holder);
    command
        .args([COMMAND, session])
        .env_clear()
        .envs(environment)
        .stdin(bound.into_stdio())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(false);
    // The other end of the connection is in the holder alone then.
    local::spawn(command, &place.socket(session))?;
    Ok(stream)
}
