use futures_util::FutureExt;
use model::usage::{TokenCounts, UsageStatus};
use model::{MachineId, ProxyTokenId, SessionId, TenantId, Timestamp, UsageRecordId, UserId};

use super::*;

struct House {
    ledger: Ledger,
    store: Store,
    session: SessionId,
    rng: host::SystemRng,
    _directory: tempfile::TempDir,
}

impl House {
    async fn build() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("gantline.db")).await.unwrap();
        let rng = host::SystemRng::default();
        let session = SessionId::new(Timestamp::from_millis(0), &rng);
        let clock = Arc::new(host::SystemClock::start());
        let news = News::new(store.clone(), bus::Bus::default(), clock);
        let ledger = Ledger::start(store.clone(), news);
        Self { ledger, store, session, rng, _directory: directory }
    }

    /// What is written of a call when it begins.
    fn record(&self) -> UsageRecord {
        let at = Timestamp::from_millis(0);
        UsageRecord {
            id: UsageRecordId::new(at, &self.rng),
            tenant: TenantId::new(at, &self.rng),
            user: UserId::new(at, &self.rng),
            machine: MachineId::new(at, &self.rng),
            session: self.session,
            proxy_token: ProxyTokenId::new(at, &self.rng),
            provider_key: None,
            provider: "openai".parse().unwrap(),
            model_asked: None,
            model_answered: None,
            tokens: TokenCounts { input: 7, ..TokenCounts::default() },
            status: UsageStatus::Estimated,
            cost: None,
            http_status: None,
            started_at: at,
            first_byte_ms: None,
            duration_ms: 0,
            overhead_us: None,
        }
    }

    async fn written(&self) -> Vec<UsageRecord> {
        self.ledger.settled().await;
        self.store.usage_of_session(self.session).await.unwrap()
    }
}

fn ended(mut record: UsageRecord) -> UsageRecord {
    record.status = UsageStatus::Complete;
    record.tokens.output = 3;
    record
}

#[tokio::test]
async fn the_last_word_on_a_call_is_written_once() {
    let house = House::build().await;
    let (first, second) = (house.record(), house.record());
    let mut place = house.ledger.place().await.unwrap();
    place.began(first.clone());
    let mut other = house.ledger.place().await.unwrap();
    other.began(second.clone());
    other.ended(ended(second.clone()));
    place.ended(ended(first.clone()));
    let mut written = house.written().await;
    written.sort_by_key(|record| record.id);
    let mut expected = [ended(first), ended(second)];
    expected.sort_by_key(|record| record.id);
    assert_eq!(written, expected);
}

/// What is written of a call when it begins is replaced by what is known when it has ended, and its
/// place is given back with that.
#[tokio::test]
async fn a_call_that_ends_after_it_was_written_is_written_again() {
    let house = House::build().await;
    let record = house.record();
    let mut place = house.ledger.place().await.unwrap();
    place.began(record.clone());
    let begun = async {
        while house.store.usage_of_session(house.session).await.unwrap() != [record.clone()] {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), begun).await.unwrap();
    assert_eq!(house.ledger.in_flight(), 1);
    place.ended(ended(record.clone()));
    assert_eq!(house.written().await, [ended(record)]);
    assert_eq!(house.ledger.in_flight(), 0);
}

/// R24: when the way to the disk is full, new calls wait; nothing is dropped.
#[tokio::test]
async fn when_all_places_are_taken_new_calls_wait() {
    let house = House::build().await;
    let mut places = Vec::new();
    for _ in 0..PLACES {
        places.push(house.ledger.place().await.unwrap());
    }
    let waiting = tokio::task::unconstrained(house.ledger.place());
    assert!(waiting.now_or_never().is_none());
    for mut place in places.drain(..PLACES / 2) {
        let record = house.record();
        place.began(record.clone());
        place.ended(ended(record));
    }
    let waited = tokio::time::timeout(Duration::from_secs(30), house.ledger.place()).await;
    drop((waited.unwrap(), places));
    let written = house.written().await;
    assert_eq!(written.len(), PLACES / 2);
    assert!(written.iter().all(|record| record.status == UsageStatus::Complete));
}

/// What was handed over before the end is on the disk after it.
#[tokio::test]
async fn closing_writes_what_was_handed_over() {
    let house = House::build().await;
    let record = house.record();
    let mut place = house.ledger.place().await.unwrap();
    place.began(record.clone());
    house.ledger.close().await;
    place.ended(ended(record.clone()));
    house.ledger.close().await;
    assert_eq!(house.store.usage_of_session(house.session).await.unwrap(), [record]);
}
