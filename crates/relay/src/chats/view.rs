//! One viewer of a chat.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wire::stream::Record;

use super::hub::{ChatHub, Found, Standing};

/// Records in one event, in bytes, unless a single one is larger.
const EVENT_BYTES: usize = 64 * 1024;

/// How long to wait before a page that could not be had is asked for again.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What happens in a chat, for one viewer, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatEvent {
    /// Records that follow the last ones, without a hole.
    Records(Vec<Record>),
    /// Everything up to now was told.
    Live,
    /// The machine cannot be reached; more comes when it is back.
    MachineOffline,
    /// The transcript turned out to be another one; it begins again from its first record.
    Restarted,
    /// The machine knows the session no more.
    Ended,
}

/// One viewer of a chat.
pub struct ChatView {
    hub: Arc<ChatHub>,
    /// The last record that was told.
    after: u64,
    restarts: u64,
    told: Option<Standing>,
    changes: watch::Receiver<u64>,
}

impl ChatView {
    pub(crate) fn join(hub: Arc<ChatHub>, after: u64) -> Self {
        let (changes, restarts) = hub.join(after);
        Self { hub, after, restarts, told: None, changes }
    }

    /// Waits for the next event. Safe to drop and call again.
    pub async fn next(&mut self) -> ChatEvent {
        loop {
            self.changes.mark_unchanged();
            if self.restarts != self.hub.restarts() {
                self.restarts = self.hub.restarts();
                self.after = 0;
                self.told = None;
                return ChatEvent::Restarted;
            }
            match self.hub.find(self.after, EVENT_BYTES) {
                Found::Records(records) => return self.tell(records),
                Found::CaughtUp(standing) if self.told != Some(standing) => {
                    self.told = Some(standing);
                    return standing.into();
                }
                Found::CaughtUp(_) => {
                    // The hub lives as long as this view, and so does its sender.
                    let _ = self.changes.changed().await;
                }
                Found::OnMachine => match self.hub.page(self.after).await {
                    Ok(page) if !page.records.is_empty() => return self.tell(page.records),
                    Ok(_) | Err(_) => {
                        if self.told != Some(Standing::MachineOffline) {
                            self.told = Some(Standing::MachineOffline);
                            return ChatEvent::MachineOffline;
                        }
                        let changed = self.changes.changed();
                        let _ = tokio::time::timeout(ASK_AGAIN_AFTER, changed).await;
                    }
                },
            }
        }
    }

    fn tell(&mut self, records: Vec<Record>) -> ChatEvent {
        if let Some(last) = records.last() {
            self.after = last.seq;
        }
        self.told = None;
        ChatEvent::Records(records)
    }
}

impl Drop for ChatView {
    fn drop(&mut self) {
        self.hub.leave();
    }
}

impl From<Standing> for ChatEvent {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Live => Self::Live,
            Standing::MachineOffline => Self::MachineOffline,
            Standing::Ended => Self::Ended,
        }
    }
}
