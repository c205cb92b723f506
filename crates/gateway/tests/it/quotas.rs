//! S95: what is spent is what was left; who comes too late is told so in the words that make its
//! client stop.

use std::time::Duration;

use http::StatusCode;
use model::price::Rates;
use model::quota::{Account, QuotaMeasure, QuotaSubject};
use model::usage::UsageRecord;
use serde_json::json;
use tokio::task::JoinSet;

use crate::client::{Ask, Ending};
use crate::dialects::samples;
use crate::house::House;

/// A thousandth of a dollar for a thousand tokens of any class.
const RATES: Rates = Rates {
    input: 1_000_000,
    cache_read: 1_000_000,
    cache_write: 1_000_000,
    cache_write_1h: 1_000_000,
    output: 1_000_000,
};

/// How long a changed quota may take to be seen: it is read again every second.
const SEEN_WITHIN: Duration = Duration::from_secs(30);

fn stream(say: &str, max_tokens: u64) -> Ask {
    let messages = json!([{ "role": "user", "content": say }]);
    let body =
        json!({ "model": "m", "max_tokens": max_tokens, "messages": messages, "stream": true });
    Ask::post("/v1/messages", &body)
}

fn cost(records: &[UsageRecord]) -> u64 {
    records.iter().map(|record| record.cost.as_ref().unwrap().amount.as_nanos()).sum()
}

/// P02, S95: of two hundred streams at the same time as many run as may, and together they spend no
/// more than there was; what they reserved and did not need is given back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_streams_do_not_overspend() {
    let house = House::build().await;
    house.set_price("anthropic", "m", RATES).await;
    let limit = 5_000_000;
    house.set_quota(QuotaMeasure::Cost, limit).await;
    let mut calls = JoinSet::new();
    for _ in 0..200 {
        let (token, address) = (house.token.clone(), house.address());
        calls.spawn(async move {
            let answered =
                stream("[[slow 6 3ms]]", 100).bearer(&token).send(address).await.rest().await;
            (answered.status, answered.ending)
        });
    }
    let mut served = 0;
    while let Some(answered) = calls.join_next().await {
        match answered.unwrap() {
            (StatusCode::OK, Ending::Whole) => served += 1,
            (status, _) => assert_eq!(status, StatusCode::PAYMENT_REQUIRED),
        }
    }
    assert!(served > 0);
    // What was given back can be spent, until a call may need more than is left.
    let mut more = 0;
    while stream("[[slow 6 1ms]]", 100).bearer(&house.token).answer(house.address()).await.status
        == StatusCode::OK
    {
        more += 1;
        assert!(more < 200, "the quota has no end");
    }
    let records = house.close().await;
    assert_eq!(records.len(), served + more, "a call that was refused was never an attempt");
    let each = 300 * 1_000;
    let spent = cost(&records);
    assert!(spent <= limit && spent > limit - each, "{spent}");
}

#[tokio::test]
async fn a_quota_stops_every_client_in_its_own_words() {
    let house = House::build().await;
    house.set_quota(QuotaMeasure::Requests, 0).await;
    for sample in samples("hello") {
        let answered = sample.ask(&house.token).answer(house.address()).await;
        let responses = sample.target == "/v1/responses";
        let expected = if responses { 429 } else { 402 };
        assert_eq!(answered.status, expected, "{}", answered.text());
        assert_eq!(answered.headers["x-should-retry"], "false");
        assert!(answered.message().contains("0 calls are left"), "{}", answered.text());
    }
    assert!(house.provider.exchanges().is_empty(), "nothing is forwarded");
    assert!(house.close().await.is_empty());
}

/// P15: counting tokens and listing models is free.
#[tokio::test]
async fn what_is_free_needs_no_budget() {
    let house = House::build().await;
    house.set_quota(QuotaMeasure::Requests, 0).await;
    let models = Ask::without_body(http::Method::GET, "/v1/models").bearer(&house.token);
    assert_eq!(models.answer(house.address()).await.status, StatusCode::OK);
}

/// What was spent before a restart is spent after it.
#[tokio::test]
async fn a_restart_forgets_nothing() {
    let mut house = House::build().await;
    house.set_quota(QuotaMeasure::Requests, 2).await;
    let status = |house: &House| {
        let ask = stream("hello", 10).bearer(&house.token);
        let address = house.address();
        async move { ask.answer(address).await.status }
    };
    assert_eq!(status(&house).await, StatusCode::OK);
    house.restart().await;
    assert_eq!(status(&house).await, StatusCode::OK);
    house.restart().await;
    assert_eq!(status(&house).await, StatusCode::PAYMENT_REQUIRED);
}

/// P02: what an upstream refuses, and what is never sent, uses nothing up.
#[tokio::test]
async fn what_fails_is_given_back() {
    let house = House::build().await;
    house.set_quota(QuotaMeasure::Requests, 1).await;
    for _ in 0..5 {
        let ask = stream("[[fault status 500]]", 10).bearer(&house.token);
        assert_eq!(ask.answer(house.address()).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    }
    let ask = stream("hello", 10).bearer(&house.token);
    assert_eq!(ask.answer(house.address()).await.status, StatusCode::OK);
}

/// A session, a user, a machine and a model each have their own.
#[tokio::test]
async fn each_kind_of_quota_holds() {
    for subject in [
        QuotaSubject::Tenant,
        QuotaSubject::User,
        QuotaSubject::Machine,
        QuotaSubject::Session,
        QuotaSubject::Model,
    ] {
        let house = House::build().await;
        house.set_quota_of(subject, None, QuotaMeasure::Requests, 1).await;
        let ask = || stream("hello", 10).bearer(&house.token);
        assert_eq!(ask().answer(house.address()).await.status, StatusCode::OK, "{subject}");
        let second = ask().answer(house.address()).await;
        assert_eq!(second.status, StatusCode::PAYMENT_REQUIRED, "{subject}");
    }
}

/// A quota that is made or changed holds for calls from then on, and counts what was before.
#[tokio::test]
async fn a_new_quota_counts_what_was_spent_before_it() {
    let house = House::build().await;
    let ask = || stream("hello", 10).bearer(&house.token);
    assert_eq!(ask().answer(house.address()).await.status, StatusCode::OK);
    let session = Some(Account::Session(house.session));
    house.set_quota_of(QuotaSubject::Session, session, QuotaMeasure::Requests, 1).await;
    let seen = async {
        while ask().answer(house.address()).await.status != StatusCode::PAYMENT_REQUIRED {}
    };
    tokio::time::timeout(SEEN_WITHIN, seen).await.unwrap();
}

/// Who comes near the end of a quota is written down, once for each line.
#[tokio::test]
async fn reached_lines_are_written_down() {
    let house = House::build().await;
    house.set_quota(QuotaMeasure::Requests, 5).await;
    for _ in 0..5 {
        let ask = stream("hello", 10).bearer(&house.token);
        assert_eq!(ask.answer(house.address()).await.status, StatusCode::OK);
    }
    house.close().await;
    let records = house.store.audit_page(Some(house.tenant), None, 100).await.unwrap();
    let reached: Vec<_> =
        records.iter().filter(|record| record.action == "quota.reached").collect();
    assert_eq!(reached.len(), 2, "{reached:?}");
    assert!(reached[1].facts.contains(r#""percent":"80""#) && reached[1].facts.contains("tenant"));
    assert!(reached[0].facts.contains(r#""percent":"100""#));
}
