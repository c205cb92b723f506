//! The records of a chat, sent as the server takes them: from the journal, whoever wrote it.

use model::SessionId;
use tokio::sync::{mpsc, watch};
use wire::limits::MAX_UPDATES_BYTES;
use wire::stream::{ChatUpdates, Record, StreamClosed};

use crate::context::{Context, blocking};
use crate::ordered::Ordered;

/// Names a stream: the server counts them anew on each link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamKey {
    /// The number of the link.
    pub(crate) epoch: u64,
    /// The number of the stream on it.
    pub(crate) id: u64,
}

/// One stream of a chat's records.
pub(crate) struct ChatStream {
    pub(crate) session: SessionId,
    pub(crate) key: StreamKey,
    /// Only records with a higher number.
    pub(crate) after: u64,
    /// Bytes that may be sent in all; ends with the stream.
    pub(crate) credit: watch::Receiver<u64>,
    /// The session, if it goes on.
    pub(crate) live: Option<mpsc::Sender<Ordered>>,
}

/// Why a stream ends.
enum End {
    /// The server wants no more of it, or the daemon stops.
    Unwanted,
    /// With this code.
    Closed(&'static str, String),
}

impl ChatStream {
    /// Sends until the stream is closed or everything is sent of a session that has ended.
    pub(crate) async fn run(mut self, context: &Context) {
        let end = tokio::select! {
            // First, because a chat that waits for the next daemon has left this one, and not ended.
            biased;
            () = context.stopping.cancelled() => End::Unwanted,
            end = self.send_all(context) => end,
        };
        if let End::Closed(code, message) = end {
            let closed = StreamClosed { stream_id: self.key.id, code: code.to_owned(), message };
            let closed = link::Upstream::StreamClosed(closed);
            context.uplink.send(self.key.epoch, closed).await;
        }
    }

    async fn send_all(&mut self, context: &Context) -> End {
        let (journal, session) = (context.journal.clone(), self.session);
        let mut last = match blocking(move || journal.watch_transcript(session)).await {
            Ok(last) => last,
            Err(error) => return End::Closed("unreadable", error.to_string()),
        };
        let newest = *last.borrow_and_update();
        if newest == 0 && self.live.is_none() {
            return End::Closed("unknown_session", "the session has ended".to_owned());
        }
        if self.after > newest {
            // The disk has lost what the server has seen.
            let message = format!("there are {newest} records, {} were seen", self.after);
            return End::Closed("unknown_position", message);
        }
        let mut sent = 0;
        loop {
            if let Some(end) = self.wait_for_credit(sent).await {
                return end;
            }
            let room = self.credit.borrow().saturating_sub(sent);
            match self.page(context, room).await {
                Err(end) => return end,
                Ok(records) if records.is_empty() => {
                    if let Some(end) = self.wait_for_more(&mut last).await {
                        return end;
                    }
                }
                Ok(records) => {
                    self.after = records.last().map_or(self.after, |record| record.seq);
                    sent += bytes(&records);
                    let updates = ChatUpdates { stream_id: self.key.id, records };
                    context.uplink.send(self.key.epoch, link::Upstream::ChatUpdates(updates)).await;
                }
            }
        }
    }

    async fn wait_for_credit(&mut self, sent: u64) -> Option<End> {
        let granted = self.credit.wait_for(|credit| *credit > sent).await;
        granted.is_err().then_some(End::Unwanted)
    }

    /// One record at least, so that a stream does not stop before one that is larger than what
    /// may be sent.
    async fn page(&self, context: &Context, room: u64) -> Result<Vec<Record>, End> {
        let (journal, session, after) = (context.journal.clone(), self.session, self.after);
        let max_bytes = usize::try_from(room).unwrap_or(usize::MAX).min(MAX_UPDATES_BYTES);
        match blocking(move || journal.read(session, after, max_bytes)).await {
            Ok(page) => Ok(page.records),
            Err(error) => Err(End::Closed("unreadable", error.to_string())),
        }
    }

    /// Waits until there may be more; the end if there will be none.
    async fn wait_for_more(&mut self, last: &mut watch::Receiver<u64>) -> Option<End> {
        if *last.borrow_and_update() > self.after {
            return None;
        }
        let ended = || Some(End::Closed("ended", String::new()));
        let Some(live) = &self.live else { return ended() };
        tokio::select! {
            biased;
            changed = last.changed() => if changed.is_err() { ended() } else { None },
            () = live.closed() => {
                // What it wrote last is there by now.
                self.live = None;
                None
            }
            () = closed(&mut self.credit) => Some(End::Unwanted),
        }
    }
}

/// Waits until nobody can grant more.
async fn closed(credit: &mut watch::Receiver<u64>) {
    while credit.changed().await.is_ok() {}
}

fn bytes(records: &[Record]) -> u64 {
    records.iter().map(|record| record.update_json.len() as u64).sum()
}
