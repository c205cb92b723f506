//! A stream that does not wait for ever for its reader.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// What a reader must take in within the limit to be given as long again. Less than half a
/// kilobyte a second is nobody's line.
const WORTH_MENTIONING_BYTES: usize = 16 * 1024;

/// A stream whose writes fail when the other side takes nothing worth mentioning for too long.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    limit: Duration,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    deadline: Pin<Box<Sleep>>,
    taken_bytes: usize,
}

impl<S> Patient<S> {
    pub(super) const fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, waiting: None }
    }

    /// Counts what was taken of `offered` bytes, or waits for some to be taken.
    fn after_write(
        &mut self,
        context: &mut Context<'_>,
        offered: usize,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(taken)) => {
                self.count(offered, taken);
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                ready!(self.poll_deadline(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn count(&mut self, offered: usize, taken: usize) {
        let Some(waiting) = &mut self.waiting else { return };
        waiting.taken_bytes += taken;
        if taken == offered || waiting.taken_bytes >= WORTH_MENTIONING_BYTES {
            self.waiting = None;
        }
    }

    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let limit = self.limit;
        let begin = || Waiting { deadline: Box::pin(sleep(limit)), taken_bytes: 0 };
        self.waiting.get_or_insert_with(begin).deadline.as_mut().poll(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.after_write(context, bytes.len(), written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let offered = slices.iter().map(|slice| slice.len()).sum();
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.after_write(context, offered, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::timeout;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_sleeps_is_given_up() {
        let (ours, _theirs) = duplex(100);
        let mut patient = Patient::new(ours, LIMIT);
        let written = timeout(2 * LIMIT, patient.write_all(&[0; 200])).await;
        let error = written.expect("it is given up in time").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_trickles_is_given_up() {
        let (ours, mut theirs) = duplex(100);
        let mut patient = Patient::new(ours, LIMIT);
        let trickle = async {
            let mut byte = [0];
            while theirs.read_exact(&mut byte).await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        };
        let content = vec![0; 100_000];
        tokio::select! {
            written = patient.write_all(&content) => {
                assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
            }
            () = trickle => panic!("the reader is not the one that ends"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_has_the_time_it_needs() {
        let (ours, mut theirs) = duplex(8 * 1024);
        let mut patient = Patient::new(ours, LIMIT);
        let content = vec![7; 200_000];
        let slow = async {
            let (mut taken, mut buffer) = (0, [0; 4 * 1024]);
            while taken < 200_000 {
                taken += theirs.read(&mut buffer).await.unwrap();
                sleep(Duration::from_secs(2)).await;
            }
        };
        let (written, ()) = tokio::join!(patient.write_all(&content), slow);
        written.unwrap();
    }
}
