//! A named pipe for each session, and a file in the place that tells of it.
//!
//! The file is what the first takes, what later daemons find, and what goes first when a holder ends. It
//! tells which process the holder is. The pipe's security descriptor names the owner, who alone can
//! open it, with the system and its administrators, as every object of the owner's; from elsewhere
//! in the network nobody can. A pipe outlives no process, so its name may be anybody's when the
//! holder is gone: who connects looks whose pipe it is.

mod system;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use bytes::BytesMut;
use terminal::Exit;
use tokio::io::Interest;
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer};
use tokio::process::{Child, Command};
use tokio::signal::windows::{CtrlClose, CtrlLogoff, CtrlShutdown};
use windows_sys::Win32::Foundation::{ERROR_PIPE_BUSY, ERROR_PIPE_NOT_CONNECTED};
use windows_sys::Win32::System::Threading::{
    CREATE_BREAKAWAY_FROM_JOB, CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW,
};

use system::{Instance, Process};

/// What names of pipes begin with.
const PREFIX: &str = r"\\.\pipe\gantline-";

/// Has a console of its own that nobody sees: what happens to the daemon's does not reach it, and what
/// it starts opens no window.
const DETACHED: u32 = CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP;

/// A pipe that was taken, on which nobody listens yet. Who connects is heard as soon as somebody does.
#[derive(Debug)]
pub(crate) struct Bound {
    first: OwnedHandle,
    pipe: String,
}

impl Bound {
    /// Takes the pipe of the session whose file has this name: the first who does has it.
    pub(crate) fn take(name: &Path) -> io::Result<Self> {
        let pipe = pipe_of(name)?;
        match OpenOptions::new().write(true).create_new(true).open(name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            taken => drop(taken?),
        }
        match system::create(&pipe, Instance::First) {
            Ok(first) => Ok(Self { first, pipe }),
            Err(error) => {
                // Nobody holds it by that.
                let _ = fs::remove_file(name);
                Err(error)
            }
        }
    }

    /// What a holder finds as its standard input.
    pub(crate) fn into_stdio(self) -> Stdio {
        self.first.into()
    }

    /// Listens to who connects.
    pub(crate) fn listen(self) -> io::Result<Listener> {
        Ok(Listener { next: system::serve(self.first)?, pipe: self.pipe })
    }
}

/// Begins to be a holder: takes the pipe that is standard input, and leaves nothing in its place.
pub(crate) fn begin(session: &str) -> io::Result<Bound> {
    Ok(Bound { first: system::take_standard_input()?, pipe: [PREFIX, session].concat() })
}

/// The pipe of the session whose file has this name.
fn pipe_of(name: &Path) -> io::Result<String> {
    let session = name.file_name().and_then(OsStr::to_str);
    let session = session.ok_or(io::ErrorKind::InvalidFilename)?;
    Ok([PREFIX, session].concat())
}

/// Where a holder listens.
#[derive(Debug)]
pub(crate) struct Listener {
    next: NamedPipeServer,
    pipe: String,
}

impl Listener {
    /// Whoever calls next. Nobody is lost if the wait is given up.
    pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
        if let Err(error) = self.next.connect().await {
            // Who called is gone again, and stands in the way of the next.
            let _ = self.next.disconnect();
            return Err(error);
        }
        let next = system::serve(system::create(&self.pipe, Instance::Further)?)?;
        Ok(Stream::Server(std::mem::replace(&mut self.next, next)))
    }
}

/// Connects with whoever holds the session whose file has this name.
pub(crate) fn connect(name: &Path) -> io::Result<Stream> {
    // Where there is no file, nobody is to be found by it.
    fs::symlink_metadata(name)?;
    match ClientOptions::new().open(pipe_of(name)?) {
        Ok(client) => Ok(Stream::Client(client)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(io::ErrorKind::ConnectionRefused.into())
        }
        Err(error) => Err(error),
    }
}

/// Whether somebody listens who has no room at the moment.
pub(crate) fn is_busy(error: &io::Error) -> bool {
    is_code(error, ERROR_PIPE_BUSY)
}

fn is_code(error: &io::Error, code: u32) -> bool {
    error.raw_os_error().and_then(|raw| u32::try_from(raw).ok()) == Some(code)
}

/// A connection, from either end.
#[derive(Debug)]
pub(crate) enum Stream {
    /// The daemon's.
    Client(NamedPipeClient),
    /// The holder's.
    Server(NamedPipeServer),
}

impl Stream {
    /// Whether the other side is the one who owns this process.
    pub(crate) fn is_owners(&self) -> bool {
        match self {
            Self::Client(pipe) => system::is_own(pipe.as_handle()),
            Self::Server(pipe) => system::is_client_own(pipe.as_handle()),
        }
    }

    /// Waits until something can be done.
    pub(crate) async fn ready(&self, interest: Interest) -> io::Result<()> {
        match self {
            Self::Client(pipe) => pipe.ready(interest).await,
            Self::Server(pipe) => pipe.ready(interest).await,
        }
        .map(drop)
    }

