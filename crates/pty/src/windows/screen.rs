//! A pseudo-console that several want something of, and that is closed once.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::sys::Console;
use crate::Size;

/// A pseudo-console until it is closed.
#[derive(Debug, Clone)]
pub(super) struct Screen(Arc<Mutex<Option<Console>>>);

impl Screen {
    pub(super) fn new(console: Console) -> Self {
        Self(Arc::new(Mutex::new(Some(console))))
    }

    /// Sets the size; means nothing to one that is closed.
    pub(super) fn resize(&self, size: Size) -> io::Result<()> {
        let console = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        console.as_ref().map_or(Ok(()), |console| console.resize(size))
    }

    /// Closes it, if nobody has, and waits for that.
    pub(super) fn close(&self) {
        // Not under the lock: who sets the size must not wait.
        drop(self.take());
    }

    /// Closes it, if nobody has, and does not wait. Who does is gone with the output's last byte, or
    /// when nobody wants to read it.
    pub(super) fn hang_up(&self) {
        let Some(console) = self.take() else { return };
        let closing = thread::Builder::new().name("hang up".to_owned()).stack_size(64 * 1024);
        if let Err(error) = closing.spawn(move || drop(console)) {
            tracing::warn!(%error, "a terminal is closed without a thread for it");
        }
    }

    fn take(&self) -> Option<Console> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
