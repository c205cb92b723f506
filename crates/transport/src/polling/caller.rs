//! The machine's end: it asks, and asks again.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Sink, Stream};
use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;
use wire::limits::POLL_HOLD;
use wire::poll::{POLL_ID_BYTES, PollAnswer, PollRequest};

use super::lanes::{Batch, Incoming, Outgoing};
use crate::ConnectionError;

/// Messages that may wait until the link takes them.
const QUEUE: usize = 32;

/// How long an answer that is not held may take.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// How much longer than it is held an answer may take.
const HELD_LONGER: Duration = Duration::from_secs(10);

/// How many requests may fail one after the other until the connection counts as broken; with the
/// pauses between them that is about seven seconds.
const GIVEN_UP_AFTER: u32 = 8;

/// The first pause after a request that failed; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The shortest time for which the server is asked to hold a request.
const SHORTEST_HOLD: Duration = Duration::from_secs(1);

/// A request that was held for at least so long, and then broke off, was cut for being silent.
const CUT_AFTER: Duration = Duration::from_millis(500);

/// The longest pause between two polls that can be asked for: with a longer one both sides would
/// take each other for dead.
const LONGEST_INTERVAL: Duration = Duration::from_secs(10);

/// Sends one request at a time and brings its answer.
pub trait Exchange: Send + 'static {
    /// Sends a body, and brings that of the answer.
    fn exchange(
        &mut self,
        body: Bytes,
        within: Duration,
    ) -> impl Future<Output = Result<Bytes, ExchangeError>> + Send;
}

/// A request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// Something on the way broke; the same request may have an answer next time.
    #[error("{0}")]
    Broke(String),
    /// Somebody has answered, and it will not be another answer next time.
    #[error("{0}")]
    Refused(String),
}

/// How often the server is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// The shortest time from the beginning of one poll to that of the next; ten seconds at most.
    pub interval: Duration,
}

/// A connection that is made of requests. Dropping it ends it.
pub struct Called {
    shared: Arc<Shared>,
    incoming: mpsc::Receiver<Bytes>,
    /// Sends and listens, for as long as somebody polls the connection.
    working: BoxFuture<'static, ConnectionError>,
    /// Why it is over.
    broke: Option<ConnectionError>,
}

impl fmt::Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Called").field("broke", &self.broke).finish_non_exhaustive()
    }
}

/// What waits to be sent.
#[derive(Default)]
struct Shared {
    up: Mutex<Up>,
    pushed: Notify,
}

#[derive(Default)]
struct Up {
    outgoing: Outgoing,
    /// Whoever waits to write, or to have everything sent.
    writer: Option<Waker>,
}

impl Called {
    /// Begins a connection. One of the two ways is for requests that are held, the other one for
    /// those that are not.
    pub async fn open<E: Exchange>(
        listening: E,
        mut sending: E,
        pace: Pace,
    ) -> Result<Self, ExchangeError> {
        let body = PollRequest::default().to_body();
        let body = sending.exchange(body, ANSWERED_WITHIN).await?;
        let id = read(body)?.poll_id;
        if id.len() != POLL_ID_BYTES {
            return Err(ExchangeError::Refused("the answer names no connection".to_owned()));
        }
        let shared = Arc::new(Shared::default());
        let (into, incoming) = mpsc::channel(QUEUE);
        let telling = tell(sending, shared.clone(), id.clone());
        let listening = listen(listening, into, id, pace);
        let working = async {
            tokio::select! {
                error = telling => error,
                error = listening => error,
            }
        };
        Ok(Self { shared, incoming, working: working.boxed(), broke: None })
    }

    /// Gets on with the work; ready when it is over.
    fn poll_work(&mut self, context: &mut Context<'_>) -> Poll<ConnectionError> {
        if let Some(error) = &self.broke {
            return Poll::Ready(error.clone());
        }
        self.working.as_mut().poll(context).map(|error| self.broke.insert(error).clone())
    }
}

/// Listens until that is over.
async fn listen(
    mut exchange: impl Exchange,
    into: mpsc::Sender<Bytes>,
    id: Bytes,
    pace: Pace,
) -> ConnectionError {
    let mut incoming = Incoming::default();
    let mut hold = POLL_HOLD;
    let mut failing = Failing::default();
    loop {
        let next = sleep(pace.interval.min(LONGEST_INTERVAL));
        let asked = PollRequest {
            poll_id: id.clone(),
            hold_ms: u32::try_from(hold.as_millis()).unwrap_or(u32::MAX),
            received: incoming.received,
            ..PollRequest::default()
        };
        let (answer, was_held) = held(exchange.exchange(asked.to_body(), hold + HELD_LONGER)).await;
        match answer.and_then(read) {
            Ok(answer) => {
                failing = Failing::default();
                let batch = Batch { first: answer.first, messages: answer.messages };
                let fresh = match incoming.fresh(batch) {
                    Ok(fresh) => fresh,
                    Err(error) => return ConnectionError(error.to_string()),
                };
                for message in fresh {
                    if into.send(message).await.is_err() {
                        return ConnectionError("nobody listens any more".to_owned());
                    }
                    incoming.received += 1;
                }
            }
            Err(error) => {
                if was_held {
                    // Whoever cuts what is silent for so long would do it again.
                    hold = (hold / 2).max(SHORTEST_HOLD);
                    failing = Failing::default();
                }
                if let Err(error) = failing.pause(error).await {
                    return error;
                }
            }
        }
        next.await;
    }
}

