//! The server's end: where the requests of all machines come in.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio::sync::{Notify, mpsc};
use wire::limits::POLL_HOLD;
use wire::poll::{POLL_ID_BYTES, PollAnswer, PollRequest};

use super::lanes::{Batch, Incoming, Outgoing, WrongNumber};
use crate::ConnectionError;

/// Messages of a machine that may wait until the link takes them.
const QUEUE: usize = 32;

/// How long a request waits for room, until what was taken of it is answered.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);

/// What a connection is called: random, so that nobody can meet one who was not told of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PollId(pub [u8; POLL_ID_BYTES]);

impl fmt::Debug for PollId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PollId([redacted])")
    }
}

/// There are as many connections as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("as many machines are linked by long-poll as may be")]
pub struct DeskFull;

/// A request that is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PollRefused {
    /// There is no such connection, or none any more.
    #[error("there is no such connection; begin another one")]
    Unknown,
    /// A number in it is impossible.
    #[error(transparent)]
    WrongNumber(#[from] WrongNumber),
}

/// All connections that are made of requests. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    lines: Arc<Mutex<HashMap<PollId, Arc<Line>>>>,
    most: usize,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("connections", &lock(&self.lines).len())
            .finish_non_exhaustive()
    }
}

impl Desk {
    /// With room for so many connections.
    pub fn new(most: usize) -> Self {
        Self { lines: Arc::default(), most }
    }

    /// Begins a connection. It is known here until it is dropped.
    pub fn open(&self, id: PollId) -> Result<Polled, DeskFull> {
        let (into, incoming) = mpsc::channel(QUEUE);
        let line = Arc::new(Line::new(into));
        let mut lines = lock(&self.lines);
        if lines.len() >= self.most {
            return Err(DeskFull);
        }
        lines.insert(id, line.clone());
        Ok(Polled { id, desk: self.clone(), line, incoming })
    }

    /// Takes in what a request brings, and answers it: at once, or as soon as there is something
    /// to say, where the request may be held. Whoever gives up waiting has lost nothing.
    pub async fn answer(
        &self,
        id: PollId,
        request: PollRequest,
    ) -> Result<PollAnswer, PollRefused> {
        let line = lock(&self.lines).get(&id).cloned().ok_or(PollRefused::Unknown)?;
        lock(&line.down).outgoing.acknowledge(request.received)?;
        line.wake_writer();
        let brought = Batch { first: request.first, messages: request.messages };
        let received = line.take_in(brought).await?;
        let hold = Duration::from_millis(request.hold_ms.into()).min(POLL_HOLD);
        let batch = if hold.is_zero() { Batch::default() } else { line.hold(hold).await? };
        Ok(PollAnswer {
            poll_id: Bytes::copy_from_slice(&id.0),
            received,
            first: batch.first,
            messages: batch.messages,
        })
    }
}

/// One connection, as its requests see it.
struct Line {
    /// Asynchronous, so that of two requests with the same messages one comes after the other.
    up: tokio::sync::Mutex<Up>,
    down: Mutex<Down>,
    /// There may be something to say, or another request is held instead.
    changed: Notify,
}

struct Up {
    incoming: Incoming,
    into: mpsc::Sender<Bytes>,
}

#[derive(Default)]
struct Down {
    outgoing: Outgoing,
    /// Whoever waits to write, or to have everything given out.
    writer: Option<Waker>,
    /// How many requests were held so far. Only the last of them is: another one that is still
    /// held is from a connection that the machine has lost.
    holds: u64,
    /// Nothing more will be said.
    is_closed: bool,
}

impl Line {
    fn new(into: mpsc::Sender<Bytes>) -> Self {
        let up = Up { incoming: Incoming::default(), into };
        Self { up: up.into(), down: Mutex::default(), changed: Notify::new() }
    }

    /// Takes what is new, as far as there is room in time. Answers up to where everything is here.
    async fn take_in(&self, brought: Batch) -> Result<u64, PollRefused> {
        let mut up = self.up.lock().await;
        let Up { incoming, into } = &mut *up;
        let fresh = incoming.fresh(brought)?;
        let taking = async {
            for message in fresh {
                let place = into.reserve().await.map_err(|_| PollRefused::Unknown)?;
                place.send(message);
                incoming.received += 1;
            }
            Ok(())
        };
        match tokio::time::timeout(TAKEN_WITHIN, taking).await {
            Ok(Err(refused)) => Err(refused),
            // The rest comes again.
            Ok(Ok(())) | Err(_) => Ok(incoming.received),
        }
    }

    /// Waits until there is something to say; nothing where that takes too long.
    async fn hold(&self, hold: Duration) -> Result<Batch, PollRefused> {
        let own = {
            let mut down = lock(&self.down);
            down.holds += 1;
            down.holds
        };
        self.changed.notify_waiters();
        let waiting = async {
            loop {
                let mut changed = std::pin::pin!(self.changed.notified());
                // From here on no change is missed.
                changed.as_mut().enable();
                if let Some(said) = self.say(own) {
                    return said;
                }
                changed.await;
            }
        };
        tokio::time::timeout(hold, waiting).await.unwrap_or_else(|_| Ok(Batch::default()))
    }

    /// What is to be said to the request with this number; `None` while that is nothing.
    fn say(&self, own: u64) -> Option<Result<Batch, PollRefused>> {
        let mut down = lock(&self.down);
        if down.holds != own {
            return Some(Ok(Batch::default()));
        }
        let batch = down.outgoing.batch();
        if let Some(waker) = down.writer.take() {
            waker.wake();
        }
        match batch {
            Some(batch) => Some(Ok(batch)),
            None if down.is_closed => Some(Err(PollRefused::Unknown)),
            None => None,
        }
    }

    fn wake_writer(&self) {
        if let Some(waker) = lock(&self.down).writer.take() {
            waker.wake();
        }
    }
}

/// One connection, as its link sees it.
pub struct Polled {
    id: PollId,
    desk: Desk,
    line: Arc<Line>,
    incoming: mpsc::Receiver<Bytes>,
}

impl fmt::Debug for Polled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polled").finish_non_exhaustive()
    }
}

impl Polled {
    fn close(&self) {
        lock(&self.line.down).is_closed = true;
        self.line.changed.notify_waiters();
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        lock(&self.desk.lines).remove(&self.id);
        self.close();
    }
}

impl Stream for Polled {
    type Item = Result<Bytes, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(context).map(|message| message.map(Ok))
    }
}

impl Sink<Bytes> for Polled {
    type Error = ConnectionError;

    fn poll_ready(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        let mut down = lock(&self.line.down);
        if down.outgoing.has_room() {
            return Poll::Ready(Ok(()));
        }
        down.writer = Some(context.waker().clone());
        Poll::Pending
    }

    fn start_send(self: Pin<&mut Self>, message: Bytes) -> Result<(), ConnectionError> {
        lock(&self.line.down).outgoing.push(message);
        Ok(())
    }

    /// Everything that was sent goes with the next answer.
    fn poll_flush(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.line.changed.notify_waiters();
        Poll::Ready(Ok(()))
    }

    /// Ready when everything was put into an answer. Whether that has arrived is not waited for:
    /// a machine that has heard a goodbye does not ask again.
    fn poll_close(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.close();
        let mut down = lock(&self.line.down);
        if down.outgoing.is_given() {
            return Poll::Ready(Ok(()));
        }
        down.writer = Some(context.waker().clone());
        Poll::Pending
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that holds a lock here can panic half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
