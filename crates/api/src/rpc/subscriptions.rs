//! The chats that one viewer follows.

use std::collections::HashMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use contract::live::{Notification, SessionStream, SessionUpdates, StreamFormat, StreamState};
use control::presence::Watching;
use conversation::Update;
use conversation::events::Narrator;
use futures_util::Stream;
use futures_util::stream::{self, BoxStream};
use model::SessionId;
use relay::{ChatEvent, ChatView};
use wire::stream::Record;

use super::error::RpcError;
use crate::views;

/// Chats that one connection may follow at a time.
const MAX_SUBSCRIPTIONS: usize = 64;

/// How many records before the position that is asked for are heard, so that the events after it
/// are those that everybody else is told: who thinks, which turn it is, what was answered so far.
const HEARD_BEFORE: u64 = 10_000;

/// Where a view must begin for what is told after a position in a format.
pub(crate) const fn beginning(after: u64, format: StreamFormat) -> u64 {
    match format {
        StreamFormat::V1 => after.saturating_sub(HEARD_BEFORE),
        StreamFormat::Updates => after,
    }
}

/// One connection follows too many chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one connection follows at most {MAX_SUBSCRIPTIONS} sessions; unsubscribe from some")]
pub(crate) struct TooMany;

impl From<TooMany> for RpcError {
    fn from(error: TooMany) -> Self {
        Self::busy(error.to_string())
    }
}

/// The chats that one viewer follows.
#[derive(Default)]
pub(crate) struct Subscriptions {
    chats: HashMap<SessionId, Followed>,
    /// Where to begin looking, so that a busy chat does not drown the others.
    turn: usize,
    /// Whoever waits for something to be said; a new chat may have something at once.
    waiting: Option<Waker>,
}

/// One chat, and how it is told.
struct Followed {
    events: BoxStream<'static, ChatEvent>,
    form: Form,
    /// Others see that somebody looks, until this is dropped.
    _watching: Watching,
}

enum Form {
    Updates,
    /// Only what comes after this position is told; what was before it is heard.
    Events {
        narrator: Box<Narrator>,
        after: u64,
    },
}

impl std::fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.chats.keys()).finish()
    }
}

impl Subscriptions {
    /// Follows a chat, from where this view begins; a view of the same chat is replaced.
    pub(crate) fn add(
        &mut self,
        session: SessionId,
        (view, watching): (ChatView, Watching),
        (after, format): (u64, StreamFormat),
    ) -> Result<(), TooMany> {
        if self.chats.len() >= MAX_SUBSCRIPTIONS && !self.chats.contains_key(&session) {
            return Err(TooMany);
        }
        let events = stream::unfold(view, |mut view| async move {
            let event = view.next().await;
            Some((event, view))
        });
        let form = match format {
            StreamFormat::Updates => Form::Updates,
            StreamFormat::V1 => Form::Events { narrator: Box::default(), after },
        };
        self.chats
            .insert(session, Followed { events: Box::pin(events), form, _watching: watching });
        self.waiting.take().into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Follows a chat no longer.
    pub(crate) fn remove(&mut self, session: SessionId) {
        self.chats.remove(&session);
    }

    /// Whether the viewer is told the events of a chat from here.
    pub(crate) fn tells_events_of(&self, session: SessionId) -> bool {
        let followed = self.chats.get(&session);
        followed.is_some_and(|followed| matches!(followed.form, Form::Events { .. }))
    }

    /// Waits for something to be said in any of the chats.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Vec<Notification>> {
        self.turn = self.turn.wrapping_add(1);
        let skip = self.turn % self.chats.len().max(1);
        let mut waiting: Vec<_> = self.chats.iter_mut().collect();
        waiting.rotate_left(skip);
        for (session, followed) in waiting {
            while let Poll::Ready(Some(event)) = Pin::new(&mut followed.events).poll_next(context) {
                let told = followed.form.tell(*session, event);
                if !told.is_empty() {
                    return Poll::Ready(told);
                }
            }
        }
        self.waiting = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Form {
    /// What the viewer is told; may be nothing.
    fn tell(&mut self, session_id: SessionId, event: ChatEvent) -> Vec<Notification> {
        let state = match event {
            ChatEvent::Records(records) => return self.tell_records(session_id, records),
            ChatEvent::Live => StreamState::Live,
            ChatEvent::MachineOffline => StreamState::MachineOffline,
            ChatEvent::Restarted => StreamState::Restarted,
            ChatEvent::Ended => StreamState::Ended,
        };
        if let (Self::Events { narrator, after }, StreamState::Restarted) = (&mut *self, state) {
            **narrator = Narrator::default();
            *after = 0;
        }
        let message = match state {
            StreamState::MachineOffline => Some("the machine is offline".to_owned()),
            _ => None,
        };
        vec![Notification::SessionStream(SessionStream { session_id, state, message })]
    }

    fn tell_records(&mut self, session_id: SessionId, records: Vec<Record>) -> Vec<Notification> {
        let Self::Events { narrator, after } = self else {
            let updates = views::records(records);
            return vec![Notification::SessionUpdates(SessionUpdates { session_id, updates })];
        };
        let mut told = Vec::new();
        for record in records {
            // One that is not JSON comes from a machine that has lost its mind.
            let Ok(update) = Update::from_json(&record.update_json) else { continue };
            let events = narrator.take(update);
            for event in events.into_iter().filter(|_| record.seq > *after) {
                let id = views::raw(&event.turn);
                let event = views::turn_event(id, session_id, record.seq, event);
                told.push(Notification::Event(Box::new(event)));
            }
        }
        told
    }
}
