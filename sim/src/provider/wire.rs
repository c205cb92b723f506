//! A connection that can be made to misbehave beneath HTTP: send bytes that no HTTP library would,
//! or reset.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How to misbehave; shared between a connection and whoever answers on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Switch(Arc<Switches>);

#[derive(Debug, Default)]
struct Switches {
    reset: AtomicBool,
    raw: Mutex<Option<Bytes>>,
}

impl Switch {
    /// When the connection closes, it is reset instead.
    pub(super) fn reset(&self) {
        self.0.reset.store(true, Ordering::Relaxed);
    }

    /// These bytes are sent in place of everything else, and then the connection ends.
    pub(super) fn send_raw(&self, bytes: Bytes) {
        *self.0.raw.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }

    fn take_raw(&self) -> Option<Bytes> {
        self.0.raw.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The connection.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    switch: Switch,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    Plain,
    /// These bytes remain to be sent.
    Raw(Bytes),
    /// What is written goes nowhere.
    Ended,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, switch: Switch) -> Self {
        Self { stream, switch, mode: Mode::Plain }
    }

    fn poll_raw(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let (Mode::Plain, Some(raw)) = (&self.mode, self.switch.take_raw()) {
            self.mode = Mode::Raw(raw);
        }
        while let Mode::Raw(raw) = &mut self.mode {
            if raw.is_empty() {
                ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
                self.mode = Mode::Ended;
            } else {
                let written = ready!(Pin::new(&mut self.stream).poll_write(context, raw))?;
                raw.advance(written);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.switch.0.reset.load(Ordering::Relaxed) {
            // A socket that refuses to be reset is closed, which the client sees as a cut as well.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_raw(context))?;
        match self.mode {
            Mode::Plain => Pin::new(&mut self.stream).poll_write(context, bytes),
            Mode::Raw(_) | Mode::Ended => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
