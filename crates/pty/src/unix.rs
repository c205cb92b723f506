//! A program on a Unix pseudo-terminal.

use std::io;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use processes::{Grace, Marker, NotPaused, Paused, Program, SpawnError, end_tree, pause_tree};
use pty_process::{OwnedReadPty, OwnedWritePty};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use crate::burst::BURST_BYTES;
use crate::{Exit, Pty, Size};

/// How long after the program's end its terminal must be quiet before its output counts as read,
/// where a background process still holds the terminal open. The system hands output over within
/// microseconds; this is for a busy computer.
pub(crate) const QUIET: Duration = Duration::from_millis(100);

/// More than the system holds back for a reader. What comes after that is from somebody else.
pub(crate) const HELD_BACK_BYTES: usize = 4 * BURST_BYTES;

/// A pseudo-terminal with the program that leads its session. Dropping it kills the program.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) reader: OwnedReadPty,
    pub(crate) writer: OwnedWritePty,
    child: Child,
    tree: Tree,
}

/// Everything that a program and its children are.
#[derive(Debug, Clone)]
pub struct Tree {
    leader: u32,
    marker: Marker,
}

/// Starts a program as the leader of a session of its own, on a new terminal of this size, with
/// exactly the environment it is given and the marker.
///
/// The environment says what the terminal can do: `TERM=xterm-256color` and `COLORTERM=truecolor`.
pub fn spawn(program: &Program, marker: &Marker, size: Size) -> Result<Pty, SpawnError> {
    processes::signals::heard_in_children();
    let system = |source| SpawnError::System { program: program.path.clone(), source };
    let (pty, pts) = pty_process::open().map_err(into_io).map_err(system)?;
    pty.resize(size.into()).map_err(into_io).map_err(system)?;
    let command = pty_process::Command::new(program.executable())
        .args(&program.arguments)
        .env_clear()
        .envs(program.environment.iter().map(|(name, value)| (name, value)))
        .envs([marker.variable()])
        .current_dir(&program.directory)
        .kill_on_drop(true);
    let child = command.spawn(pts).map_err(|error| SpawnError::from_io(program, into_io(error)))?;
    let gone = || system(io::Error::other("the program has no process id"));
    let tree = Tree { leader: child.id().ok_or_else(gone)?, marker: marker.clone() };
    let (reader, writer) = pty.into_split();
    Ok(Pty::new(Terminal { reader, writer, child, tree }))
}

impl Terminal {
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(crate) fn resize(&self, size: Size) -> io::Result<()> {
        self.writer.resize(size.into()).map_err(into_io)
    }

    /// How the program has ended, once it has.
    pub(crate) fn poll_exit(&mut self, context: &mut Context<'_>) -> Poll<Exit> {
        let status = pin!(self.child.wait()).poll(context);
        status.map(|status| status.map_or(Exit::Unseen, Exit::from))
    }
}

impl Tree {
    /// The program's process id, which is also its session and, at first, its process group.
    pub fn leader(&self) -> u32 {
        self.leader
    }

    /// Asks every process of the tree to terminate, then kills those that are left, and comes back
    /// when nobody is. The terminal's owner goes on asking for events meanwhile, so that a process
    /// that writes its last words is not held up.
    pub async fn end(&self, grace: Grace) {
        if cfg!(feature = "mutant-leader-only") {
            let leader = i32::try_from(self.leader).ok().and_then(Pid::from_raw);
            let _ = leader.map(|leader| kill_process(leader, Signal::KILL));
            return;
        }
        end_tree(&self.marker, Some(self.leader), grace).await;
    }

    /// Lets nothing of the tree run. The terminal itself goes on: what was written before is read,
    /// and input waits.
    pub async fn pause(&self) -> Result<Paused, NotPaused> {
        pause_tree(&self.marker, Some(self.leader)).await
    }
}

/// Linux says so when the last process has let go of the terminal.
pub(crate) fn is_hang_up(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::IO.raw_os_error())
}

impl From<Size> for pty_process::Size {
    fn from(size: Size) -> Self {
        Self::new(size.rows, size.columns)
    }
}

fn into_io(error: pty_process::Error) -> io::Error {
    match error {
        pty_process::Error::Io(error) => error,
        pty_process::Error::Rustix(errno) => errno.into(),
        other => io::Error::other(other.to_string()),
    }
}
