//! The chats that one viewer follows.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use contract::live::{Notification, SessionStream, SessionUpdates, StreamState};
use futures_util::Stream;
use futures_util::stream::{self, BoxStream};
use model::SessionId;
use relay::{ChatEvent, ChatView};

use crate::views;

/// Chats that one connection may follow at a time.
const MAX_SUBSCRIPTIONS: usize = 64;

/// One connection follows too many chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one connection follows at most {MAX_SUBSCRIPTIONS} sessions; unsubscribe from some")]
pub(super) struct TooMany;

/// What was said in which chat.
pub(super) struct Update {
    session: SessionId,
    event: ChatEvent,
}

/// The chats that one viewer follows.
#[derive(Default)]
pub(super) struct Subscriptions {
    chats: HashMap<SessionId, BoxStream<'static, ChatEvent>>,
    /// Where to begin looking, so that a busy chat does not drown the others.
    turn: usize,
}

impl Subscriptions {
    /// Follows a chat, from where this view begins; a view of the same chat is replaced.
    pub(super) fn add(&mut self, session: SessionId, view: ChatView) -> Result<(), TooMany> {
        if self.chats.len() >= MAX_SUBSCRIPTIONS && !self.chats.contains_key(&session) {
            return Err(TooMany);
        }
        let events = stream::unfold(view, |mut view| async move {
            let event = view.next().await;
            Some((event, view))
        });
        self.chats.insert(session, Box::pin(events));
        Ok(())
    }

    /// Follows a chat no longer.
    pub(super) fn remove(&mut self, session: SessionId) {
        self.chats.remove(&session);
    }

    /// Waits for something to be said in any of the chats. Safe to drop and call again.
    pub(super) async fn next(&mut self) -> Update {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Update> {
        self.turn = self.turn.wrapping_add(1);
        let skip = self.turn % self.chats.len().max(1);
        let mut waiting: Vec<_> = self.chats.iter_mut().collect();
        waiting.rotate_left(skip);
        for (session, events) in waiting {
            if let Poll::Ready(Some(event)) = Pin::new(events).poll_next(context) {
                return Poll::Ready(Update { session: *session, event });
            }
        }
        Poll::Pending
    }
}

impl Update {
    /// What the viewer is told.
    pub(super) fn into_notification(self) -> Notification {
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
