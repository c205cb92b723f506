//! A WebSocket that comes back: it is opened again when it was lost, asked for signs of life when
//! it is silent, and ended only when coming back would be of no use.
//!
//! Whoever uses it says on every [`LineEvent::Up`] what is to be said on a new connection. What
//! was handed over before and had not left is forgotten with the old one.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{SinkExt, StreamExt};
use tokio::time::Sleep;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::dial::{Socket, dial};
use crate::retry::Window;
use crate::{Client, Error};

/// How long a connection lasts before the next loss counts as the first one again.
const STABLE_AFTER: Duration = Duration::from_secs(30);

/// How long a goodbye may take.
const GOODBYE_WITHIN: Duration = Duration::from_secs(2);

/// The server restarts; come back (IANA registry of close codes).
const COMING_BACK: u16 = 1012;

/// What happens on the connection.
#[derive(Debug)]
pub(crate) enum LineEvent {
    /// A new connection is there.
    Up,
    /// The server says something.
    Text(Utf8Bytes),
    /// The server says something in bytes.
    Binary(Bytes),
    /// The connection is lost, or did not come about; it is tried again after a while.
    Down {
        /// What went wrong.
        error: Error,
        /// How long the while is.
        retry_in: Duration,
    },
}

/// A WebSocket that comes back.
pub(crate) struct Line {
    client: Client,
    state: State,
    window: Window,
}

enum State {
    /// To be opened at once.
    New,
    /// To be opened when the time has come.
    Waiting(Pin<Box<Sleep>>),
    Dialing(BoxFuture<'static, Result<Socket, Error>>),
    Open(Box<Open>),
    /// Over for good.
    Over,
}

struct Open {
    socket: Socket,
    /// What is to be sent. Bounded by whoever uses the line: it hands over no more than
    /// [`Line::has_room`] allows.
    outgoing: VecDeque<Message>,
    outgoing_bytes: usize,
    silence: Pin<Box<Sleep>>,
    asked_for_life: bool,
    stable: Pin<Box<Sleep>>,
    is_stable: bool,
}

/// How much may be handed over ahead of the connection.
const OUTGOING_BYTES: usize = 128 * 1024;

impl Line {
    /// A line that is opened when it is first waited for.
    pub(crate) fn new(client: Client) -> Self {
        let window = Window::new(&client.inner.config.patience);
        Self { client, state: State::New, window }
    }

    /// Waits for the next event; `path` says where a new connection leads. An error is the end.
    /// Safe to drop and call again.
    pub(crate) async fn next(&mut self, path: impl Fn() -> String) -> Result<LineEvent, Error> {
        poll_fn(|context| self.poll_next(context, &path)).await
    }

    /// Hands over a message. Without a connection it is forgotten.
    pub(crate) fn send(&mut self, message: Message) {
        if let State::Open(open) = &mut self.state {
            open.outgoing_bytes += message.len();
            open.outgoing.push_back(message);
        }
    }

    /// Whether there is a connection that takes more.
    pub(crate) fn has_room(&self) -> bool {
        matches!(&self.state, State::Open(open) if open.outgoing_bytes < OUTGOING_BYTES)
    }

    /// Says goodbye and closes the connection.
    pub(crate) async fn close(mut self) {
        let State::Open(mut open) = std::mem::replace(&mut self.state, State::Over) else { return };
        let goodbye = async {
            while let Some(message) = open.outgoing.pop_front() {
                open.socket.feed(message).await?;
            }
            let frame = CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::default() };
            open.socket.close(Some(frame)).await?;
            // Until the server closes too.
            while let Some(Ok(_)) = open.socket.next().await {}
            Ok::<_, tokio_tungstenite::tungstenite::Error>(())
        };
        // A server that does not take the goodbye finds out by itself.
        let _ = tokio::time::timeout(GOODBYE_WITHIN, goodbye).await;
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        path: &impl Fn() -> String,
    ) -> Poll<Result<LineEvent, Error>> {
        loop {
            match &mut self.state {
                State::New => self.dial(path()),
                State::Waiting(wait) => {
                    ready!(wait.as_mut().poll(context));
                    self.dial(path());
                }
                State::Dialing(dialing) => {
                    let event = match ready!(dialing.as_mut().poll(context)) {
                        Ok(socket) => Ok(self.opened(socket)),
                        Err(error) => self.lost(error),
                    };
                    return Poll::Ready(event);
                }
                State::Open(open) => {
                    let event = match ready!(open.poll(context, &self.client)) {
                        Ok(event) => Ok(event),
                        Err(error) => {
                            if open.is_stable {
                                self.window.reset();
                            }
                            self.lost(error)
                        }
                    };
                    return Poll::Ready(event);
                }
                State::Over => {
                    return Poll::Ready(Err(Error::Setup("the stream is over".to_owned())));
                }
            }
        }
    }

