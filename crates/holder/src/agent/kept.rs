//! What the holder of an agent keeps: the process, what it wrote, and what it is to read.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::process::ExitStatus;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use processes::piped::ChildProcess;
use processes::{Grace, Marker, Paused, SpawnError, end_tree, spawn_piped};
use terminal::Exit;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{ChildStderr, ChildStdout};
use tokio::time::Sleep;

use super::telling::{Telling, Told, over};
use crate::local::exit_of;
use crate::protocol::{MAX_COMPLAINT_BYTES, StartAgent, Step};
use crate::redaction::Redactor;

/// How much output is kept, in bytes. The longest line that a daemon takes fits in.
const KEPT_BYTES: usize = 17 * 1024 * 1024;

/// How much is read at once, in bytes.
const READ_BYTES: usize = 64 * 1024;

/// How much output is read at the most after the end, in bytes: whoever holds the pipe open may go on
/// for ever.
const LAST_BYTES: usize = 1024 * 1024;

/// How long an agent whose input is closed has to end by itself.
const EOF_GRACE: Duration = Duration::from_secs(3);

/// How long output is still read after the agent has ended: its children may hold the pipe open.
const DRAIN_FOR: Duration = Duration::from_millis(500);

/// An agent with its pipes.
pub(crate) struct Kept {
    stage: Stage,
    marker: Marker,
    leader: u32,
    ends_on_eof: bool,
    telling: Telling,
    output: Option<ChildStdout>,
    errors: Option<ChildStderr>,
    /// Output that no daemon has dealt with.
    unread: BytesMut,
    /// Where it begins.
    consumed: u64,
    complaint: VecDeque<u8>,
    /// What is taken out of what it writes, and of what it complains.
    redactors: [Redactor; 2],
    /// Whether nobody wants to hear what it still says.
    is_unheard: bool,
    standing: Option<Paused>,
    step: u64,
    is_kept: bool,
    state: Bytes,
    /// What the agent is told when the step is kept.
    armed: Vec<Bytes>,
}

enum Stage {
    /// It runs; until then, where it was asked to end.
    Running(ChildProcess, Option<Pin<Box<Sleep>>>),
    /// It has ended; what it wrote last is still read.
    Draining(ChildProcess, Pin<Box<Sleep>>),
    /// It is ended with what it has started.
    Ending(ChildProcess, Pin<Box<dyn Future<Output = ()> + Send>>),
    /// Nothing is left of what it has started.
    Reaping(ChildProcess),
    /// Nothing is left of it.
    Gone(Exit),
}

/// What the process has come to.
enum Turn {
    Output(io::Result<usize>),
    Complained(io::Result<usize>),
    Told(Told),
    Exited,
    TimeOver,
    NothingLeft,
    Ended(io::Result<ExitStatus>),
}

impl Kept {
    /// Starts the agent.
    pub(crate) fn start(start: &StartAgent) -> Result<Self, SpawnError> {
        let marker = Marker::new(&start.marker);
        let child = spawn_piped(&start.program, &marker)?;
        Ok(Self {
            leader: child.process.id(),
            stage: Stage::Running(child.process, None),
            marker,
            ends_on_eof: start.ends_on_eof,
            telling: Telling::new(child.stdin),
            output: Some(child.stdout),
            errors: Some(child.stderr),
            unread: BytesMut::new(),
            consumed: 0,
            complaint: VecDeque::new(),
            redactors: std::array::from_fn(|_| Redactor::of(&start.program.environment)),
            is_unheard: false,
            standing: None,
            step: 0,
            is_kept: true,
            state: Bytes::new(),
            armed: Vec::new(),
        })
    }

    pub(crate) const fn leader(&self) -> u32 {
        self.leader
    }

    pub(crate) const fn is_paused(&self) -> bool {
        self.standing.is_some()
    }

    /// The last step, whether it was kept, and what it was handed on with.
    pub(crate) fn standing(&self) -> (u64, bool, Bytes) {
        (self.step, self.is_kept, self.state.clone())
    }

    /// Where the output begins that no daemon has dealt with, and where it ends.
    pub(crate) fn range(&self) -> (u64, u64) {
        (self.consumed, self.consumed + self.unread.len() as u64)
    }

    /// Output from an offset on, so many bytes at the most.
    pub(crate) fn output(&self, from: u64, most: usize) -> &[u8] {
        let start = usize::try_from(from.saturating_sub(self.consumed)).unwrap_or(usize::MAX);
        let rest = self.unread.get(start..).unwrap_or_default();
        &rest[..rest.len().min(most)]
    }

