//! A program on a Unix pseudo-terminal.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use processes::{Grace, Marker, NotPaused, Paused, Program, SpawnError, end_tree, pause_tree};
use pty_process::{OwnedReadPty, OwnedWritePty};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::Sleep;

use crate::burst::{BURST_BYTES, Burst, Filled, is_hang_up};
use crate::input::InputQueue;
use crate::{Exit, InputError, Size};

/// How long after the program's end its terminal must be quiet before its output counts as read,
/// where a background process still holds the terminal open. The system hands output over within
/// microseconds; this is for a busy computer.
const QUIET: Duration = Duration::from_millis(100);

/// More than the system holds back for a reader. What comes after that is from somebody else.
const HELD_BACK_BYTES: usize = 4 * BURST_BYTES;

/// A running program and its terminal, owned by one task.
///
/// Dropping it kills the program, but only [`Tree::end`] ends everything that it has started.
#[derive(Debug)]
pub struct Pty {
    reader: OwnedReadPty,
    writer: OwnedWritePty,
    burst: Burst,
    /// Whether the burst holds output that nobody has got yet.
    has_burst: bool,
    input: InputQueue,
    child: Child,
    tree: Tree,
    output: Output,
    exit: Option<Exit>,
}

/// Everything that a program and its children are.
#[derive(Debug, Clone)]
pub struct Tree {
    leader: u32,
    marker: Marker,
}

/// Something that has happened on a terminal.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The program has written this.
    Output(&'a [u8]),
    /// The program's terminal has taken this many bytes of input since it began.
    Written(u64),
    /// The program has ended, and all of its output has been given. Comes again when asked again.
    Exited(Exit),
}

/// Whether output is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Read what there is.
    On,
    /// Leave it with the system; the program waits once about 64 KiB are left there. Its end is not
    /// told either.
    Held,
}

#[derive(Debug)]
enum Output {
    Open,
    /// The program has ended; what it has written is still coming.
    Draining {
        left_bytes: usize,
        quiet: Pin<Box<Sleep>>,
    },
    Ended,
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
    Ok(Pty {
        reader,
        writer,
        burst: Burst::default(),
        has_burst: false,
        input: InputQueue::default(),
        child,
        tree,
        output: Output::Open,
        exit: None,
    })
}

impl Pty {
    /// Waits for what happens next. Nothing is lost if the wait is given up.
    ///
    /// Input is only written while somebody waits here.
    pub async fn next(&mut self, reading: Reading) -> Event<'_> {
        match poll_fn(|context| self.poll_happened(context, reading)).await {
            Happened::Output => Event::Output(self.burst.bytes()),
            Happened::Written(bytes) => Event::Written(bytes),
            Happened::Exited(exit) => Event::Exited(exit),
        }
    }

    /// Takes on input for the program and answers the position after it, which
    /// [`Event::Written`] reaches when all of it is in the program's hands.
    ///
    /// At most [`crate::input::WAITING_BYTES`] wait for a program that does not read.
    pub fn push(&mut self, input: Bytes) -> Result<u64, InputError> {
        self.input.push(input)
    }

    /// Tells the program how large its window is; the system sends it SIGWINCH if that has changed.
    pub fn resize(&self, size: Size) -> io::Result<()> {
        self.writer.resize(size.into()).map_err(into_io)
    }

    /// The program and everything it has started.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Ends the program and everything it has started, gives the output that comes meanwhile to
    /// `take`, and answers how the program ended.
    pub async fn end(&mut self, grace: Grace, mut take: impl FnMut(&[u8])) -> Exit {
        let tree = self.tree.clone();
        let mut ending = pin!(tree.end(grace));
        let mut is_ended = false;
        loop {
            tokio::select! {
                () = &mut ending, if !is_ended => is_ended = true,
                event = self.next(Reading::On) => match event {
                    Event::Output(bytes) => take(bytes),
                    Event::Written(_) => {}
                    Event::Exited(exit) if is_ended => return exit,
                    Event::Exited(_) => {
                        ending.as_mut().await;
                        is_ended = true;
                    }
                },
            }
        }
    }

    /// The end and the output are looked at before input is written: a terminal that has hung up
    /// looks writable for ever and takes nothing.
    fn poll_happened(&mut self, context: &mut Context<'_>, reading: Reading) -> Poll<Happened> {
        self.poll_exit(context);
        if reading == Reading::On {
            self.poll_output(context);
        }
        self.poll_input(context);
        if let Some(written) = self.input.take_news() {
            return Poll::Ready(Happened::Written(written));
        }
        if reading == Reading::Held {
            return Poll::Pending;
        }
        if std::mem::take(&mut self.has_burst) {
            return Poll::Ready(Happened::Output);
        }
        match (&self.output, self.exit) {
            (Output::Ended, Some(exit)) => Poll::Ready(Happened::Exited(exit)),
            _ => Poll::Pending,
        }
    }

    fn poll_input(&mut self, context: &mut Context<'_>) {
        if let Err(error) = self.input.poll_write(Pin::new(&mut self.writer), context) {
            if !is_hang_up(&error) {
                tracing::warn!(%error, "a terminal takes no input any more");
            }
            self.input.close();
        }
    }

    /// Looks whether the program has ended; if so, its output is drained.
    fn poll_exit(&mut self, context: &mut Context<'_>) {
        if self.exit.is_some() {
            return;
        }
        let Poll::Ready(status) = pin!(self.child.wait()).poll(context) else { return };
        self.exit = Some(status.map_or(Exit::Unseen, Exit::from));
        self.input.close();
        if matches!(self.output, Output::Open) {
            let quiet = Box::pin(tokio::time::sleep(QUIET));
            self.output = Output::Draining { left_bytes: HELD_BACK_BYTES, quiet };
        }
    }

    /// Reads what there is; ends the output when there is none and will be none.
    fn poll_output(&mut self, context: &mut Context<'_>) {
        if self.has_burst || matches!(self.output, Output::Ended) {
            return;
        }
        match self.burst.poll_fill(&mut self.reader, context) {
            Poll::Ready(Ok(Filled::Some)) => {
                self.has_burst = true;
                self.count_drained();
            }
            Poll::Ready(Ok(Filled::End)) => self.end_output(),
            Poll::Ready(Err(error)) => {
                tracing::warn!(%error, "a terminal gives no output any more");
                self.end_output();
            }
            Poll::Pending => self.poll_quiet(context),
        }
    }

    /// A terminal that gives nothing any more has nobody at its other end.
    fn end_output(&mut self) {
        self.output = Output::Ended;
        self.input.close();
    }

    fn count_drained(&mut self) {
        let Output::Draining { left_bytes, .. } = &mut self.output else { return };
        let left_bytes = left_bytes.saturating_sub(self.burst.bytes().len());
        self.output = if left_bytes == 0 {
            Output::Ended
        } else {
            Output::Draining { left_bytes, quiet: Box::pin(tokio::time::sleep(QUIET)) }
        };
    }

    fn poll_quiet(&mut self, context: &mut Context<'_>) {
        if let Output::Draining { quiet, .. } = &mut self.output
            && quiet.as_mut().poll(context).is_ready()
        {
            self.output = Output::Ended;
        }
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

enum Happened {
    Output,
    Written(u64),
    Exited(Exit),
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
