//! What the agent says, as it says it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// A message that was not an answer to one of [`super::Peer`]'s own questions.
#[derive(Debug)]
pub struct Message {
    /// The line, valid JSON, byte for byte.
    pub line: Arc<str>,
    /// Gives the room back when the message has been dealt with.
    pub(super) _room: OwnedSemaphorePermit,
}

/// Why nothing more will be heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The agent has closed its output.
    Closed,
    /// It wrote a line longer than may be.
    LineTooLong {
        /// What a line may be.
        limit_bytes: usize,
    },
    /// Its output could not be read.
    Broken,
}

impl Ended {
    /// The reason for people; empty where there is nothing strange about it.
    pub fn for_people(&self) -> String {
        match self {
            Self::Closed => String::new(),
            Self::LineTooLong { limit_bytes } => {
                format!("it wrote a line longer than {limit_bytes} bytes")
            }
            Self::Broken => "its output could not be read".to_owned(),
        }
    }
}

/// The receiving end. As long as nobody takes messages, the agent has to wait once the room for
/// them is used up.
#[derive(Debug)]
pub struct Incoming {
    pub(super) messages: mpsc::Receiver<Message>,
    pub(super) ended: tokio::sync::oneshot::Receiver<Ended>,
}

impl Incoming {
    /// The next message; `None` when no more will come. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Message> {
        self.messages.recv().await
    }

    /// Waits until no more will come, and says why. To be asked once, after [`Self::next`] has
    /// said `None`.
    pub async fn ended(&mut self) -> Ended {
        (&mut self.ended).await.unwrap_or(Ended::Closed)
    }
}
