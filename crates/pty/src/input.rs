//! Input that waits for the program to take it.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

/// How much input may wait for a program. When it is full, further input is refused; what waits
/// stays in order.
pub const WAITING_BYTES: usize = 512 * 1024;

/// Input was refused; nothing of it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The program does not read.
    #[error("{waiting_bytes} bytes of input wait for the program, which does not read them")]
    Full {
        /// How much waits.
        waiting_bytes: usize,
    },
    /// The program's terminal is gone.
    #[error("the program's terminal is closed")]
    Closed,
}

impl InputError {
    /// Whether the same input may be taken later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Full { .. })
    }
}

/// A bounded queue of input in front of a terminal.
#[derive(Debug, Default)]
pub(crate) struct InputQueue {
    pieces: VecDeque<Bytes>,
    waiting_bytes: usize,
    /// Bytes that the terminal has taken since it began.
    written_bytes: u64,
    /// How many of them have been told of.
    told_bytes: u64,
    is_closed: bool,
}

impl InputQueue {
    /// Takes on input and answers the position after it: the number of bytes that will have been
    /// written when all of it is.
    pub(crate) fn push(&mut self, input: Bytes) -> Result<u64, InputError> {
        if self.is_closed {
            return Err(InputError::Closed);
        }
        if self.waiting_bytes + input.len() > WAITING_BYTES {
            return Err(InputError::Full { waiting_bytes: self.waiting_bytes });
        }
        self.waiting_bytes += input.len();
        if !input.is_empty() {
            self.pieces.push_back(input);
        }
        Ok(self.written_bytes + self.waiting_bytes as u64)
    }

    /// Forgets what waits and refuses what comes.
    pub(crate) fn close(&mut self) {
        self.is_closed = true;
        self.waiting_bytes = 0;
        self.pieces.clear();
    }

    /// How many bytes the terminal has taken since it began, if that is news.
    pub(crate) fn take_news(&mut self) -> Option<u64> {
        let is_news = self.written_bytes > self.told_bytes;
        self.told_bytes = self.written_bytes;
        is_news.then_some(self.written_bytes)
    }

    /// Writes as much as the terminal takes without waiting.
    pub(crate) fn poll_write(
        &mut self,
        mut terminal: Pin<&mut impl AsyncWrite>,
        context: &mut Context<'_>,
    ) -> io::Result<()> {
        while let Some(piece) = self.pieces.front() {
            match terminal.as_mut().poll_write(context, piece) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(bytes)) => self.advance(bytes),
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => break,
            }
        }
        Ok(())
    }

    fn advance(&mut self, bytes: usize) {
        self.written_bytes += bytes as u64;
        self.waiting_bytes -= bytes;
        if let Some(piece) = self.pieces.front_mut() {
            piece.advance(bytes);
            if piece.is_empty() {
                self.pieces.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Takes a fixed number of bytes each time, then nothing for once.
    struct Narrow {
        width: usize,
        taken: Vec<u8>,
        is_full: bool,
    }

    impl AsyncWrite for Narrow {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _context: &mut Context<'_>,
            input: &[u8],
        ) -> Poll<io::Result<usize>> {
            if std::mem::take(&mut self.is_full) {
                return Poll::Pending;
            }
            let bytes = input.len().min(self.width);
            self.taken.extend_from_slice(&input[..bytes]);
            self.is_full = true;
            Poll::Ready(Ok(bytes))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn partial_writes_go_on_where_they_stopped() {
        let mut queue = InputQueue::default();
        assert_eq!(queue.push(Bytes::from_static(b"hello ")), Ok(6));
        assert_eq!(queue.push(Bytes::from_static(b"")), Ok(6));
        assert_eq!(queue.push(Bytes::from_static(b"world")), Ok(11));
        let mut terminal = Narrow { width: 4, taken: Vec::new(), is_full: false };
        let mut context = Context::from_waker(Waker::noop());
        let mut positions = Vec::new();
        while !queue.pieces.is_empty() {
            queue.poll_write(Pin::new(&mut terminal), &mut context).unwrap();
            positions.extend(queue.take_news());
        }
        assert_eq!(terminal.taken, b"hello world");
        assert_eq!(positions, [4, 6, 10, 11]);
        assert_eq!(queue.take_news(), None);
        assert_eq!(queue.waiting_bytes, 0);
    }

    #[test]
    fn what_waits_is_bounded_and_what_is_refused_is_not_taken() {
        let mut queue = InputQueue::default();
        queue.push(vec![b'x'; WAITING_BYTES - 1].into()).unwrap();
        let full = InputError::Full { waiting_bytes: WAITING_BYTES - 1 };
        assert_eq!(queue.push(Bytes::from_static(b"ab")), Err(full));
        assert!(full.is_retryable());
        assert_eq!(queue.push(Bytes::from_static(b"a")), Ok(WAITING_BYTES as u64));
        queue.close();
        assert_eq!(queue.push(Bytes::from_static(b"a")), Err(InputError::Closed));
        assert!(queue.pieces.is_empty() && !InputError::Closed.is_retryable());
    }
}
