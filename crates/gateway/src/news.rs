//! What sessions have used, told to those who look on while it changes.
//!
//! A session is told of as soon as its records are on the disk, and at most once in [`EVERY`]
//! however many calls it makes; less often where there is so much to add up that it would be
//! felt. What is told is what the ledger adds up to at that moment, so that
//! whoever missed something has everything with the next news.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bus::{Bus, Event, Place};
use model::usage::UsageRecord;
use model::{Clock, SessionId};
use store::Store;
use tokio::sync::Notify;

/// How long those who look on wait for more of the same.
const EVERY: Duration = Duration::from_millis(500);

/// Adding up rests for so many times as long as it took.
const RESTS: u32 = 50;

/// Sessions that are told of at a time; the rest come next. Listeners can be behind by a few times
/// as many events.
const MOST_AT_ONCE: usize = 100;

/// Sessions that wait to be told of. What is beyond that is told with the next call of its session.
const MOST_WAITING: usize = 10_000;

/// What has changed and was not told yet.
pub(crate) struct News {
    store: Store,
    bus: Bus,
    clock: Arc<dyn Clock>,
    waiting: Mutex<Waiting>,
    noted: Notify,
}

/// In the order in which they were heard of, each once.
#[derive(Default)]
struct Waiting {
    order: VecDeque<Place>,
    known: HashSet<SessionId>,
}

impl News {
    pub(crate) fn new(store: Store, bus: Bus, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { store, bus, clock, waiting: Mutex::default(), noted: Notify::new() })
    }

    /// These records are on the disk.
    pub(crate) fn note(&self, records: &[UsageRecord]) {
        let mut waiting = self.waiting();
        for record in records {
            waiting.note(Place {
                tenant: record.tenant,
                owner: record.user,
                machine: record.machine,
                session: record.session,
            });
        }
        drop(waiting);
        self.noted.notify_one();
    }

    /// Tells what has changed, again and again.
    pub(crate) async fn watch(&self) {
        loop {
            self.noted.notified().await;
            let mut began = self.clock.tick();
            while self.tell().await {
                let took = self.clock.tick().since(began);
                tokio::time::sleep(EVERY.max(took * RESTS)).await;
                began = self.clock.tick();
            }
        }
    }

    /// Tells of the sessions that have waited longest; whether there were any.
    async fn tell(&self) -> bool {
        let places = self.waiting().take(MOST_AT_ONCE);
        let sessions: Vec<SessionId> = places.iter().map(|place| place.session).collect();
        if sessions.is_empty() {
            return false;
        }
        match self.store.usage_sums(&sessions).await {
            Ok(sums) => {
                for place in places {
                    if let Some(sum) = sums.get(&place.session) {
                        self.bus.tell(Event::UsageChanged(place, *sum));
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "what sessions have used could not be told"),
        }
        true
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // What is locked here is whole between any two calls.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn note(&mut self, place: Place) {
        if self.order.len() < MOST_WAITING && self.known.insert(place.session) {
            self.order.push_back(place);
        }
    }

    fn take(&mut self, most: usize) -> Vec<Place> {
        let count = most.min(self.order.len());
        let taken: Vec<Place> = self.order.drain(..count).collect();
        for place in &taken {
            self.known.remove(&place.session);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use model::{MachineId, TenantId, Timestamp, UserId};

    use super::*;

    fn place(rng: &host::SystemRng) -> Place {
        let at = Timestamp::from_millis(0);
        Place {
            tenant: TenantId::new(at, rng),
            owner: UserId::new(at, rng),
            machine: MachineId::new(at, rng),
            session: SessionId::new(at, rng),
        }
    }

    #[test]
    fn a_session_waits_once_and_no_more_wait_than_are_allowed() {
        let rng = host::SystemRng::default();
        let places: Vec<Place> = (0..=MOST_WAITING).map(|_| place(&rng)).collect();
        let mut waiting = Waiting::default();
        for place in places.iter().chain(&places[..3]) {
            waiting.note(*place);
        }
        assert_eq!(waiting.take(2), places[..2]);
        waiting.note(places[0]);
        let rest = waiting.take(usize::MAX);
        assert_eq!(rest[..MOST_WAITING - 2], places[2..MOST_WAITING]);
        assert_eq!(rest[MOST_WAITING - 2..], places[..1]);
        assert_eq!(waiting.take(1), []);
    }
}
