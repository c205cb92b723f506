//! Who breaks off: the client, the provider, the session. One record each, and nobody is left
//! waiting.

use std::time::Duration;

use http::StatusCode;
use model::session::SessionState;
use model::usage::{UsageRecord, UsageStatus};
use serde_json::json;
use sim::provider::Delivered;

use crate::client::{Ask, Coming, DEADLINE, Ending};
use crate::dialects::samples;
use crate::house::{House, Plan};

/// Calls whose answers are streams, one for each shape of stream.
const STREAMS: [usize; 4] = [0, 2, 5, 7];

/// How soon a call ends upstream whose client has left (R25).
const LEFT_WITHIN: Duration = Duration::from_secs(2);

/// How soon a token is dead (S83).
const DEAD_WITHIN: Duration = Duration::from_secs(5);

/// A stream that has begun.
async fn begin(house: &House, stream: usize, say: &str) -> Coming {
    let mut coming = samples(say)[stream].ask(&house.token).send(house.address()).await;
    assert_eq!(coming.status, StatusCode::OK);
    coming.next().await.unwrap().unwrap();
    coming
}

#[track_caller]
fn only(records: Vec<UsageRecord>) -> UsageRecord {
    let [record] = <[_; 1]>::try_from(records).unwrap_or_else(|records| panic!("{records:?}"));
    record
}

/// P03, R25: the call upstream ends when the client leaves. S94: and there is one record of it.
#[tokio::test]
async fn a_client_that_leaves_ends_the_call_upstream() {
    for stream in STREAMS {
        let house = House::build().await;
        let coming = begin(&house, stream, "[[slow 1000 20ms]]").await;
        let exchange = house.exchange();
        coming.leave();
        let ended = tokio::time::timeout(LEFT_WITHIN, exchange.settled()).await.unwrap();
        assert_eq!(ended, Delivered::Aborted, "{stream}");
        let record = only(house.close().await);
        assert_eq!(record.status, UsageStatus::Aborted, "{stream}");
        assert!(record.tokens.total() > 0, "{stream}: {record:?}");
        assert_eq!(record.http_status, Some(200));
    }
}

/// R25, before there is an answer.
#[tokio::test]
async fn a_client_that_leaves_before_the_answer_begins_ends_the_call_too() {
    let house = House::build().await;
    let ask = samples("[[fault hang]]")[3].ask(&house.token);
    let address = house.address();
    let waiting = tokio::spawn(async move { ask.send(address).await.leave() });
    tokio::time::timeout(DEADLINE, house.provider.requests_reach(1)).await.unwrap();
    waiting.abort();
    let exchange = house.exchange();
    let ended = tokio::time::timeout(DEADLINE, exchange.settled()).await.unwrap();
    assert_eq!(ended, Delivered::Aborted);
    let record = only(house.close().await);
    assert_eq!((record.status, record.http_status), (UsageStatus::Aborted, None));
    assert!(record.tokens.input > 0, "what was sent may have been read");
}

/// A stream that breaks off never looks complete: the client hears why, in its own dialect, and
/// then its connection is cut.
#[tokio::test]
async fn a_provider_that_breaks_off_is_passed_on_as_a_break() {
    for stream in STREAMS {
        for how in ["torn", "reset"] {
            let house = House::build().await;
            let say = format!("[[fault cut 3 {how}]] [[say one two three four five six]]");
            let ask = samples(&say)[stream].ask(&house.token);
            let answered = ask.answer(house.address()).await;
            assert_eq!(answered.ending, Ending::Cut, "{stream} {how}");
            assert!(answered.text().contains("it broke off"), "{stream}: {}", answered.text());
            let record = only(house.close().await);
            assert_ne!(record.status, UsageStatus::Complete, "{stream} {how}");
            assert_eq!(record.http_status, Some(200));
        }
    }
}

/// A document that breaks off is cut as well; there is no place in it for an error.
#[tokio::test]
async fn a_document_that_breaks_off_is_cut() {
    let house = House::build().await;
    let say = "[[fault cut 2 torn]] [[say one two three four five six]]";
    let answered = samples(say)[6].ask(&house.token).answer(house.address()).await;
    assert_eq!((answered.status, answered.ending), (StatusCode::OK, Ending::Cut));
    assert!(!answered.text().contains("it broke off"));
    assert_ne!(only(house.close().await).status, UsageStatus::Complete);
}

