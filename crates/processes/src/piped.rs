//! A child on three pipes.

use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use crate::{Grace, Marker, NotPaused, Paused, Program, SpawnError, end_tree, pause_tree};

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// A running child with its pipes. Dropping it kills the child, but only [`ChildProcess::end`]
/// is sure to end everything that the child has started. (On Windows everything ends with whoever
/// last keeps something of the session.)
#[derive(Debug)]
pub struct PipedChild {
    /// Where the child reads.
    pub stdin: ChildStdin,
    /// Where the child writes.
    pub stdout: ChildStdout,
    /// Where the child complains.
    pub stderr: ChildStderr,
    /// The process itself.
    pub process: ChildProcess,
}

/// The process behind the pipes.
#[derive(Debug)]
pub struct ChildProcess {
    child: Child,
    leader: u32,
    marker: Marker,
    _kept: system::Kept,
}

/// Starts a program, marked, with three pipes: on Unix in a process group of its own, on Windows in
/// the job of its session.
pub fn spawn_piped(program: &Program, marker: &Marker) -> Result<PipedChild, SpawnError> {
    let (mut child, kept) = system::start(program, marker, |command| {
        command
            .env_clear()
            .envs(program.environment.iter().map(|(name, value)| (name, value)))
            .envs([marker.variable()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
    })?;
    match (child.stdin.take(), child.stdout.take(), child.stderr.take(), child.id()) {
        (Some(stdin), Some(stdout), Some(stderr), Some(leader)) => Ok(PipedChild {
            stdin,
            stdout,
            stderr,
            process: ChildProcess { child, leader, marker: marker.clone(), _kept: kept },
        }),
        _ => Err(SpawnError::System {
            program: program.path.clone(),
            source: io::Error::other("the child has no pipes"),
        }),
    }
}

impl ChildProcess {
    /// The leader's process id.
    pub const fn id(&self) -> u32 {
        self.leader
    }

    /// Waits for the leader to end. Others of its tree may live on; see [`Self::end`].
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Lets nothing of the whole tree run.
    pub async fn pause(&self) -> Result<Paused, NotPaused> {
        pause_tree(&self.marker, Some(self.leader)).await
    }

    /// Ends the whole tree and answers how the leader ended.
    pub async fn end(&mut self, grace: Grace) -> io::Result<ExitStatus> {
        let leader = self.leader;
        let marker = self.marker.clone();
        // The leader must be reaped while the tree is being ended, or it would stay visible as a
        // zombie and count as a survivor.
        let (status, ()) = tokio::join!(self.child.wait(), end_tree(&marker, Some(leader), grace));
        status
    }
}
