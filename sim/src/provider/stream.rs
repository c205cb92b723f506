//! The body of an answer as it travels: event by event, at its pace, to its end.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use super::record::{Delivered, Exchange};
use super::wire::Switch;

pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// The endless line, a piece at a time.
const ENDLESS: Bytes = Bytes::from_static(&[b'a'; 16 * 1024]);

/// How long a connection has to write what it holds before it is cut.
const FLUSH: Duration = Duration::from_millis(20);

/// What is sent.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) events: VecDeque<Bytes>,
    /// The pause before each event.
    pub(super) pace: Duration,
    pub(super) ending: Ending,
}

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Properly, and all of it.
    Complete,
    /// Properly, but something is missing.
    Clean,
    Torn,
    Reset,
    /// Never, and nothing comes.
    Silent,
    /// Never, and one line goes on.
    Endless,
}

impl Script {
    pub(super) fn of(events: impl IntoIterator<Item = String>, pace: Duration) -> Self {
        let events = events.into_iter().map(Bytes::from).collect();
        Self { events, pace, ending: Ending::Complete }
    }

    /// Ends it after so many events.
    pub(super) fn cut(&mut self, after_events: usize, ending: Ending) {
        self.events.truncate(after_events);
        self.ending = ending;
    }

    /// Sends it byte by byte.
    pub(super) fn drip(&mut self, every: Duration) {
        let whole: Vec<u8> = self.events.iter().flatten().copied().collect();
        let whole = Bytes::from(whole);
        self.events = (0..whole.len()).map(|at| whole.slice(at..=at)).collect();
        self.pace = every;
    }

    pub(super) fn whole(&self) -> Vec<u8> {
        self.events.iter().flatten().copied().collect()
    }

    pub(super) fn into_body(self, exchange: Arc<Exchange>, switch: Switch) -> Body {
        let sending = Sending { script: self, exchange, switch, failed: false };
        let frames = stream::unfold(sending, |mut sending| async {
            let bytes = sending.next().await?;
            Some((bytes.map(Frame::data), sending))
        });
        BodyExt::boxed_unsync(StreamBody::new(frames))
    }
}

/// A body that is being sent. Dropped before its end, it was the client who went away.
struct Sending {
    script: Script,
    exchange: Arc<Exchange>,
    switch: Switch,
    failed: bool,
}

impl Sending {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if let Some(event) = self.script.events.pop_front() {
            if !self.script.pace.is_zero() {
                tokio::time::sleep(self.script.pace).await;
            }
            self.exchange.event_sent();
            return Some(Ok(event));
        }
        match self.script.ending {
            Ending::Complete => {
                self.exchange.settle(Delivered::Complete);
                None
            }
            Ending::Clean => {
                self.exchange.settle(Delivered::Cut);
                None
            }
            Ending::Torn | Ending::Reset => self.fail().await,
            Ending::Silent => std::future::pending().await,
            Ending::Endless => Some(Ok(ENDLESS)),
        }
    }

    /// An error in the body makes the connection close without a proper end.
    async fn fail(&mut self) -> Option<io::Result<Bytes>> {
        if self.failed {
            return None;
        }
        self.failed = true;
        self.exchange.settle(Delivered::Cut);
        if self.script.ending == Ending::Reset {
            self.switch.reset();
        }
        // What was sent before must have left the connection's buffer, or it is lost as well.
        tokio::time::sleep(FLUSH).await;
        Some(Err(io::Error::other("cut off on request")))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.exchange.settle(Delivered::Aborted);
    }
}
