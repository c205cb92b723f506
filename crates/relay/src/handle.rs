//! The way to a link for those who want something of its machine.

use std::sync::Arc;
use std::time::Duration;

use link::Downstream;
use model::SessionId;
use tokio::sync::{Notify, mpsc, oneshot};
use wire::call::{Answer, CallError, Question};

use crate::chats::ChatHub;
use crate::terminals::TerminalHub;

/// What may wait for a link; who wants more waits to be let in, or does without.
const QUEUE: usize = 1_024;

/// Why a call to a machine has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// The machine cannot be reached, or the link was lost before the answer came.
    #[error("the machine is offline")]
    Offline,
    /// The machine has too many questions to answer already.
    #[error("the machine is busy")]
    Busy,
    /// The answer did not come in time.
    #[error("the machine did not answer in time")]
    TimedOut,
    /// The machine says no.
    #[error("{}", .0.message)]
    Refused(CallError),
    /// The machine answered something else than was asked.
    #[error("the machine answered something else than was asked")]
    Unexpected,
}

/// What is wanted of a link.
pub(crate) enum LinkOrder {
    /// Ask the machine.
    Call {
        question: Question,
        within: Duration,
        answer: oneshot::Sender<Result<Answer, CallFailure>>,
    },
    /// Send this.
    Send(Downstream),
    /// Open a stream for this receiver.
    Open { session: SessionId, from: u64, credit: u64, receiver: Receiver },
    /// End the link.
    Close { reason: &'static str },
}

/// Who gets the output of a stream.
#[derive(Clone)]
pub(crate) enum Receiver {
    Terminal(Arc<TerminalHub>),
    Chat(Arc<ChatHub>),
}

/// The way to one link.
#[derive(Clone)]
pub(crate) struct LinkHandle {
    pub(crate) epoch: u64,
    orders: mpsc::Sender<LinkOrder>,
    commands: Arc<Notify>,
}

impl LinkHandle {
    /// The way, and its other end.
    pub(crate) fn new(epoch: u64) -> (Self, mpsc::Receiver<LinkOrder>, Arc<Notify>) {
        let (orders, queue) = mpsc::channel(QUEUE);
        let commands = Arc::new(Notify::new());
        (Self { epoch, orders, commands: commands.clone() }, queue, commands)
    }

    /// Says that there are new commands in the database.
    pub(crate) fn commands_waiting(&self) {
        self.commands.notify_one();
    }

    /// Orders something, or does without if the link is too busy or gone; answers whether it was
    /// ordered.
    pub(crate) fn try_order(&self, order: LinkOrder) -> bool {
        self.orders.try_send(order).is_ok()
    }

    /// Orders that the link has not taken yet.
    pub(crate) fn waiting(&self) -> u64 {
        (self.orders.max_capacity() - self.orders.capacity()) as u64
    }

    /// Asks the machine.
    pub(crate) async fn call(
        &self,
        question: Question,
        within: Duration,
    ) -> Result<Answer, CallFailure> {
        let (answer, answered) = oneshot::channel();
        let order = LinkOrder::Call { question, within, answer };
        self.orders.send(order).await.map_err(|_| CallFailure::Offline)?;
        match answered.await.map_err(|_| CallFailure::Offline)?? {
            Answer::Error(error) => Err(CallFailure::Refused(error)),
            answer => Ok(answer),
        }
    }
}
