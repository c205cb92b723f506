//! A socket for each session.

mod short;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::net::UnixListener as StdListener;
use std::os::unix::net::UnixStream as StdStream;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use bytes::BytesMut;
use rustix::process::{geteuid, setsid};
use terminal::Exit;
use tokio::io::Interest;
use tokio::net::{UnixListener, UnixStream};
use tokio::process::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};

use short::reach;

/// What holders are called where processes are listed.
const NAME: &str = "gantline";

/// A socket that was taken, on which nobody listens yet. Who connects is heard as soon as somebody
/// does.
#[derive(Debug)]
pub(crate) struct Bound(StdListener);

impl Bound {
    /// Takes the socket with this name: the first who does has it.
    pub(crate) fn take(name: &Path) -> io::Result<Self> {
        reach(name, |name| StdListener::bind(name)).map(Self)
    }

    /// What a holder finds as its standard input.
    pub(crate) fn into_stdio(self) -> Stdio {
        OwnedFd::from(self.0).into()
    }

    /// Listens to who connects.
    pub(crate) fn listen(self) -> io::Result<Listener> {
        self.0.set_nonblocking(true)?;
        UnixListener::from_std(self.0).map(Listener)
    }
}

/// Begins to be a holder: takes the socket that is standard input, and puts nothing in its place.
///
/// Becomes the leader of a session of its own, so that nothing that is sent to the daemon's reaches
/// it.
pub(crate) fn begin(_session: &str) -> io::Result<Bound> {
    // A daemon starts it so that this succeeds; one that a person starts stays in their session.
    let _ = setsid();
    let listener = StdListener::from(io::stdin().as_fd().try_clone_to_owned()?);
    let nothing = std::fs::OpenOptions::new().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nothing)?;
    Ok(Bound(listener))
}

/// Where a holder listens.
#[derive(Debug)]
pub(crate) struct Listener(UnixListener);

impl Listener {
    /// Whoever calls next. Nobody is lost if the wait is given up.
    pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
        let (stream, _) = self.0.accept().await?;
        Ok(Stream(stream))
    }
}

/// Connects with whoever holds the socket with this name.
pub(crate) fn connect(name: &Path) -> io::Result<Stream> {
    let stream = reach(name, |name| StdStream::connect(name))?;
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream).map(Stream)
}

/// Whether somebody listens who has no room at the moment.
pub(crate) fn is_busy(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Stream(UnixStream);

impl Stream {
    /// Whether the other side is the one who owns this process.
    pub(crate) fn is_owners(&self) -> bool {
        self.0.peer_cred().is_ok_and(|peer| peer.uid() == geteuid().as_raw())
    }

    /// Waits until something can be done.
    pub(crate) async fn ready(&self, interest: Interest) -> io::Result<()> {
        self.0.ready(interest).await.map(drop)
    }

    /// Reads what has come, without waiting; 0 at the end.
    pub(crate) fn try_read_buf(&self, into: &mut BytesMut) -> io::Result<usize> {
        self.0.try_read_buf(into)
    }

    /// Writes as much as is taken without waiting.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    /// Waits until the other side has all that was written, whatever becomes of this process.
    #[expect(clippy::unused_async, reason = "elsewhere it has to be waited for")]
    pub(crate) async fn delivered(&self) -> io::Result<()> {
        // What a socket has taken is the other side's.
        Ok(())
    }
}

/// Tells when this process is asked to end.
#[derive(Debug)]
pub(crate) struct Terminate(Signal);

impl Terminate {
    pub(crate) fn listen() -> io::Result<Self> {
        signal(SignalKind::terminate()).map(Self)
    }

    /// Waits for it. Nothing is lost if the wait is given up.
    pub(crate) async fn recv(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Starts a holder, so that nothing that becomes of this process reaches it.
pub(crate) fn spawn(mut command: Command, _name: &Path) -> io::Result<()> {
    // For whoever looks at the list of processes.
    command.arg0(NAME).current_dir("/");
    // The runtime buries it if it ends while this process is there.
    command.spawn().map(drop)
}

/// A word of a program as it is told to a holder.
pub(crate) fn bytes_of_word(word: &OsStr) -> Cow<'_, [u8]> {
    word.as_bytes().into()
}

/// The word again; `None` where it is none.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not all bytes are a word")]
pub(crate) fn word_of_bytes(bytes: Vec<u8>) -> Option<OsString> {
    Some(OsString::from_vec(bytes))
}

/// How a process ended.
pub(crate) fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Unseen,
    }
}

/// A process that holds a session.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(crate) struct Holder(rustix::process::Pid);

#[cfg(target_os = "linux")]
impl Holder {
    pub(crate) fn kill(&self) {
        // Gone already is what we want.
        let _ = rustix::process::kill_process(self.0, rustix::process::Signal::KILL);
    }
}

/// Processes of this user that hold a session, as their command lines say (proc(5)).
#[cfg(target_os = "linux")]
pub(crate) fn holders_of(_name: &Path, session: &str) -> Vec<Holder> {
    use std::os::unix::fs::MetadataExt;

    let own = geteuid().as_raw();
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let number = entry.file_name().to_str()?.parse().ok()?;
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let mut words = line.split(|byte| *byte == 0).skip(1);
            let holds = words.next() == Some(crate::starting::COMMAND.as_bytes())
                && words.next() == Some(session.as_bytes());
            let is_own = holds && entry.metadata().ok()?.uid() == own;
            is_own.then(|| rustix::process::Pid::from_raw(number).map(Holder))?
        })
        .collect()
}

/// There is none here: this system does not tell which processes hold a session.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(crate) enum Holder {}

#[cfg(not(target_os = "linux"))]
impl Holder {
    pub(crate) fn kill(&self) {
        match *self {}
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn holders_of(_name: &Path, _session: &str) -> Vec<Holder> {
    Vec::new()
}
