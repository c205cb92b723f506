//! The chats that one viewer follows.

use std::collections::HashMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use contract::live::{Notification, SessionStream, SessionUpdates, StreamState};
use futures_util::Stream;
use futures_util::stream::{self, BoxStream};
use model::SessionId;
use relay::{ChatEvent, ChatView};

use super::error::RpcError;
use crate::views;

/// Chats that one connection may follow at a time.
const MAX_SUBSCRIPTIONS: usize = 64;

/// One connection follows too many chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one connection follows at most {MAX_SUBSCRIPTIONS} sessions; unsubscribe from some")]
pub(crate) struct TooMany;

impl From<TooMany> for RpcError {
    fn from(error: TooMany) -> Self {
        Self::busy(error.to_string())
    }
}

/// What was said in which chat.
pub(crate) struct Update {
    session: SessionId,
    event: ChatEvent,
}

/// The chats that one viewer follows.
#[derive(Default)]
pub(crate) struct Subscriptions {
    chats: HashMap<SessionId, BoxStream<'static, ChatEvent>>,
    /// Where to begin looking, so that a busy chat does not drown the others.
    turn: usize,
    /// Whoever waits for something to be said; a new chat may have something at once.
    waiting: Option<Waker>,
}

impl std::fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.chats.keys()).finish()
    }
}

impl Subscriptions {
    /// Follows a chat, from where this view begins; a view of the same chat is replaced.
    pub(crate) fn add(&mut self, session: SessionId, view: ChatView) -> Result<(), TooMany> {
        if self.chats.len() >= MAX_SUBSCRIPTIONS && !self.chats.contains_key(&session) {
            return Err(TooMany);
        }
        let events = stream::unfold(view, |mut view| async move {
            let event = view.next().await;
            Some((event, view))
        });
        self.chats.insert(session, Box::pin(events));
        self.waiting.take().into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Follows a chat no longer.
    pub(crate) fn remove(&mut self, session: SessionId) {
        self.chats.remove(&session);
    }

    /// Waits for something to be said in any of the chats.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Update> {
        self.turn = self.turn.wrapping_add(1);
        let skip = self.turn % self.chats.len().max(1);
        let mut waiting: Vec<_> = self.chats.iter_mut().collect();
        waiting.rotate_left(skip);
        for (session, events) in waiting {
            if let Poll::Ready(Some(event)) = Pin::new(events).poll_next(context) {
                return Poll::Ready(Update { session: *session, event });
            }
        }
        self.waiting = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Update {
    /// What the viewer is told.
    pub(crate) fn into_notification(self) -> Notification {
        let session_id = self.session;
        let state = match self.event {
            ChatEvent::Records(records) => {
                let updates = views::records(records);
                return Notification::SessionUpdates(SessionUpdates { session_id, updates });
            }
            ChatEvent::Live => StreamState::Live,
            ChatEvent::MachineOffline => StreamState::MachineOffline,
            ChatEvent::Restarted => StreamState::Restarted,
            ChatEvent::Ended => StreamState::Ended,
        };
        let message = match state {
            StreamState::MachineOffline => Some("the machine is offline".to_owned()),
            _ => None,
        };
        Notification::SessionStream(SessionStream { session_id, state, message })
    }
}