/// Sends what there is until that is over. While one request is under way more gathers for the
/// next, so that nothing waits for a time of its own.
async fn tell(mut exchange: impl Exchange, shared: Arc<Shared>, id: Bytes) -> ConnectionError {
    let mut failing = Failing::default();
    loop {
        let batch = lock(&shared.up).outgoing.batch();
        let Some(batch) = batch else {
            // A push since then has left its mark.
            shared.pushed.notified().await;
            continue;
        };
        let told = PollRequest {
            poll_id: id.clone(),
            first: batch.first,
            messages: batch.messages,
            ..PollRequest::default()
        };
        let answer = exchange.exchange(told.to_body(), ANSWERED_WITHIN).await;
        match answer.and_then(read) {
            Ok(answer) => {
                failing = Failing::default();
                let mut up = lock(&shared.up);
                if let Err(error) = up.outgoing.acknowledge(answer.received) {
                    return ConnectionError(error.to_string());
                }
                if let Some(waker) = up.writer.take() {
                    waker.wake();
                }
            }
            Err(error) => {
                if let Err(error) = failing.pause(error).await {
                    return error;
                }
            }
        }
    }
}

fn read(body: Bytes) -> Result<PollAnswer, ExchangeError> {
    PollAnswer::from_body(body).map_err(|error| ExchangeError::Refused(error.to_string()))
}

/// Waits for an answer, and says whether that took long enough to be cut for being silent.
async fn held<T>(asking: impl Future<Output = T>) -> (T, bool) {
    let mut asking = std::pin::pin!(asking);
    tokio::select! {
        answer = &mut asking => (answer, false),
        () = sleep(CUT_AFTER) => (asking.await, true),
    }
}

/// Requests that fail one after the other.
#[derive(Default)]
struct Failing {
    count: u32,
}

impl Failing {
    /// Waits before the next attempt, if there is to be one.
    async fn pause(&mut self, error: ExchangeError) -> Result<(), ConnectionError> {
        self.count += 1;
        if matches!(error, ExchangeError::Refused(_)) || self.count >= GIVEN_UP_AFTER {
            return Err(ConnectionError(error.to_string()));
        }
        let pause = FIRST_PAUSE * (1 << (self.count - 1));
        sleep(pause.min(LONGEST_PAUSE)).await;
        Ok(())
    }
}

impl Stream for Called {
    type Item = Result<Bytes, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let work = self.poll_work(context);
        // What has come before it broke still counts.
        if let Poll::Ready(Some(message)) = self.incoming.poll_recv(context) {
            return Poll::Ready(Some(Ok(message)));
        }
        work.map(|error| Some(Err(error)))
    }
}

impl Sink<Bytes> for Called {
    type Error = ConnectionError;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        if lock(&self.shared.up).outgoing.has_room() && self.broke.is_none() {
            return Poll::Ready(Ok(()));
        }
        // There will be room only if the work gets on, also where nobody reads.
        if let Poll::Ready(error) = self.poll_work(context) {
            return Poll::Ready(Err(error));
        }
        let mut up = lock(&self.shared.up);
        if up.outgoing.has_room() {
            return Poll::Ready(Ok(()));
        }
        up.writer = Some(context.waker().clone());
        Poll::Pending
    }

    fn start_send(self: Pin<&mut Self>, message: Bytes) -> Result<(), ConnectionError> {
        lock(&self.shared.up).outgoing.push(message);
        Ok(())
    }

    /// Everything that was sent goes with the next request.
    fn poll_flush(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.shared.pushed.notify_one();
        Poll::Ready(Ok(()))
    }

    /// Ready when the server has everything.
    fn poll_close(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.shared.pushed.notify_one();
        let work = self.poll_work(context);
        let mut up = lock(&self.shared.up);
        if up.outgoing.is_empty() {
            return Poll::Ready(Ok(()));
        }
        up.writer = Some(context.waker().clone());
        work.map(Err)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that holds a lock here can panic half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