/// S83: a token that is revoked ends what is under way with it, on both sides, also where the
/// provider is silent.
#[tokio::test]
async fn a_revoked_token_cuts_what_is_under_way() {
    let house = House::build().await;
    let streams = [
        begin(&house, 0, "[[slow 1000 20ms]]").await,
        begin(&house, 5, "[[fault silent 2]] [[say one two three]]").await,
    ];
    let ask = samples("[[fault hang]]")[3].ask(&house.token);
    let address = house.address();
    let hanging = tokio::spawn(async move { ask.answer(address).await });
    tokio::time::timeout(DEADLINE, house.provider.requests_reach(3)).await.unwrap();
    house.revoke().await;
    let cut = async {
        for stream in streams {
            let answered = stream.rest().await;
            assert_eq!(answered.ending, Ending::Cut);
            assert!(answered.text().contains("session of this proxy token has ended"));
        }
        let hanging = hanging.await.unwrap();
        assert_eq!(hanging.status, StatusCode::BAD_REQUEST);
        assert!(hanging.message().contains("has ended"));
        for exchange in house.provider.exchanges() {
            assert_eq!(exchange.settled().await, Delivered::Aborted);
        }
    };
    tokio::time::timeout(DEAD_WITHIN, cut).await.unwrap();
    let records = house.close().await;
    assert_eq!(records.len(), 3);
    assert!(records.iter().all(|record| record.status == UsageStatus::Aborted), "{records:?}");
}

/// S83: the end of the session is the end of its token, whether or not anybody revoked it; and a
/// new call finds out as soon.
#[tokio::test]
async fn the_end_of_the_session_ends_its_token() {
    let house = House::build().await;
    let stream = begin(&house, 2, "[[slow 1000 20ms]]").await;
    house.set_state(SessionState::Stopped).await;
    let cut = tokio::time::timeout(DEAD_WITHIN, stream.rest()).await.unwrap();
    assert_eq!(cut.ending, Ending::Cut);
    let ask = Ask::post("/v1/chat/completions", &json!({ "model": "gpt-5.5", "messages": [] }));
    let refused = ask.bearer(&house.token).answer(house.address()).await;
    assert_eq!(refused.status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(refused.json()["error"]["code"], "token_ended");
    assert_eq!(house.close().await.len(), 1);
}

/// When the server stops, what is under way is cut and written down.
#[tokio::test]
async fn closing_ends_what_is_under_way_and_records_it() {
    let house = House::build().await;
    let stream = begin(&house, 0, "[[slow 1000 20ms]]").await;
    let (records, answered) = tokio::join!(house.close(), stream.rest());
    assert_eq!(answered.ending, Ending::Cut);
    let record = only(records);
    assert_ne!(record.status, UsageStatus::Complete);
    let ask = samples("x")[1].ask(&house.token);
    let refused = ask.answer(house.address()).await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY);
}

/// S93: an answer that stands still ends, and so does one that never ends.
#[tokio::test]
async fn an_answer_that_stands_still_or_never_ends_is_cut() {
    let mut plan = Plan::default();
    plan.limits.answer_idle = Duration::from_millis(300);
    let house = House::with(plan).await;
    let answered = begin(&house, 0, "[[fault silent 2]] [[say one two three]]").await.rest().await;
    assert_eq!(answered.ending, Ending::Cut);
    assert!(answered.text().contains("did not answer in time"), "{}", answered.text());
    assert_ne!(only(house.close().await).status, UsageStatus::Complete);

    let mut plan = Plan::default();
    plan.limits.answer_within = Duration::from_millis(300);
    let house = House::with(plan).await;
    let answered = begin(&house, 0, "[[slow 5000 5ms]]").await.rest().await;
    assert_eq!(answered.ending, Ending::Cut);
    assert!(answered.text().contains("takes too long"), "{}", answered.text());
    assert_ne!(only(house.close().await).status, UsageStatus::Complete);
}

/// S93: an upstream that does not begin to answer is given up.
#[tokio::test]
async fn an_answer_that_never_begins_is_given_up() {
    let mut plan = Plan::default();
    plan.limits.answer_begins_within = Duration::from_millis(300);
    let house = House::with(plan).await;
    let answered = samples("[[fault hang]]")[6].ask(&house.token).answer(house.address()).await;
    assert_eq!(answered.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(answered.json()["type"], "error");
    let record = only(house.close().await);
    assert_eq!((record.status, record.http_status), (UsageStatus::Estimated, None));
}

/// P11, S93: a client that has stopped reading holds no call open, however much is still to come.
#[tokio::test]
async fn a_client_that_reads_no_more_holds_no_call_open() {
    let mut plan = Plan::default();
    plan.limits.answer_idle = Duration::from_millis(300);
    let house = House::with(plan).await;
    // More than all the buffers on the way hold together.
    let unread = begin(&house, 0, "[[slow 100000 0ms]]").await;
    let exchange = house.exchange();
    let ended = tokio::time::timeout(DEADLINE, exchange.settled()).await.unwrap();
    assert_eq!(ended, Delivered::Aborted);
    assert_ne!(only(house.close().await).status, UsageStatus::Complete);
    drop(unread);
}
