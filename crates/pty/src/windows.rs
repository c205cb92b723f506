//! A program on a Windows pseudo-console.
//!
//! The system's `conhost` stands between the program and us. It reads and writes two pipes, of which
//! our ends wait for nobody. It never says that the output is over: it is asked to leave when the
//! program has ended, writes what it still has, and only then is there an end.

mod pipe;
mod screen;
mod sys;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use processes::windows::{CommandLine, Job, environment_block, let_go_on};
use processes::{
    Grace, Marker, NotPaused, Paused, Program, SpawnError, end_tree, gone_within, pause_tree,
};
use tokio::net::windows::named_pipe::NamedPipeServer;
use tokio::sync::oneshot;

use crate::{Exit, Pty, Size};
use pipe::Narrow;
use screen::Screen;

/// How long a terminal that is being closed may say nothing. The system gives everybody who is still
/// on it five seconds to go, and ends them then.
pub(crate) const QUIET: Duration = Duration::from_secs(10);

/// More than the system holds back, even of somebody who writes until it is ended.
pub(crate) const HELD_BACK_BYTES: usize = 64 * 1024 * 1024;

/// A pseudo-console with its program. Dropping it kills the program.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) reader: NamedPipeServer,
    pub(crate) writer: Narrow<NamedPipeServer>,
    exit: oneshot::Receiver<Exit>,
    screen: Screen,
    tree: Tree,
    _process: sys::Process,
    _job: Job,
}

/// Everything that a program and its children are.
#[derive(Debug, Clone)]
pub struct Tree {
    leader: u32,
    marker: Marker,
    screen: Screen,
}

/// Starts a program on a new terminal of this size, in the job of its session, with exactly the
/// environment it is given and the marker. It hears Ctrl-C, even below a daemon that does not, which
/// does from then on.
///
/// The environment says what the terminal can do: `TERM=xterm-256color` and `COLORTERM=truecolor`.
pub fn spawn(program: &Program, marker: &Marker, size: Size) -> Result<Pty, SpawnError> {
    let line = CommandLine::of(program)?;
    let failed = |error| SpawnError::from_io(program, error);
    let environment = environment_block(program, marker).map_err(failed)?;
    start(&line, &environment, marker, size).map_err(failed)
}

fn start(line: &CommandLine, environment: &[u16], marker: &Marker, size: Size) -> io::Result<Pty> {
    sys::hear_ctrl_c()?;
    let job = Job::make(marker)?;
    let (reader, output) = pipe::from_terminal()?;
    let (writer, input) = pipe::to_terminal()?;
    let console = sys::Console::create(size, &input, &output)?;
    // It has its own by now; ours would keep the output from ever being over.
    drop((input, output));
    // Dropped, it is killed: nothing runs that is not in the job.
    let process = sys::Process::create_suspended(line, environment, &console)?;
    job.take_in(process.id())?;
    let screen = Screen::new(console);
    let exit = watch(process.ending()?, screen.clone())?;
    process.begin()?;
    let tree = Tree { leader: process.id(), marker: marker.clone(), screen: screen.clone() };
    let writer = Narrow(writer);
    Ok(Pty::new(Terminal { reader, writer, exit, screen, tree, _process: process, _job: job }))
}

/// Waits for the program's end on a thread of its own, tells of it, and then closes the terminal,
/// which waits until all output has been read or nobody wants to read it any more.
fn watch(ending: sys::Ending, screen: Screen) -> io::Result<oneshot::Receiver<Exit>> {
    let (tell, exit) = oneshot::channel();
    let wait = move || {
        let code = ending.wait();
        // Nobody wants to know where the terminal was dropped.
        let _ = tell.send(code.map_or(Exit::Unseen, |code| Exit::Code(code.cast_signed())));
        screen.close();
    };
    thread::Builder::new().name("terminal".to_owned()).stack_size(64 * 1024).spawn(wait)?;
    Ok(exit)
}

impl Terminal {
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(crate) fn resize(&self, size: Size) -> io::Result<()> {
        self.screen.resize(size)
    }

    /// How the program has ended, once it has.
    pub(crate) fn poll_exit(&mut self, context: &mut Context<'_>) -> Poll<Exit> {
        Pin::new(&mut self.exit).poll(context).map(|exit| exit.unwrap_or(Exit::Unseen))
    }
}

impl Tree {
    /// The program's process id.
    pub fn leader(&self) -> u32 {
        self.leader
    }

    /// Closes the terminal, at which the system tells everybody on it to end (`CTRL_CLOSE_EVENT`)
    /// and does not wait for long, then kills those that are left, and comes back when nobody is.
    /// The terminal's owner goes on asking for events meanwhile, so that a process that writes its
    /// last words is not held up.
    pub async fn end(&self, grace: Grace) {
        if !grace.polite.is_zero() {
            self.screen.hang_up();
            let_go_on(&self.marker);
            if gone_within(&self.marker, Some(self.leader), grace.polite).await {
                return;
            }
        }
        let grace = Grace { polite: Duration::ZERO, ..grace };
        end_tree(&self.marker, Some(self.leader), grace).await;
    }

    /// Lets nothing of the tree run. The terminal itself goes on: what was written before is read,
    /// and input waits.
    pub async fn pause(&self) -> Result<Paused, NotPaused> {
        pause_tree(&self.marker, Some(self.leader)).await
    }
}

/// The terminal is closed.
pub(crate) fn is_hang_up(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
