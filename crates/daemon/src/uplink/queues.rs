//! The way to the server for everybody on the machine.

use std::time::Duration;

use link::Upstream;
use tokio::sync::mpsc::{self, Permit};
use tokio::sync::{oneshot, watch};
use wire::call::{Answer, CallError, Question};

/// Questions that may wait; who asks more waits to be let in.
const QUESTIONS: usize = 64;

/// Small things that people wait for and that may wait themselves; who has more waits.
const URGENT: usize = 1_024;

/// Pieces of output that may wait, each up to 64 KiB; who has more waits. The link keeps more, so
/// few are enough, and what waits here is not behind anything else.
const BULK: usize = 4;

/// Something for the server, and the link it is for: on another one it would make no sense.
pub(crate) type ForLink = (u64, Upstream);

/// The way to the server.
#[derive(Debug, Clone)]
pub(crate) struct Uplink {
    questions: mpsc::Sender<Asked>,
    urgent: mpsc::Sender<ForLink>,
    bulk: mpsc::Sender<ForLink>,
    up: watch::Receiver<bool>,
}

/// The other end of it.
#[derive(Debug)]
pub(crate) struct Queues {
    pub(super) questions: mpsc::Receiver<Asked>,
    pub(super) urgent: mpsc::Receiver<ForLink>,
    pub(super) bulk: mpsc::Receiver<ForLink>,
    /// Whether there is a link.
    pub(super) up: watch::Sender<bool>,
}

/// A question that waits for its answer.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) within: Duration,
    pub(super) answer: oneshot::Sender<Result<Answer, AskFailure>>,
}

/// Why a question to the server has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AskFailure {
    /// The server cannot be reached, or the link was lost before the answer came.
    #[error("the server cannot be reached")]
    Offline,
    /// Too many questions wait already.
    #[error("the link is busy")]
    Busy,
    /// The answer did not come in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server says no.
    #[error("{}", .0.message)]
    Refused(CallError),
    /// The server answered something else than was asked.
    #[error("the server answered something else than was asked")]
    Unexpected,
}

impl Uplink {
    /// The way and its other end.
    pub(crate) fn new() -> (Self, Queues) {
        let (questions, questions_end) = mpsc::channel(QUESTIONS);
        let (urgent, urgent_end) = mpsc::channel(URGENT);
        let (bulk, bulk_end) = mpsc::channel(BULK);
        let (up_end, up) = watch::channel(false);
        let queues =
            Queues { questions: questions_end, urgent: urgent_end, bulk: bulk_end, up: up_end };
        (Self { questions, urgent, bulk, up }, queues)
    }

    /// Waits until there is a link.
    pub(crate) async fn up(&self) {
        // Without a daemon there will be none, and nobody waits for it.
        let _ = self.up.clone().wait_for(|up| *up).await;
    }

    /// Whether there is a link.
    pub(crate) fn is_up(&self) -> bool {
        *self.up.borrow()
    }

    /// Waits until there is no link.
    pub(crate) async fn down(&self) {
        let _ = self.up.clone().wait_for(|up| !*up).await;
    }

    /// Asks the server. Fails at once while there is no link.
    pub(crate) async fn ask(
        &self,
        question: Question,
        within: Duration,
    ) -> Result<Answer, AskFailure> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked { question, within, answer };
        self.questions.send(asked).await.map_err(|_| AskFailure::Offline)?;
        match answered.await.map_err(|_| AskFailure::Offline)?? {
            Answer::Error(error) => Err(AskFailure::Refused(error)),
            answer => Ok(answer),
        }
    }

    /// Sends something small that somebody waits for.
    pub(crate) async fn send_urgent(&self, epoch: u64, live: Upstream) {
        // Without a daemon nobody waits for it either.
        let _ = self.urgent.send((epoch, live)).await;
    }

    /// Sends output, when there is room for it.
    pub(crate) async fn send(&self, epoch: u64, live: Upstream) {
        let _ = self.bulk.send((epoch, live)).await;
    }

    /// Waits until there is room for output; `None` when the daemon is ending.
    pub(crate) async fn room(&self) -> Option<Permit<'_, ForLink>> {
        self.bulk.reserve().await.ok()
    }
}

impl Queues {
    /// Turns away, for as long as there is no link, what comes. Never ends.
    pub(super) async fn turn_away(&mut self) {
        loop {
            tokio::select! {
                Some(asked) = self.questions.recv() => {
                    // Who asked may be gone.
                    let _ = asked.answer.send(Err(AskFailure::Offline));
                }
                Some(_) = self.urgent.recv() => {}
                Some(_) = self.bulk.recv() => {}
                else => std::future::pending().await,
            }
        }
    }
}
