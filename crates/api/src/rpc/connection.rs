//! What a WebSocket has and a single request has not: chats that it follows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::subscriptions::Subscriptions;

/// The WebSocket over which a method was called. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    subscriptions: Arc<Mutex<Subscriptions>>,
}

impl Connection {
    /// The chats that it follows. Never held over an await.
    pub(crate) fn subscriptions(&self) -> MutexGuard<'_, Subscriptions> {
        // A set of streams is whole between any two of its calls.
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
