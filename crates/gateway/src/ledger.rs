//! The way of usage records to the database.
//!
//! Each call has a place, from before it is forwarded until its last record is on the disk. So the
//! queue between calls and the disk is bounded by the number of places and a record can be handed
//! over without waiting, also by a call that is being dropped. When all places are taken, because
//! the disk is slow or full, new calls wait; no record is ever dropped (R24).
//!
//! One task writes what has come together in one transaction. Of a call that began and ended
//! meanwhile only the end is written.

use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};
use std::time::Duration;

use model::usage::UsageRecord;
use store::{Store, StoreError};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::news::News;

/// Calls that may be under way at a time.
const PLACES: usize = 8_192;

/// What each call hands over at the most: that it began, and how it ended.
const ENTRIES_EACH: usize = 2;

/// Records in one transaction at the most.
const BATCH: usize = 1_024;

/// How long a record waits for others. Shorter calls are written once instead of twice.
const GATHER: Duration = Duration::from_millis(20);

/// How long to wait before what could not be written is tried again.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// The queue and the task behind it.
pub(crate) struct Ledger {
    entries: mpsc::Sender<Arc<Entry>>,
    places: Arc<Semaphore>,
    closing: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// The right of one call to hand its records over.
pub(crate) struct Place {
    entries: mpsc::Sender<Arc<Entry>>,
    entry: Option<Arc<Entry>>,
    permit: OwnedSemaphorePermit,
}

/// The last word on one call. It is put here by the call and taken from here by the task, and what
/// nobody has taken yet is replaced where it is, so that it is queued once.
struct Entry {
    unwritten: Lock<Option<Unwritten>>,
}

/// What is to be written of a call. As long as it is there, its entry is in the queue.
struct Unwritten {
    record: UsageRecord,
    /// Given back when the last record of a call is on the disk.
    last: Option<OwnedSemaphorePermit>,
}

impl Ledger {
    /// Starts the task. It ends when the ledger is closed, or when it and all places are dropped.
    pub(crate) fn start(store: Store, news: Arc<News>) -> Self {
        let (entries, queue) = mpsc::channel(PLACES * ENTRIES_EACH);
        let closing = CancellationToken::new();
        let task = tokio::spawn(write_all(store, news, queue, closing.clone()));
        let places = Arc::new(Semaphore::new(PLACES));
        Self { entries, places, closing, task: Mutex::new(Some(task)) }
    }

    /// Takes a place, if one is free.
    pub(crate) fn place_now(&self) -> Option<Place> {
        let permit = self.places.clone().try_acquire_owned().ok()?;
        Some(self.with(permit))
    }

    /// Takes a place, as soon as one is free.
    pub(crate) async fn place(&self) -> Option<Place> {
        let permit = self.places.clone().acquire_owned().await.ok()?;
        Some(self.with(permit))
    }

    fn with(&self, permit: OwnedSemaphorePermit) -> Place {
        Place { entries: self.entries.clone(), entry: None, permit }
    }

    /// Calls that have a place.
    pub(crate) fn in_flight(&self) -> u64 {
        (PLACES - self.places.available_permits()) as u64
    }

    /// Entries that wait to be written.
    pub(crate) fn waiting(&self) -> u64 {
        (self.entries.max_capacity() - self.entries.capacity()) as u64
    }

    /// Waits until no call is under way and everything is written.
    pub(crate) async fn settled(&self) {
        let all = u32::try_from(PLACES).unwrap_or(u32::MAX);
        if let Ok(all) = self.places.acquire_many(all).await {
            drop(all);
        }
    }

    /// Writes what was handed over and ends the task.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        let mut task = self.task.lock().await;
        let Some(running) = task.as_mut() else { return };
        if let Err(error) = running.await {
            tracing::error!(%error, "the ledger's task broke down");
        }
        *task = None;
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

impl Place {
    /// The call has begun.
    pub(crate) fn began(&mut self, record: UsageRecord) {
        let unwritten = Lock::new(Some(Unwritten { record, last: None }));
        let entry = self.entry.insert(Arc::new(Entry { unwritten }));
        hand_over(&self.entries, entry.clone());
    }

    /// The call has ended, as the record says.
    pub(crate) fn ended(self, record: UsageRecord) {
        let last = Some(Unwritten { record, last: Some(self.permit) });
        let Some(entry) = self.entry else {
            return hand_over(&self.entries, Arc::new(Entry { unwritten: Lock::new(last) }));
        };
        let began = std::mem::replace(&mut *entry.lock(), last);
        if began.is_none() {
            hand_over(&self.entries, entry);
        }
    }
}

impl Entry {
    fn lock(&self) -> MutexGuard<'_, Option<Unwritten>> {
        // It is replaced as a whole.
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hand_over(entries: &mpsc::Sender<Arc<Entry>>, entry: Arc<Entry>) {
    // There is room for everything that all places may hand over. After closing, the ledger keeps
    // the estimate that was written when the call began.
    if entries.try_send(entry).is_err() {
        tracing::warn!("a model call ended after the ledger was closed; an estimate remains");
    }
}

async fn write_all(
    store: Store,
    news: Arc<News>,
    mut queue: mpsc::Receiver<Arc<Entry>>,
    closing: CancellationToken,
) {
    let mut entries = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            // Somebody has something to write.
            count = queue.recv_many(&mut entries, BATCH) => if count == 0 { return },
            // What is queued by now is still written.
            () = closing.cancelled(), if !queue.is_closed() => {
                queue.close();
                continue;
            }
        }
        let gathering = tokio::time::sleep(GATHER);
        if entries.len() < BATCH && closing.run_until_cancelled(gathering).await.is_some() {
            while entries.len() < BATCH
                && let Ok(entry) = queue.try_recv()
            {
                entries.push(entry);
            }
        }
        let (records, places) = taken(entries.drain(..));
        write(&store, records.clone()).await;
        news.note(&records);
        drop(places);
    }
}

/// The last word on each call, in the order in which they were first heard of.
fn taken(
    entries: impl ExactSizeIterator<Item = Arc<Entry>>,
) -> (Arc<Vec<UsageRecord>>, Vec<OwnedSemaphorePermit>) {
    let mut records = Vec::with_capacity(entries.len());
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries {
        let unwritten = entry.lock().take();
        if let Some(Unwritten { record, last }) = unwritten {
            records.push(record);
            places.extend(last);
        }
    }
    (Arc::new(records), places)
}

/// Writes records, however long it takes: a full disk may be emptied. Gives up only when the
/// database has stopped for good, and with it the server.
async fn write(store: &Store, records: Arc<Vec<UsageRecord>>) {
    loop {
        let batch = records.clone();
        let written = store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.usage_put(&batch).await })
        });
        match written.await {
            Ok(()) => return,
            Err(error @ StoreError::Stopped(_)) => {
                let count = records.len();
                tracing::error!(%error, count, "usage records are lost; the ledger holds estimates");
                return;
            }
            Err(error) => tracing::error!(%error, "usage records cannot be written; trying again"),
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

#[cfg(test)]
mod tests;
