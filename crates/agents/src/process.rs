//! A running agent: its process tree and the connection to it.

use std::pin::Pin;
use std::process::ExitStatus;
use std::time::Duration;

use conversation::AgentExit;
use processes::{Grace, Marker, NotPaused, Paused, SpawnError, piped, spawn_piped};
use tokio::time::Sleep;

use crate::acp::complaint::Complaint;
use crate::acp::{Connection, Limits, Message, Peer, connect};
use crate::launch::SeedError;
use crate::{ChatLaunch, Launch};

/// How long an agent whose input is closed has to end by itself.
const EOF_GRACE: Duration = Duration::from_secs(3);

/// How long output is still read after the agent has ended: its children may hold the pipe open.
const DRAIN_FOR: Duration = Duration::from_millis(500);

/// An agent could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The files it needs could not be written.
    #[error("prepare the agent's private directory")]
    Seed(#[from] SeedError),
    /// Its program could not be started.
    #[error(transparent)]
    Spawn(#[from] SpawnError),
}

impl StartError {
    /// What to do about it, for people; empty where nothing is known.
    pub fn hint(&self) -> String {
        match self {
            Self::Spawn(SpawnError::NoProgram(path)) => format!("install {}", name(path)),
            Self::Spawn(SpawnError::NoDirectory(path)) => format!("create {}", path.display()),
            Self::Spawn(SpawnError::System { .. }) | Self::Seed(_) => String::new(),
        }
    }
}

fn name(path: &std::path::Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into())
}

/// A running agent. It must be ended by [`Agent::stop`] or [`Agent::kill`], or be listened to
/// until [`Event::Exited`]; dropping it kills only its first process.
#[derive(Debug)]
pub struct Agent {
    connection: Connection,
    process: piped::ChildProcess,
    stage: Stage,
    ends_on_eof: bool,
}

#[derive(Debug)]
enum Stage {
    /// The process runs and speaks.
    Running,
    /// The process has ended; what it wrote last is still read.
    Draining { until: Pin<Box<Sleep>> },
    /// Nothing is read any more; what it has started is ended.
    Ending { grace: Grace, why: String },
    /// Nothing is left of it.
    Gone(AgentExit),
}

/// What happens with an agent.
#[derive(Debug)]
pub enum Event {
    /// It says something.
    Message(Message),
    /// It has ended, with everything it had started. This is the last event.
    Exited(AgentExit),
}

/// Makes ready what an agent needs, and looks whether it can be started at all. Whoever starts it
/// says what is left to say.
pub fn prepare(launch: &Launch) -> Result<(), StartError> {
    launch.seed()?;
    let program = &launch.program;
    if !program.directory.is_dir() {
        return Err(SpawnError::NoDirectory(program.directory.clone()).into());
    }
    if !program.executable().is_file() {
        return Err(SpawnError::NoProgram(program.path.clone()).into());
    }
    Ok(())
}

/// Starts an agent: writes the files it needs, spawns it and connects to it. The marker is how
/// the processes of its session are recognised.
pub fn start(chat: &ChatLaunch, marker: &Marker, limits: Limits) -> Result<Agent, StartError> {
    chat.launch.seed()?;
    let child = spawn_piped(&chat.launch.program, marker)?;
    let connection = connect(child.stdin, child.stdout, child.stderr, limits);
    let ends_on_eof = chat.ends_on_eof;
    Ok(Agent { connection, process: child.process, stage: Stage::Running, ends_on_eof })
}

impl Agent {
    /// To speak with it.
    pub fn peer(&self) -> Peer {
        self.connection.peer.clone()
    }

    /// Its first process.
    pub const fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// What it has complained so far, or rather the end of it.
    pub fn complaint(&self) -> Complaint {
        self.connection.complaint.clone()
    }

    /// The next thing that happens. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Event {
        loop {
            match &mut self.stage {
                Stage::Running => {
                    if let Some(message) = self.listen().await {
                        return Event::Message(message);
                    }
                }
                Stage::Draining { until } => {
                    let message = tokio::select! {
                        biased;
                        message = self.connection.incoming.next() => message,
                        () = until => None,
                    };
                    if let Some(message) = message {
                        return Event::Message(message);
                    }
                    self.stage = Stage::Ending { grace: Grace::default(), why: String::new() };
                }
                Stage::Ending { .. } => self.end().await,
                Stage::Gone(exit) => return Event::Exited(exit.clone()),
            }
        }
    }

    /// Listens until there is a message; `None` when the stage has changed.
    async fn listen(&mut self) -> Option<Message> {
        let has_exited = tokio::select! {
            biased;
            message = self.connection.incoming.next() => match message {
                Some(message) => return Some(message),
                None => false,
            },
            _ = self.process.wait() => true,
        };
        self.stage = if has_exited {
            Stage::Draining { until: Box::pin(tokio::time::sleep(DRAIN_FOR)) }
        } else {
            // An agent that says nothing any more is of no use, whether it runs on or not.
            let why = self.connection.incoming.ended().await.for_people();
            Stage::Ending { grace: Grace::default(), why }
        };
        None
    }

    /// Lets nothing of it and of what it has started run.
    pub async fn pause(&self) -> Result<Paused, NotPaused> {
        self.process.pause().await
    }

    /// Ends it politely: closes its input, and after a while signals its whole tree. What it still
    /// says is not heard.
    pub async fn stop(&mut self) -> AgentExit {
        if matches!(self.stage, Stage::Running) {
            self.connection.close_input();
            if self.ends_on_eof {
                // Whether it ended or not, its tree is ended next.
                let _ = tokio::time::timeout(EOF_GRACE, self.gone_quiet()).await;
            }
        }
        self.finish(Grace::default()).await
    }

    /// Ends it and everything it has started at once.
    pub async fn kill(&mut self) -> AgentExit {
        self.finish(Grace::NONE).await
    }

    async fn finish(&mut self, grace: Grace) -> AgentExit {
        if !matches!(self.stage, Stage::Gone(_)) {
            self.stage = Stage::Ending { grace, why: String::new() };
        }
        loop {
            match &self.stage {
                Stage::Gone(exit) => return exit.clone(),
                _ => self.end().await,
            }
        }
    }

    /// Discards what it says until it ends: an agent that waits for somebody to read cannot end.
    async fn gone_quiet(&mut self) {
        loop {
            tokio::select! {
                message = self.connection.incoming.next() => if message.is_none() {
                    let _ = self.process.wait().await;
                    return;
                },
                _ = self.process.wait() => return,
            }
        }
    }

    async fn end(&mut self) {
        let Stage::Ending { grace, why } = &self.stage else { return };
        self.connection.close_input();
        let mut words = describe(self.process.end(*grace).await.ok());
        if !why.is_empty() {
            words = format!("{words}; {why}");
        }
        // What it complained last is on its way; a full queue of messages may keep us from it.
        let _ = tokio::time::timeout(DRAIN_FOR, self.connection.finished()).await;
        let complaint = self.connection.complaint.text();
        self.stage = Stage::Gone(AgentExit { status: words, complaint });
    }
}

fn describe(status: Option<ExitStatus>) -> String {
    let Some(status) = status else { return "its end is not known".to_owned() };
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("signal {signal}");
    }
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