    /// Reads what has come, without waiting; 0 at the end.
    pub(crate) fn try_read_buf(&self, into: &mut BytesMut) -> io::Result<usize> {
        let read = match self {
            Self::Client(pipe) => pipe.try_read_buf(into),
            Self::Server(pipe) => pipe.try_read_buf(into),
        };
        match read {
            Err(error) if is_end(&error) => Ok(0),
            read => read,
        }
    }

    /// Writes as much as is taken without waiting.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Client(pipe) => pipe.try_write(bytes),
            Self::Server(pipe) => pipe.try_write(bytes),
        }
    }

    /// Waits until the other side has all that was written, whatever becomes of this process.
    ///
    /// What was taken may still wait in this process for room in the pipe, and would be lost with it.
    pub(crate) async fn delivered(&self) -> io::Result<()> {
        let pipe = File::from(self.handle().try_clone_to_owned()?);
        // It ends when all was read, or nobody reads any more.
        tokio::task::spawn_blocking(move || pipe.sync_all()).await?
    }

    fn handle(&self) -> BorrowedHandle<'_> {
        match self {
            Self::Client(pipe) => pipe.as_handle(),
            Self::Server(pipe) => pipe.as_handle(),
        }
    }
}

fn is_end(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe || is_code(error, ERROR_PIPE_NOT_CONNECTED)
}

/// Tells when this process is asked to end: its console is closed, its user leaves, or the computer does.
#[derive(Debug)]
pub(crate) struct Terminate {
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl Terminate {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_close, ctrl_logoff, ctrl_shutdown};
        Ok(Self { close: ctrl_close()?, logoff: ctrl_logoff()?, shutdown: ctrl_shutdown()? })
    }

    /// Waits for it. Nothing is lost if the wait is given up.
    pub(crate) async fn recv(&mut self) {
        tokio::select! {
            Some(()) = self.close.recv() => {}
            Some(()) = self.logoff.recv() => {}
            Some(()) = self.shutdown.recv() => {}
            else => std::future::pending().await,
        }
    }
}

/// Starts a holder, so that nothing that becomes of this process reaches it, and writes down which
/// process it is.
pub(crate) fn spawn(mut command: Command, name: &Path) -> io::Result<()> {
    // Not where somebody wants to remove the directory.
    command.current_dir(system_directory());
    let mut child = spawn_outside_of_jobs(&mut command)?;
    let noted = note(&child, name);
    if noted.is_err() {
        // It could not be found again. One that is gone already is what is wanted.
        let _ = child.start_kill();
    }
    noted
}

/// A job in which this process is may end with it; where the job lets nobody go, so does the holder.
fn spawn_outside_of_jobs(command: &mut Command) -> io::Result<Child> {
    command.creation_flags(DETACHED | CREATE_BREAKAWAY_FROM_JOB);
    match command.spawn() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            tracing::warn!("the job of this process lets nobody go: what it holds ends with it");
            command.creation_flags(DETACHED).spawn()
        }
        spawned => spawned,
    }
}

fn note(child: &Child, name: &Path) -> io::Result<()> {
    let id = child.id().ok_or(io::ErrorKind::NotFound)?;
    let created = Process::open(id)?.created()?;
    fs::write(name, format!("{id} {created}"))
}

fn system_directory() -> PathBuf {
    std::env::var_os("SystemRoot").map_or_else(|| r"C:\".into(), PathBuf::from)
}

/// A word of a program as it is told to a holder.
pub(crate) fn bytes_of_word(word: &OsStr) -> Cow<'_, [u8]> {
    word.encode_wide().flat_map(u16::to_le_bytes).collect::<Vec<_>>().into()
}

/// The word again; `None` where it is none.
#[expect(clippy::needless_pass_by_value, reason = "elsewhere the bytes are the word")]
pub(crate) fn word_of_bytes(bytes: Vec<u8>) -> Option<OsString> {
    let (units, []) = bytes.as_chunks() else { return None };
    let units: Vec<_> = units.iter().copied().map(u16::from_le_bytes).collect();
    Some(OsString::from_wide(&units))
}

/// How a process ended.
pub(crate) fn exit_of(status: ExitStatus) -> Exit {
    status.code().map_or(Exit::Unseen, Exit::Code)
}

/// A process that holds a session.
#[derive(Debug)]
pub(crate) struct Holder(Process);

impl Holder {
    pub(crate) fn kill(&self) {
        // Gone already is what we want.
        let _ = self.0.terminate();
    }
}

/// The process that holds a session, as the file with this name says. A number that was given to
/// another process since is not its.
pub(crate) fn holders_of(name: &Path, _session: &str) -> Vec<Holder> {
    noted(name).map(Holder).into_iter().collect()
}

fn noted(name: &Path) -> Option<Process> {
    let text = fs::read_to_string(name).ok()?;
    let (id, created) = text.split_once(' ')?;
    let process = Process::open(id.parse().ok()?).ok()?;
    let is_it = process.created().ok()? == created.parse::<u64>().ok()?;
    (is_it && process.is_running()).then_some(process)
}