    /// How the agent ended, once nothing of it is left.
    pub(crate) const fn exit(&self) -> Option<Exit> {
        match self.stage {
            Stage::Gone(exit) => Some(exit),
            _ => None,
        }
    }

    /// The last that it wrote to its standard error.
    pub(crate) fn complaint(&self) -> Bytes {
        self.complaint.iter().copied().collect()
    }

    /// Waits for what happens next; for ever once nothing of the agent is left. Nothing is lost if
    /// the wait is given up.
    pub(crate) async fn next(&mut self) {
        match self.wait().await {
            Turn::Output(Ok(1..)) => {
                if self.is_unheard {
                    self.unread.clear();
                }
            }
            // It says nothing any more, whether it runs on or not: it is of no use.
            Turn::Output(_) => {
                self.output = None;
                match self.stage {
                    Stage::Running(..) | Stage::Draining(..) => self.end(Grace::default()),
                    Stage::Ending(..) | Stage::Reaping(_) | Stage::Gone(_) => {}
                }
            }
            Turn::Complained(Ok(1..)) => {
                let surplus = self.complaint.len().saturating_sub(MAX_COMPLAINT_BYTES);
                self.complaint.drain(..surplus);
            }
            Turn::Complained(_) => self.errors = None,
            Turn::Told(Told::Some(told)) => self.telling.told(&told),
            Turn::Told(Told::Overdue) => self.end(Grace::NONE),
            Turn::Exited => self.exited(),
            Turn::TimeOver => self.end(Grace::default()),
            Turn::NothingLeft => self.reap(),
            Turn::Ended(status) => {
                self.stage = Stage::Gone(status.map_or(Exit::Unseen, exit_of));
                self.read_what_is_left();
            }
        }
    }

