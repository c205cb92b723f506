//! Several keys for one provider: who pays, who steps in, and who rests.

use std::time::Duration;

use http::StatusCode;
use model::ProviderKeyId;
use model::provider::{KeyState, KeyUse};
use model::usage::{UsageRecord, UsageStatus};
use sim::provider::{Cut, Fault};

use crate::client::{Answered, Ending};
use crate::dialects::samples;
use crate::house::{CANARY, House, Plan};

/// A document in each dialect.
const WHOLE: [usize; 4] = [1, 3, 6, 9];

struct Two {
    house: House,
    first: ProviderKeyId,
    second: ProviderKeyId,
}

fn preferred() -> KeyUse {
    KeyUse { priority: 5, ..KeyUse::default() }
}

fn provider_of(sample: usize) -> &'static str {
    match sample {
        0..=4 => "openai",
        5 | 6 => "anthropic",
        _ => "google",
    }
}

/// A house with two keys for the provider of a sample, the first of which goes first.
async fn two_keys(sample: usize, plan: Plan) -> Two {
    let house = House::with(Plan { providers: &[], ..plan }).await;
    let provider = provider_of(sample);
    let base_url = match provider {
        "openai" => house.provider.openai_base_url(),
        _ => house.provider.base_url(),
    };
    let second = house.add_key_with(provider, CANARY, &base_url, KeyUse::default()).await;
    let first = house.add_key_with(provider, CANARY, &base_url, preferred()).await;
    Two { house, first, second }
}

async fn answer(house: &House, sample: usize, say: &str) -> Answered {
    samples(say)[sample].ask(&house.token).answer(house.address()).await
}

/// A key that was tried, what came of it, and what the provider said.
type Paid = (ProviderKeyId, UsageStatus, Option<u16>);

/// Which keys were tried, in the order of the keys: attempts of the same millisecond have no order
/// in the ledger.
async fn paid(house: &House) -> Vec<Paid> {
    let records = house.close().await;
    let paid =
        |record: &UsageRecord| (record.provider_key.unwrap(), record.status, record.http_status);
    sorted(records.iter().map(paid))
}

fn sorted<T: Ord>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    all.sort_unstable();
    all
}

/// A key that is refused, limited or failing is replaced before the client hears of it, and rests:
/// the next call goes to the other at once. Each attempt has a record of its own.
#[tokio::test]
async fn another_key_steps_in_before_the_first_byte() {
    for sample in WHOLE {
        for status in [401, 403, 429, 500, 503, 529] {
            let Two { house, first, second } = two_keys(sample, Plan::default()).await;
            house.provider.fail_next(Fault::Status { status, retry_after_s: None }, 1);
            for _ in 0..2 {
                let answered = answer(&house, sample, "[[say hello]]").await;
                assert_eq!(answered.status, StatusCode::OK, "{status}: {}", answered.text());
            }
            let expected = [
                (first, UsageStatus::Refused, Some(status)),
                (second, UsageStatus::Complete, Some(200)),
                (second, UsageStatus::Complete, Some(200)),
            ];
            assert_eq!(paid(&house).await, sorted(expected), "{sample} {status}");
        }
    }
}

#[tokio::test]
async fn another_key_steps_in_where_nobody_answers() {
    for address in ["https://nobody.invalid/v1", "https://127.0.0.1:9/v1"] {
        let house = House::with(Plan { providers: &["openai"], ..Plan::default() }).await;
        let away = house.add_key_with("openai", CANARY, address, preferred()).await;
        for _ in 0..2 {
            assert_eq!(answer(&house, 1, "[[say hello]]").await.status, StatusCode::OK);
        }
        let paid = paid(&house).await;
        let (tried, others): (Vec<Paid>, Vec<Paid>) =
            paid.into_iter().partition(|(key, ..)| *key == away);
        assert_eq!(tried, [(away, UsageStatus::Refused, None)], "{address}: then it rests");
        assert_eq!(others.len(), 2, "{address}");
        assert!(others.iter().all(|(_, _, status)| *status == Some(200)), "{others:?}");
    }
}

/// What says how long to wait is believed: nothing is no rest at all, an hour is one.
#[tokio::test]
async fn retry_after_decides_the_rest() {
    for (retry_after_s, third) in [(0, 200), (3_600, 429)] {
        let Two { house, first, second } = two_keys(1, Plan::default()).await;
        let retry_after_s = Some(retry_after_s);
        house.provider.fail_next(Fault::Status { status: 429, retry_after_s }, 1);
        for _ in 0..2 {
            assert_eq!(answer(&house, 1, "[[say hello]]").await.status, StatusCode::OK);
        }
        let used: Vec<_> = paid(&house).await.into_iter().map(|(key, ..)| key).collect();
        let last = if third == 200 { first } else { second };
        assert_eq!(used, sorted([first, second, last]));
    }
}

