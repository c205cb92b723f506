//! The way of refused calls to the audit log: one record for each call that a session was denied,
//! with what it asked for and why, never what it said.
//!
//! Who calls without a token that is known can call as often as they like, so of those there is one
//! record a minute at the most, with their number. The queue is bounded; what finds it full is
//! counted, and the count is recorded when there is room.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::request::Parts;
use model::{AuditRecordId, Clock, Rng};
use providers::Refusal;
use serde_json::json;
use store::audit::NewAuditRecord;
use store::proxy_tokens::ProxyToken;
use store::{Store, StoreError};
use tokio::sync::{Mutex, Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What the log calls it.
const ACTION: &str = "model_call.deny";

/// Records that may wait to be written.
const QUEUE: usize = 1_024;

/// Records in one transaction at the most.
const BATCH: usize = 256;

/// How often those who are not known are recorded.
const NOBODIES_EVERY: Duration = Duration::from_mins(1);

/// The longest part of a path that is kept.
const MAX_PATH_CHARACTERS: usize = 100;

/// The queue and the task behind it.
pub(crate) struct Denials {
    records: mpsc::Sender<NewAuditRecord>,
    counts: Arc<Counts>,
    maker: Maker,
    closing: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What was not recorded one by one.
#[derive(Default)]
struct Counts {
    /// Calls of nobody in particular.
    nobodies: AtomicU64,
    /// Calls that found the queue full.
    unrecorded: AtomicU64,
    /// There is something to count.
    counted: Notify,
}

/// Makes records.
#[derive(Clone)]
struct Maker {
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

impl Denials {
    /// Starts the task. It ends when this is closed or dropped.
    pub(crate) fn start(store: Store, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Self {
        let (records, queue) = mpsc::channel(QUEUE);
        let (counts, maker) = (Arc::new(Counts::default()), Maker { clock, rng });
        let closing = CancellationToken::new();
        let writer = Writer { store, queue, counts: counts.clone(), maker: maker.clone() };
        let task = tokio::spawn(writer.run(closing.clone()));
        Self { records, counts, maker, closing, task: Mutex::new(Some(task)) }
    }

    /// Notes that a call was refused, if that is a denial and not bad luck.
    pub(crate) fn note(&self, parts: &Parts, token: Option<&ProxyToken>, refusal: &Refusal) {
        if !refusal.is_denial() {
            return;
        }
        let Some(token) = token else {
            self.counts.nobodies.fetch_add(1, Ordering::Relaxed);
            self.counts.counted.notify_one();
            return;
        };
        if self.records.try_send(self.maker.denied(parts, token, refusal)).is_err() {
            self.counts.unrecorded.fetch_add(1, Ordering::Relaxed);
            self.counts.counted.notify_one();
        }
    }

    /// Records that wait to be written.
    pub(crate) fn waiting(&self) -> u64 {
        (self.records.max_capacity() - self.records.capacity()) as u64
    }

    /// Writes what was noted and ends the task.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        let mut task = self.task.lock().await;
        let Some(running) = task.as_mut() else { return };
        if let Err(error) = running.await {
            tracing::error!(%error, "the task that records denied calls broke down");
        }
        *task = None;
    }
}

impl Drop for Denials {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

impl Maker {
    fn denied(&self, parts: &Parts, token: &ProxyToken, refusal: &Refusal) -> NewAuditRecord {
        let path: String = parts.uri.path().chars().take(MAX_PATH_CHARACTERS).collect();
        let facts = json!({
            "method": parts.method.as_str(), "path": path, "asked": refusal.asked(),
            "machine": token.machine, "proxy_token": token.id,
        });
        NewAuditRecord {
            tenant: Some(token.tenant),
            actor: format!("user:{}", token.user),
            object: format!("session:{}", token.session),
            result: refusal.code().to_owned(),
            facts: facts.to_string(),
            ..self.blank()
        }
    }

    /// Calls that have no record of their own.
    fn counted(&self, result: &str, count: u64) -> NewAuditRecord {
        let facts = json!({ "count": count }).to_string();
        NewAuditRecord { result: result.to_owned(), facts, ..self.blank() }
    }

    fn blank(&self) -> NewAuditRecord {
        let at = self.clock.now();
        NewAuditRecord {
            id: AuditRecordId::new(at, &*self.rng),
            tenant: None,
            at,
            actor: "anonymous".to_owned(),
            action: ACTION.to_owned(),
            object: "gateway".to_owned(),
            result: String::new(),
            facts: String::new(),
        }
    }
}

/// The task.
struct Writer {
    store: Store,
    queue: mpsc::Receiver<NewAuditRecord>,
    counts: Arc<Counts>,
    maker: Maker,
}

impl Writer {
    async fn run(mut self, closing: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH);
        let clock = self.maker.clock.clone();
        let mut next_count = clock.tick();
        let mut is_counting = false;
        loop {
            tokio::select! {
                biased;
                // Somebody was denied something.
                count = self.queue.recv_many(&mut batch, BATCH) => if count == 0 { break },
                // There is something to count,
                () = self.counts.counted.notified(), if !is_counting => is_counting = true,
                // and the last count is long enough ago.
                () = tokio::time::sleep(next_count.since(clock.tick())), if is_counting => {
                    batch.extend(self.counted());
                    next_count = clock.tick() + NOBODIES_EVERY;
                    is_counting = false;
                }
                // Nothing new is noted any more.
                () = closing.cancelled() => break,
            }
            self.write(&mut batch).await;
        }
        while let Ok(record) = self.queue.try_recv() {
            batch.push(record);
        }
        batch.extend(self.counted());
        self.write(&mut batch).await;
    }

    fn counted(&self) -> impl Iterator<Item = NewAuditRecord> {
        let nobodies = self.counts.nobodies.swap(0, Ordering::Relaxed);
        let unrecorded = self.counts.unrecorded.swap(0, Ordering::Relaxed);
        let counts = [("unknown_token", nobodies), ("too_many_to_record", unrecorded)];
        let counted = counts.into_iter().filter(|(_, count)| *count > 0);
        let maker = self.maker.clone();
        counted.map(move |(result, count)| maker.counted(result, count))
    }

    async fn write(&self, batch: &mut Vec<NewAuditRecord>) {
        if batch.is_empty() {
            return;
        }
        let records: Vec<_> = std::mem::take(batch);
        let written = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for record in records {
                    tx.audit_append(record).await?;
                }
                Ok(())
            })
        });
        if let Err(error) = written.await {
            tracing::error!(%error, "denied model calls could not be recorded");
        }
    }
}
