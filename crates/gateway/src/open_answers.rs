//! The answers under way. Each can be ended from outside, also while its client does not read: its
//! token dies, nothing moves any more, it takes too long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use foldhash::HashMap;
use futures_util::task::AtomicWaker;
use model::{Clock, Tick};
use providers::UsageTap;

use crate::limits::Limits;
use crate::settle::{Attempt, Ending};
use crate::tokens::LiveToken;
use crate::upstreams::Answer;

/// How often they are looked at.
const EVERY: Duration = Duration::from_millis(500);

/// Why an answer ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Its token died.
    Token,
    /// The gateway closes.
    Closing,
    /// Nothing has moved for too long.
    Still,
    /// It takes too long.
    TooLong,
}

/// All answers under way.
pub(crate) struct OpenAnswers {
    clock: Arc<dyn Clock>,
    limits: Limits,
    next: AtomicU64,
    open: Mutex<HashMap<u64, Arc<OpenAnswer>>>,
}

/// An answer under way.
pub(crate) struct OpenAnswer {
    /// Its token; while this is held, the token is watched.
    pub(crate) token: Arc<LiveToken>,
    /// What comes from the upstream, until it has ended for one reason or another.
    flow: Mutex<Option<Flow>>,
    ended: OnceLock<End>,
    /// Who waits for more.
    pub(crate) reader: AtomicWaker,
    began: Tick,
    moved_at_ms: AtomicU64,
}

/// What comes from the upstream, and what is known of it. Dropping it ends the call upstream.
pub(crate) struct Flow {
    pub(crate) upstream: Answer,
    pub(crate) usage: Option<Usage>,
}

/// The usage of a call that uses something.
pub(crate) struct Usage {
    pub(crate) attempt: Attempt,
    /// `None` where the upstream refused.
    pub(crate) tap: Option<UsageTap>,
    pub(crate) request_bytes: u64,
}

/// An answer's entry in the list of all; dropped with it.
pub(crate) struct Entry {
    all: Arc<OpenAnswers>,
    number: u64,
    pub(crate) answer: Arc<OpenAnswer>,
}

impl OpenAnswers {
    pub(crate) fn new(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self { clock, limits, next: AtomicU64::new(0), open: Mutex::default() }
    }

    /// Adds an answer to the list.
    pub(crate) fn open(self: &Arc<Self>, token: Arc<LiveToken>, flow: Flow) -> Entry {
        let began = self.clock.tick();
        let answer = Arc::new(OpenAnswer {
            token,
            flow: Mutex::new(Some(flow)),
            ended: OnceLock::new(),
            reader: AtomicWaker::new(),
            began,
            moved_at_ms: AtomicU64::new(began.as_millis()),
        });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(number, answer.clone());
        // It may have died after it was asked last and before it was in the list.
        if answer.token.ended.is_cancelled() {
            answer.end(End::Token);
        }
        Entry { all: self.clone(), number, answer }
    }

    /// Looks at all answers again and again.
    pub(crate) async fn watch(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            let now = self.clock.tick();
            for answer in self.all() {
                if let Some(end) = self.verdict(&answer, now) {
                    answer.end(end);
                }
            }
        }
    }

    /// Ends all that is under way.
    pub(crate) fn end_all(&self) {
        for answer in self.all() {
            answer.end(End::Closing);
        }
    }

    fn all(&self) -> Vec<Arc<OpenAnswer>> {
        self.lock().values().cloned().collect()
    }

    fn verdict(&self, answer: &OpenAnswer, now: Tick) -> Option<End> {
        let moved_at = Tick::from_millis(answer.moved_at_ms.load(Ordering::Relaxed));
        if answer.token.ended.is_cancelled() {
            Some(End::Token)
        } else if now.since(answer.began) > self.limits.answer_within {
            Some(End::TooLong)
        } else if now.since(moved_at) > self.limits.answer_idle {
            Some(End::Still)
        } else {
            None
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<OpenAnswer>>> {
        // Entries are put in and taken out as a whole.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenAnswer {
    /// What comes from the upstream; `None` once it has ended.
    pub(crate) fn flow(&self) -> MutexGuard<'_, Option<Flow>> {
        // A flow that something broke down over is read no further than where it was.
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why it was ended from outside, if it was.
    pub(crate) fn ended(&self) -> Option<End> {
        self.ended.get().copied()
    }

    /// Something moved.
    pub(crate) fn moved(&self, now: Tick) {
        self.moved_at_ms.store(now.as_millis(), Ordering::Relaxed);
    }

    /// Ends the call upstream, settles it with what was seen, and tells the reader.
    fn end(&self, end: End) {
        let Some(flow) = self.flow().take() else { return };
        // The first reason stays.
        let _ = self.ended.set(end);
        flow.settle(Ending::Here);
        self.reader.wake();
    }
}

impl Flow {
    /// Bytes of the body have come.
    pub(crate) fn see(&mut self, bytes: &[u8]) {
        if let Some(usage) = &mut self.usage {
            usage.attempt.body_came();
            if let Some(tap) = &mut usage.tap {
                tap.push(bytes);
            }
        }
    }

    /// Writes down what was used, as far as it was seen.
    pub(crate) fn settle(self, ending: Ending) {
        let Self { upstream, usage } = self;
        drop(upstream);
        let Some(Usage { attempt, tap, request_bytes }) = usage else { return };
        match tap {
            Some(tap) => attempt.read(tap.finish(request_bytes), ending),
            None => attempt.refused(),
        }
    }
}

impl Drop for Entry {
    /// The client is gone, or has everything.
    fn drop(&mut self) {
        self.all.lock().remove(&self.number);
        let flow = self.answer.flow().take();
        if let Some(flow) = flow {
            flow.settle(Ending::Here);
        }
    }
}
