//! What calls cost: each record says how much, by which price, and who says so.

use http::StatusCode;
use model::price::{PriceSource, Rates};
use model::usage::UsageStatus;
use providers::prices;
use serde_json::json;

use crate::client::{Ask, Ending};
use crate::house::House;

const RATES: Rates = Rates {
    input: 2_000_000,
    cache_read: 1_000_000,
    cache_write: 3_000_000,
    cache_write_1h: 4_000_000,
    output: 8_000_000,
};

fn message(model: &str, say: &str) -> Ask {
    let messages = json!([{ "role": "user", "content": say }]);
    Ask::post("/v1/messages", &json!({ "model": model, "max_tokens": 99, "messages": messages }))
}

/// R24: what was used is what it cost, by the table of this release.
#[tokio::test]
async fn a_call_costs_what_the_table_says() {
    let house = House::build().await;
    let ask = message("claude-sonnet-4-5", "[[say one two three]]").bearer(&house.token);
    assert_eq!(ask.answer(house.address()).await.ending, Ending::Whole);
    let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
    let provider = "anthropic".parse().unwrap();
    let quote = prices::quote(&[], &provider, Some("claude-sonnet-4-5"));
    assert_eq!(record.status, UsageStatus::Complete);
    assert_eq!(record.cost, Some(quote.cost(&house.truth()[0])));
    let cost = record.cost.as_ref().unwrap();
    assert_eq!((cost.source, cost.version.as_ref()), (PriceSource::Table, prices::version()));
    assert!(cost.amount.as_nanos() > 0);
    assert!(record.overhead_us.is_some() && record.provider_key.is_some());
}

/// P20: a model that nobody knows is dear, and its record says that this was assumed.
#[tokio::test]
async fn a_model_without_a_price_is_never_free() {
    let house = House::build().await;
    let ask = message("claude-of-tomorrow", "[[say one two three]]").bearer(&house.token);
    assert_eq!(ask.answer(house.address()).await.status, StatusCode::OK);
    let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
    let cost = record.cost.as_ref().unwrap();
    assert_eq!(cost.source, PriceSource::Assumed);
    assert_eq!(cost.amount, prices::ASSUMED.cost(&record.tokens));
    let since = model::Timestamp::from_millis(0);
    let unknown = house.store.prices_unknown(house.tenant, since).await.unwrap();
    assert_eq!(unknown[0].model.as_deref(), Some("claude-of-tomorrow"));
    assert_eq!(unknown[0].calls, 1);
}

#[tokio::test]
async fn what_an_administrator_says_comes_first() {
    let house = House::build().await;
    house.set_price("anthropic", "claude-sonnet-4-5", RATES).await;
    let ask = message("claude-sonnet-4-5", "[[say one two three]]").bearer(&house.token);
    assert_eq!(ask.answer(house.address()).await.status, StatusCode::OK);
    let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
    let cost = record.cost.as_ref().unwrap();
    assert_eq!((cost.source, cost.amount), (PriceSource::Override, RATES.cost(&record.tokens)));
}

/// What was refused has cost nothing; what broke off has cost what was seen of it.
#[tokio::test]
async fn a_call_that_fails_costs_what_was_used() {
    let house = House::build().await;
    house.set_price("anthropic", "m", RATES).await;
    for say in ["[[fault status 500]]", "[[fault cut 4 torn]] [[slow 12 3ms]]"] {
        let messages = json!([{ "role": "user", "content": say }]);
        let body = json!({ "model": "m", "max_tokens": 9, "messages": messages, "stream": true });
        Ask::post("/v1/messages", &body).bearer(&house.token).answer(house.address()).await;
    }
    let records = house.close().await;
    let cost = |record: &model::usage::UsageRecord| record.cost.as_ref().unwrap().amount;
    assert_eq!(records[0].status, UsageStatus::Refused);
    assert_eq!(cost(&records[0]).as_nanos(), 0);
    assert_ne!(records[1].status, UsageStatus::Refused);
    assert_eq!(cost(&records[1]), RATES.cost(&records[1].tokens));
    assert!(cost(&records[1]).as_nanos() > 0);
}