    fn dial(&mut self, path: String) {
        self.state = State::Dialing(Box::pin(dial(self.client.clone(), path)));
    }

    fn opened(&mut self, socket: Socket) -> LineEvent {
        let silence = self.client.inner.config.patience.silence;
        self.state = State::Open(Box::new(Open {
            socket,
            outgoing: VecDeque::new(),
            outgoing_bytes: 0,
            silence: Box::pin(tokio::time::sleep(silence)),
            asked_for_life: false,
            stable: Box::pin(tokio::time::sleep(STABLE_AFTER)),
            is_stable: false,
        }));
        LineEvent::Up
    }

    fn lost(&mut self, error: Error) -> Result<LineEvent, Error> {
        if !error.is_retryable() {
            self.state = State::Over;
            return Err(error);
        }
        let retry_in = self.window.draw(&*self.client.inner.config.rng);
        self.state = State::Waiting(Box::pin(tokio::time::sleep(retry_in)));
        Ok(LineEvent::Down { error, retry_in })
    }
}

impl Open {
    fn poll(
        &mut self,
        context: &mut Context<'_>,
        client: &Client,
    ) -> Poll<Result<LineEvent, Error>> {
        let patience = client.inner.config.patience.silence;
        loop {
            if let Err(error) = self.poll_send(context) {
                return Poll::Ready(Err(client.unreachable(error)));
            }
            if let Poll::Ready(message) = self.socket.poll_next_unpin(context) {
                self.asked_for_life = false;
                self.silence.set(tokio::time::sleep(patience));
                match message {
                    Some(Ok(Message::Text(text))) => {
                        return Poll::Ready(Ok(LineEvent::Text(text)));
                    }
                    Some(Ok(Message::Binary(bytes))) => {
                        return Poll::Ready(Ok(LineEvent::Binary(bytes)));
                    }
                    Some(Ok(Message::Close(frame))) => {
                        return Poll::Ready(Err(closed(client, frame)));
                    }
                    // Pings are answered by the library with the next flush.
                    Some(Ok(_)) => continue,
                    Some(Err(error)) => return Poll::Ready(Err(client.unreachable(error))),
                    None => return Poll::Ready(Err(client.unreachable("the connection is over"))),
                }
            }
            if !self.is_stable && self.stable.as_mut().poll(context).is_ready() {
                self.is_stable = true;
            }
            ready!(self.silence.as_mut().poll(context));
            if self.asked_for_life {
                let seconds = 2 * patience.as_secs();
                let server = client.server().to_string();
                return Poll::Ready(Err(Error::TimedOut { server, seconds }));
            }
            self.asked_for_life = true;
            self.silence.set(tokio::time::sleep(patience));
            self.outgoing.push_back(Message::Ping(Bytes::new()));
        }
    }

    /// Sends as much as the connection takes.
    fn poll_send(
        &mut self,
        context: &mut Context<'_>,
    ) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        while !self.outgoing.is_empty() {
            match self.socket.poll_ready_unpin(context)? {
                Poll::Ready(()) => {}
                Poll::Pending => return Ok(()),
            }
            if let Some(message) = self.outgoing.pop_front() {
                self.outgoing_bytes = self.outgoing_bytes.saturating_sub(message.len());
                self.socket.start_send_unpin(message)?;
            }
        }
        match self.socket.poll_flush_unpin(context) {
            Poll::Ready(flushed) => flushed,
            Poll::Pending => Ok(()),
        }
    }
}

/// Why the server has closed the connection.
fn closed(client: &Client, frame: Option<CloseFrame>) -> Error {
    let Some(frame) = frame else { return client.unreachable("the server has closed it") };
    match (frame.code, u16::from(frame.code)) {
        (CloseCode::Policy, _) => Error::SignedOut,
        (
            CloseCode::Invalid | CloseCode::Protocol | CloseCode::Size | CloseCode::Unsupported,
            _,
        ) => client.misunderstood(format!("it has closed the connection: {}", frame.reason)),
        (_, COMING_BACK) => client.unreachable("the server restarts"),
        _ => client.unreachable(format!("the server has closed it: {}", frame.reason)),
    }
}