/// P12: what may have been done is not done twice: an answer that has begun, one that never begins, one
/// that cannot be used.
#[tokio::test]
async fn nothing_is_tried_twice_that_may_have_been_paid_for() {
    for (sample, fault, status) in [
        (0, Fault::Cut { after_events: 2, how: Cut::Reset }, StatusCode::OK),
        (5, Fault::Cut { after_events: 2, how: Cut::Torn }, StatusCode::OK),
        (1, Fault::Hang, StatusCode::GATEWAY_TIMEOUT),
        (6, Fault::Gzip, StatusCode::BAD_GATEWAY),
        (9, Fault::CrlfHeaders, StatusCode::BAD_GATEWAY),
        (3, Fault::Status { status: 400, retry_after_s: None }, StatusCode::BAD_REQUEST),
        (1, Fault::Status { status: 402, retry_after_s: None }, StatusCode::PAYMENT_REQUIRED),
        (1, Fault::Status { status: 404, retry_after_s: None }, StatusCode::NOT_FOUND),
    ] {
        let mut plan = Plan::default();
        if fault == Fault::Hang {
            plan.limits.answer_begins_within = Duration::from_millis(500);
        }
        let Two { house, first, .. } = two_keys(sample, plan).await;
        house.provider.fail_next(fault.clone(), 1);
        let answered = answer(&house, sample, "[[say one two three four]]").await;
        assert_eq!(answered.status, status, "{fault:?}");
        assert_eq!(answered.ending == Ending::Cut, status == StatusCode::OK, "{fault:?}");
        assert_eq!(house.provider.exchanges().len(), 1, "{fault:?}");
        let used: Vec<_> = paid(&house).await.into_iter().map(|(key, ..)| key).collect();
        assert_eq!(used, [first], "{fault:?}");
    }
}

/// When no key is left the client hears what the last one heard, and nothing is refused that might
/// work again: the next call is tried.
#[tokio::test]
async fn when_all_keys_rest_one_is_tried_all_the_same() {
    let Two { house, .. } = two_keys(1, Plan::default()).await;
    house.provider.fail_next(Fault::Status { status: 429, retry_after_s: Some(9) }, 2);
    let refused = answer(&house, 1, "[[say hello]]").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers["retry-after"], "9");
    assert_eq!(answer(&house, 1, "[[say hello]]").await.status, StatusCode::OK);
    assert_eq!(paid(&house).await.len(), 3);
}

/// One call tries three keys, not all that there are.
#[tokio::test]
async fn a_call_does_not_try_every_key() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    for _ in 0..6 {
        house.add_key("openai", "sk-revoked-0123456789").await;
    }
    let refused = answer(&house, 1, "[[say hello]]").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers["x-should-retry"], "false", "the client has no better key");
    assert_eq!(paid(&house).await.len(), 3);
}

/// P17: a session stays with one key: its prompts are cached there.
#[tokio::test]
async fn a_session_stays_with_its_key() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    for _ in 0..8 {
        house.add_key("openai", CANARY).await;
    }
    for sample in [0, 1, 2, 3, 4, 0, 1, 2] {
        assert_eq!(answer(&house, sample, "[[say hello]]").await.status, StatusCode::OK);
    }
    let mut used: Vec<_> = paid(&house).await.into_iter().map(|(key, ..)| key).collect();
    assert_eq!(used.len(), 8);
    used.dedup();
    assert_eq!(used.len(), 1);
}

#[tokio::test]
async fn a_disabled_key_is_not_used() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    let disabled = KeyUse { state: KeyState::Disabled, ..preferred() };
    let base_url = house.provider.openai_base_url();
    house.add_key_with("openai", CANARY, &base_url, disabled).await;
    let refused = answer(&house, 1, "[[say hello]]").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.message().contains("No API key configured"), "{}", refused.message());
    assert_eq!(paid(&house).await, []);
}

/// A key whose secret does not open is passed over.
#[tokio::test]
async fn a_key_that_does_not_open_is_passed_over() {
    let house = House::with(Plan { providers: &["openai", "anthropic"], ..Plan::default() }).await;
    house.swap_sealed(&"openai".parse().unwrap()).await;
    house.add_key("openai", CANARY).await;
    assert_eq!(answer(&house, 1, "[[say hello]]").await.status, StatusCode::OK);
}
