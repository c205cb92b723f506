//! Output, as much at once as there is.

use std::io;
use std::pin::pin;
use std::task::{Context, Poll};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::system;

/// Most that is read at once. The system gives 4 KiB at a time, so this saves its reader fifteen
/// wake-ups of sixteen.
pub const BURST_BYTES: usize = 64 * 1024;

/// What a terminal that says little needs.
const FIRST_BYTES: usize = 4 * 1024;

/// A buffer that is filled again and again.
#[derive(Debug, Default)]
pub(crate) struct Burst {
    bytes: BytesMut,
}

/// What reading has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filled {
    /// There are bytes.
    Some,
    /// There will be none any more.
    End,
}

impl Burst {
    /// Reads until the terminal has nothing more to give or the buffer is full. Pending while
    /// there is nothing at all. What was read before is gone.
    pub(crate) fn poll_fill(
        &mut self,
        terminal: &mut (impl AsyncRead + Unpin),
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Filled>> {
        self.bytes.clear();
        while self.bytes.len() < BURST_BYTES {
            self.make_room();
            match pin!(terminal.read_buf(&mut self.bytes)).poll(context) {
                Poll::Ready(Ok(0)) => break,
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) if system::is_hang_up(&error) => break,
                Poll::Ready(Err(error)) if self.bytes.is_empty() => return Poll::Ready(Err(error)),
                Poll::Pending if self.bytes.is_empty() => return Poll::Pending,
                // The error, if it is one, comes again.
                Poll::Ready(Err(_)) | Poll::Pending => break,
            }
        }
        let filled = if self.bytes.is_empty() { Filled::End } else { Filled::Some };
        Poll::Ready(Ok(filled))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Grows from what a quiet terminal needs to what a busy one does.
    fn make_room(&mut self) {
        let (length, capacity) = (self.bytes.len(), self.bytes.capacity());
        if length == capacity {
            let wanted = (capacity * 2).clamp(FIRST_BYTES, BURST_BYTES);
            self.bytes.reserve(wanted - length);
        }
    }
}
