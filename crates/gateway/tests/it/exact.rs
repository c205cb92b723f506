//! R24: usage is exact or marked as an estimate, and there is one record for each attempt,
//! whoever breaks off.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use model::usage::{TokenCounts, UsageRecord, UsageStatus};
use serde_json::{Value, json};
use sim::provider::Exchange;
use tokio::task::JoinSet;

use crate::client::{Ask, DEADLINE, Ending};
use crate::dialects::samples;
use crate::house::House;

/// How many calls are made, all at the same time.
const CALLS: usize = 400;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The client reads everything.
    Read,
    /// The client leaves after so many pieces.
    Leave(usize),
    /// The provider breaks off.
    Break,
    /// The provider refuses.
    Refuse,
}

impl Fate {
    /// The same for every run, in a mixture of all.
    fn of(call: usize) -> Self {
        let lot = call.wrapping_mul(2_654_435_761) >> 7;
        match lot % 10 {
            0..=3 => Self::Read,
            4..=6 => Self::Leave(lot % 7),
            7 | 8 => Self::Break,
            _ => Self::Refuse,
        }
    }

    fn say(self) -> &'static str {
        match self {
            Self::Read | Self::Leave(_) => "[[slow 12 3ms]]",
            Self::Break => "[[fault cut 4 torn]] [[slow 12 3ms]]",
            Self::Refuse => "[[fault status 500]]",
        }
    }
}

/// The call's number, as the model that it asks for, so that it is found again on both sides.
fn model(call: usize) -> String {
    format!("gpt-{call}")
}

fn ask(call: usize) -> Ask {
    let (model, say) = (model(call), Fate::of(call).say());
    let messages = json!([{ "role": "user", "content": say }]);
    match call % 3 {
        0 => Ask::post(
            "/v1/chat/completions",
            &json!({ "model": model, "messages": messages, "stream": true }),
        ),
        1 => Ask::post("/v1/responses", &json!({ "model": model, "input": say, "stream": true })),
        _ => Ask::post(
            "/v1/messages",
            &json!({ "model": model, "max_tokens": 9, "messages": messages, "stream": true }),
        ),
    }
}

/// Makes a call and lets it meet its fate.
async fn make(call: usize, token: String, address: std::net::SocketAddr) {
    let mut coming = ask(call).bearer(&token).send(address).await;
    match Fate::of(call) {
        Fate::Leave(pieces) => {
            for _ in 0..pieces {
                if coming.next().await.is_none() {
                    return;
                }
            }
            coming.leave();
        }
        Fate::Read => {
            let answered = coming.rest().await;
            assert_eq!((answered.status, answered.ending), (StatusCode::OK, Ending::Whole));
        }
        Fate::Break => assert_eq!(coming.rest().await.ending, Ending::Cut),
        Fate::Refuse => {
            assert_eq!(coming.rest().await.status, StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
}

fn truths(exchanges: &[Arc<Exchange>]) -> HashMap<String, TokenCounts> {
    let truths = exchanges.iter().map(|exchange| {
        let body: Value = serde_json::from_slice(exchange.body.as_ref().unwrap()).unwrap();
        (body["model"].as_str().unwrap().to_owned(), exchange.tokens().unwrap())
    });
    truths.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_calls_that_break_off_at_random_are_counted_once_each() {
    let house = House::build().await;
    let mut calls = JoinSet::new();
    for call in 0..CALLS {
        calls.spawn(make(call, house.token.clone(), house.address()));
    }
    while let Some(made) = calls.join_next().await {
        made.unwrap();
    }
    let records = house.close().await;
    let exchanges = house.provider.exchanges();
    assert_eq!(exchanges.len(), CALLS, "nothing is tried twice");
    let truths = truths(&exchanges);
    assert_eq!(truths.len(), CALLS);
    let mut by_model: HashMap<String, UsageRecord> = HashMap::new();
    for record in records {
        let model = record.model_asked.clone().unwrap();
        let twice = by_model.insert(model, record);
        assert_eq!(twice, None, "one record for each attempt");
    }
    for call in 0..CALLS {
        check(call, &by_model[&model(call)], &truths[&model(call)]);
    }
    assert_eq!(by_model.len(), CALLS);
}

#[track_caller]
fn check(call: usize, record: &UsageRecord, truth: &TokenCounts) {
    let fate = Fate::of(call);
    match fate {
        Fate::Read => assert_eq!(record.status, UsageStatus::Complete, "{call}"),
        Fate::Refuse => assert_eq!(record.status, UsageStatus::Refused, "{call}"),
        Fate::Break => assert_ne!(record.status, UsageStatus::Complete, "{call}"),
        // It may have left with everything in its hands, or before the first byte.
        Fate::Leave(_) => assert!(
            !matches!(record.status, UsageStatus::Refused | UsageStatus::Partial),
            "{call}: {record:?}"
        ),
    }
    match record.status {
        UsageStatus::Complete => assert_eq!(record.tokens, *truth, "{call}"),
        UsageStatus::Refused => assert_eq!(record.tokens.total(), 0, "{call}"),
        UsageStatus::Partial | UsageStatus::Estimated | UsageStatus::Aborted => {
            assert!(record.tokens.total() > 0, "{call} {fate:?}: {record:?}");
        }
    }
}

/// The record is on the disk while the call goes on, as the estimate that stays if the server is
/// killed, and becomes the truth afterwards without a second one.
#[tokio::test]
async fn a_record_is_there_before_the_call_ends() {
    let house = House::build().await;
    let mut coming = samples("[[slow 8 100ms]]")[0].ask(&house.token).send(house.address()).await;
    coming.next().await.unwrap().unwrap();
    let begun = house.ledger_reaches(1).await;
    assert_eq!(begun[0].status, UsageStatus::Estimated);
    assert!(begun[0].tokens.input > 0, "what was sent counts");
    assert_eq!(coming.rest().await.ending, Ending::Whole);
    let truth = house.truth();
    let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
    assert_eq!((record.id, record.status), (begun[0].id, UsageStatus::Complete));
    assert_eq!([record.tokens], truth[..]);
}

/// A gateway that is dropped instead of closed, as when a server dies, leaves the estimate.
#[tokio::test]
async fn a_gateway_that_dies_leaves_an_estimate() {
    let house = House::build().await;
    let ask = samples("[[fault hang]]")[6].ask(&house.token);
    let address = house.address();
    let waiting = tokio::spawn(async move { ask.send(address).await.leave() });
    tokio::time::timeout(DEADLINE, house.provider.requests_reach(1)).await.unwrap();
    house.ledger_reaches(1).await;
    let session = house.session;
    waiting.abort();
    let (store, _directory) = house.die();
    let records = tokio::time::timeout(Duration::from_secs(5), store.usage_of_session(session));
    let records = records.await.unwrap().unwrap();
    let [record] = &records[..] else { panic!("one attempt, one record: {records:?}") };
    // That the client was cut off may still be written, or not.
    assert!(matches!(record.status, UsageStatus::Estimated | UsageStatus::Aborted), "{record:?}");
    assert!(record.tokens.input > 0, "what was sent counts");
}
