//! Pipes of which one end waits for nobody and the other does, as a pseudo-console wants it.

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tokio::io::AsyncWrite;
use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};

/// How much the system holds in a pipe.
const HELD_BYTES: u32 = 64 * 1024;

/// How much is handed over at once. The runtime takes whatever it is given into its own hands, where
/// it would count as written.
const AT_ONCE: usize = 4 * 1024;

/// A pipe that we read: our end, and the terminal's.
pub(super) fn from_terminal() -> io::Result<(NamedPipeServer, File)> {
    pipe(ServerOptions::new().access_outbound(false), OpenOptions::new().write(true))
}

/// A pipe that we write: our end, and the terminal's.
pub(super) fn to_terminal() -> io::Result<(NamedPipeServer, File)> {
    pipe(ServerOptions::new().access_inbound(false), OpenOptions::new().read(true))
}

/// There is one instance of a name that nobody guesses, and it has one other end, which is ours if
/// opening it succeeds.
fn pipe(ours: &mut ServerOptions, other: &OpenOptions) -> io::Result<(NamedPipeServer, File)> {
    let random = RandomState::new().build_hasher().finish();
    let name = format!(r"\\.\pipe\gantline-terminal-{}-{random:016x}", std::process::id());
    let ours = ours
        .first_pipe_instance(true)
        .max_instances(1)
        .in_buffer_size(HELD_BYTES)
        .out_buffer_size(HELD_BYTES)
        .create(&name)?;
    let other = other.open(&name)?;
    // Who is there already needs not be waited for, only taken note of.
    match pin!(ours.connect()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(connected) => connected?,
        Poll::Pending => return Err(io::ErrorKind::NotConnected.into()),
    }
    Ok((ours, other))
}

/// Takes a little at a time.
#[derive(Debug)]
pub(crate) struct Narrow<W>(pub(super) W);

impl<W: AsyncWrite + Unpin> AsyncWrite for Narrow<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, &bytes[..bytes.len().min(AT_ONCE)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
