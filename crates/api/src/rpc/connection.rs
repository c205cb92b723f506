//! What a WebSocket has and a single request has not: chats that it follows, answers that come in
//! pieces, and requests that can be cancelled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::live::Notification;
use control::Error;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::message::Id;
use super::subscriptions::Subscriptions;

/// Notifications that may wait to be sent; whoever has more to say waits for the viewer.
const MAX_WAITING: usize = 64;

/// The WebSocket over which a method was called. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connection {
    subscriptions: Arc<Mutex<Subscriptions>>,
    asks: Arc<Mutex<HashMap<String, CancellationToken>>>,
    notices: mpsc::Sender<Notification>,
}

impl Connection {
    /// A connection, and what it is to be told.
    pub fn open() -> (Self, mpsc::Receiver<Notification>) {
        let (notices, waiting) = mpsc::channel(MAX_WAITING);
        let (subscriptions, asks) = (Arc::default(), Arc::default());
        (Self { subscriptions, asks, notices }, waiting)
    }

    /// The chats that it follows. Never held over an await.
    pub(crate) fn subscriptions(&self) -> MutexGuard<'_, Subscriptions> {
        lock(&self.subscriptions)
    }

    /// Tells something; waits while the viewer takes nothing in.
    pub(super) async fn tell(&self, notification: Notification) {
        // Nobody is told anything any more once the connection is gone.
        let _ = self.notices.send(notification).await;
    }

    /// A request that can be cancelled from now on.
    pub(super) fn begin(&self, id: &Id) -> Result<Cancellable, Error> {
        let cancelled = CancellationToken::new();
        let key = id.as_json().to_owned();
        let mut asks = lock(&self.asks);
        if asks.contains_key(&key) {
            let message = format!("a request with the id {key} is not answered yet");
            return Err(Error::invalid("id_in_use", message));
        }
        asks.insert(key.clone(), cancelled.clone());
        Ok(Cancellable { asks: self.asks.clone(), key, cancelled })
    }

    /// Cancels a request; whether there is one.
    pub(super) fn cancel(&self, id: &str) -> bool {
        let asks = lock(&self.asks);
        let found = asks.get(id);
        found.inspect(|cancelled| cancelled.cancel()).is_some()
    }
}

/// A request that can be cancelled for as long as this lives.
pub(super) struct Cancellable {
    asks: Arc<Mutex<HashMap<String, CancellationToken>>>,
    key: String,
    pub(super) cancelled: CancellationToken,
}

impl Drop for Cancellable {
    fn drop(&mut self) {
        lock(&self.asks).remove(&self.key);
    }
}

/// What is locked here is whole between any two calls.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