    async fn wait(&mut self) -> Turn {
        let has_room = self.unread.len() < self.room();
        let Self { stage, output, errors, unread, complaint, redactors, telling, .. } = self;
        let [written, complained] = redactors;
        let is_gone = matches!(stage, Stage::Gone(_));
        let living = async {
            match stage {
                Stage::Running(process, until) => tokio::select! {
                    _ = process.wait() => Turn::Exited,
                    () = over(until.as_mut()) => Turn::TimeOver,
                },
                Stage::Draining(_, until) => {
                    until.await;
                    Turn::TimeOver
                }
                // The leader must be reaped while its tree is being ended, or it would stay visible
                // as a zombie and count as a survivor.
                Stage::Ending(process, tree) => tokio::select! {
                    () = tree => Turn::NothingLeft,
                    never = reap(process) => never,
                },
                Stage::Reaping(process) => Turn::Ended(process.wait().await),
                Stage::Gone(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            told = telling.next(), if !is_gone => Turn::Told(told),
            read = read(output.as_mut(), unread, written), if has_room && !is_gone => Turn::Output(read),
            read = complain(errors.as_mut(), complaint, complained), if !is_gone => Turn::Complained(read),
            turn = living => turn,
        }
    }

    /// How much output may be kept. The last of it is taken in whatever waits: nobody can be made to
    /// wait for it any more.
    const fn room(&self) -> usize {
        match self.stage {
            Stage::Running(..) => KEPT_BYTES,
            _ => KEPT_BYTES + LAST_BYTES,
        }
    }

    /// Takes a step of a daemon's; false where that makes no sense.
    pub(crate) fn take(&mut self, step: Step) -> bool {
        let (consumed, end) = self.range();
        let follows = self.is_kept && step.number > self.step;
        if !follows || step.consumed < consumed || (step.consumed > end && !self.is_unheard) {
            return false;
        }
        if !cfg!(feature = "mutant-heard-twice") {
            let dealt_with = usize::try_from(step.consumed - consumed).unwrap_or(usize::MAX);
            self.unread.advance(dealt_with.min(self.unread.len()));
            self.consumed = step.consumed;
        }
        self.step = step.number;
        self.state = step.state;
        self.armed = step.inputs;
        self.is_kept = false;
        true
    }

    /// What belongs to a step is in the daemon's journal. Hearing it twice changes nothing.
    pub(crate) fn keep(&mut self, number: u64) -> bool {
        if number != self.step {
            return false;
        }
        self.is_kept = true;
        self.telling.say(std::mem::take(&mut self.armed));
        true
    }

    /// Lets nothing run; answers which processes could not be stopped.
    pub(crate) async fn pause(&mut self) -> Result<(), Vec<u32>> {
        if let (Stage::Running(process, _) | Stage::Draining(process, _), None) =
            (&self.stage, &self.standing)
        {
            self.standing = Some(process.pause().await.map_err(|why| why.left)?);
        }
        Ok(())
    }

    /// Lets it go on.
    pub(crate) fn resume(&mut self) {
        if let Some(standing) = self.standing.take() {
            standing.resume();
        }
    }

    /// Closes its input when it was told everything, and ends it after a while. What it still says is
    /// not heard: an agent that waits for somebody to read cannot end.
    pub(crate) fn stop(&mut self) {
        self.hear_no_more();
        self.telling.close_when_told();
        let grace = if self.ends_on_eof { EOF_GRACE } else { Duration::ZERO };
        if let Stage::Running(_, until) = &mut self.stage {
            until.get_or_insert_with(|| Box::pin(tokio::time::sleep(grace)));
        }
    }

    /// The same without asking first.
    pub(crate) fn kill(&mut self, grace: Grace) {
        self.hear_no_more();
        self.end(grace);
    }

    fn hear_no_more(&mut self) {
        self.is_unheard = true;
        self.unread.clear();
    }

    /// Begins to end it with everything it has started. One who is at it already is hurried only by
    /// one who does not ask.
    fn end(&mut self, grace: Grace) {
        self.telling.close();
        // What stands still does not get to run again: it is killed where it stands.
        let grace = if self.standing.take().is_some() { Grace::NONE } else { grace };
        let (marker, leader) = (self.marker.clone(), self.leader);
        let tree = Box::pin(async move { end_tree(&marker, Some(leader), grace).await });
        let unknown = Stage::Gone(Exit::Unseen);
        self.stage = match std::mem::replace(&mut self.stage, unknown) {
            Stage::Running(process, _) | Stage::Draining(process, _) => {
                Stage::Ending(process, tree)
            }
            Stage::Ending(process, _) if grace == Grace::NONE => Stage::Ending(process, tree),
            later => later,
        };
    }

    fn reap(&mut self) {
        let unknown = Stage::Gone(Exit::Unseen);
        self.stage = match std::mem::replace(&mut self.stage, unknown) {
            Stage::Ending(process, _) => Stage::Reaping(process),
            other => other,
        };
    }

    fn exited(&mut self) {
        let unknown = Stage::Gone(Exit::Unseen);
        self.stage = match std::mem::replace(&mut self.stage, unknown) {
            Stage::Running(process, _) => {
                Stage::Draining(process, Box::pin(tokio::time::sleep(DRAIN_FOR)))
            }
            later => later,
        };
    }

    /// What is in the pipes when nobody can write into them any more.
    fn read_what_is_left(&mut self) {
        use futures_now::now;
        let room = self.room();
        let [written, complained] = &mut self.redactors;
        while self.output.is_some() && !self.is_unheard && self.unread.len() < room {
            match now(read(self.output.as_mut(), &mut self.unread, written)) {
                Some(Ok(1..)) => {}
                _ => self.output = None,
            }
        }
        while let Some(Ok(1..)) =
            now(complain(self.errors.as_mut(), &mut self.complaint, complained))
        {}
        let surplus = self.complaint.len().saturating_sub(MAX_COMPLAINT_BYTES);
        self.complaint.drain(..surplus);
    }
}

/// Looking at a future once.
mod futures_now {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    pub(super) fn now<T>(future: impl Future<Output = T>) -> Option<T> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }
}

/// Waits for the process to end, and then for ever.
async fn reap(process: &mut ChildProcess) -> Turn {
    // How it ended is asked for again.
    let _ = process.wait().await;
    std::future::pending().await
}

async fn read(
    from: Option<&mut (impl AsyncRead + Unpin)>,
    into: &mut BytesMut,
    redactor: &mut Redactor,
) -> io::Result<usize> {
    let Some(from) = from else { return std::future::pending().await };
    into.reserve(READ_BYTES);
    let before = into.len();
    let read = from.read_buf(into).await?;
    redactor.hide_in(&mut into[before..]);
    Ok(read)
}

async fn complain(
    from: Option<&mut (impl AsyncRead + Unpin)>,
    into: &mut VecDeque<u8>,
    redactor: &mut Redactor,
) -> io::Result<usize> {
    let Some(from) = from else { return std::future::pending().await };
    let mut bytes = [0; MAX_COMPLAINT_BYTES];
    let read = from.read(&mut bytes).await?;
    redactor.hide_in(&mut bytes[..read]);
    into.extend(&bytes[..read]);
    Ok(read)
}
