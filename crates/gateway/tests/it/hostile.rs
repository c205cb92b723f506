//! Providers that answer what no provider should.

use std::time::Duration;

use http::StatusCode;
use model::usage::UsageStatus;
use sim::provider::{Config, SimProvider};

use crate::client::{Answered, Ending};
use crate::dialects::samples;
use crate::house::{CANARY, House, Plan};

/// Streams of each dialect, and documents of each.
const ALL: [usize; 7] = [0, 1, 2, 3, 5, 6, 7];

async fn answer(house: &House, sample: usize, say: &str) -> Answered {
    samples(say)[sample].ask(&house.token).answer(house.address()).await
}

/// What cannot be passed on is said in the dialect's own shape, and recorded once.
async fn refused(say: &str, status: UsageStatus, problem: &str) {
    for sample in ALL {
        let house = House::build().await;
        let answered = answer(&house, sample, say).await;
        assert_eq!(answered.status, StatusCode::BAD_GATEWAY, "{say} {}", answered.text());
        assert_eq!(answered.ending, Ending::Whole);
        assert!(answered.message().contains(problem), "{say}: {}", answered.text());
        assert!(!answered.headers.contains_key("location"));
        assert!(!answered.headers.contains_key("set-cookie"));
        let records = house.close().await;
        assert_eq!((records.len(), records[0].status), (1, status), "{say} {sample}");
    }
}

/// S88: where a redirect leads was not chosen by an administrator.
#[tokio::test]
async fn a_redirect_is_an_error() {
    refused("[[fault redirect]]", UsageStatus::Refused, "redirects").await;
}

/// P09, S92: what is compressed although nobody asked is not passed on.
#[tokio::test]
async fn a_compressed_answer_is_an_error() {
    refused("[[fault gzip]] [[say hello]]", UsageStatus::Estimated, "compressed").await;
}

/// S90: headers that two parsers could read differently are not proper HTTP.
#[tokio::test]
async fn smuggled_headers_are_an_error() {
    refused("[[fault crlf-headers]]", UsageStatus::Estimated, "not proper HTTP").await;
}

#[tokio::test]
async fn a_huge_head_is_an_error() {
    refused("[[fault huge-headers]]", UsageStatus::Estimated, "not proper HTTP").await;
}

/// S90: a second answer that nobody asked for reaches nobody.
#[tokio::test]
async fn a_second_answer_reaches_nobody() {
    let house = House::build().await;
    answer(&house, 1, "[[fault crlf-headers]]").await;
    for _ in 0..3 {
        let answered = answer(&house, 1, "[[say hello]]").await;
        assert_eq!(answered.status, StatusCode::OK);
        assert!(!answered.text().contains("second"));
    }
}

/// S89: a key that the provider repeats is blotted out, in bodies and in headers.
#[tokio::test]
async fn a_repeated_key_is_blotted_out() {
    for sample in ALL {
        let house = House::build().await;
        let refused = answer(&house, sample, "[[fault echo-key]]").await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.text().contains(&"*".repeat(CANARY.len())), "{}", refused.text());
        assert!(!refused.headers.contains_key("x-request-id"));
        let say = "[[fault echo-key-in-stream]] [[say one two three four]]";
        let answered = answer(&house, sample, say).await;
        assert_eq!(answered.status, StatusCode::OK);
        for answered in [refused, answered] {
            assert!(!answered.text().contains(CANARY));
            assert!(!format!("{:?}", answered.headers).contains(CANARY));
        }
        let statuses: Vec<_> = house.close().await.iter().map(|record| record.status).collect();
        assert_eq!(statuses, [UsageStatus::Refused, UsageStatus::Complete]);
    }
}

/// What a provider refuses is passed on with what it says of trying again, and used nothing.
#[tokio::test]
async fn a_refusal_of_the_provider_is_passed_on() {
    for sample in ALL {
        let house = House::build().await;
        let answered = answer(&house, sample, "[[fault status 429 retry-after 7]]").await;
        assert_eq!(answered.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answered.headers["retry-after"], "7");
        let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
        assert_eq!((record.status, record.http_status), (UsageStatus::Refused, Some(429)));
        assert_eq!(record.tokens.total(), 0);
    }
}

/// S93: an answer without an end ends at the limit, in size or in time.
#[tokio::test]
async fn an_endless_line_is_cut() {
    let mut plan = Plan::default();
    plan.limits.answer_bytes = 256 * 1024;
    for sample in [0, 2, 5, 7] {
        let house = House::with(plan.clone()).await;
        let answered = answer(&house, sample, "[[fault endless-line]] [[say one two]]").await;
        assert_eq!(answered.ending, Ending::Cut, "{sample}");
        assert!(answered.body.len() < 300 * 1024, "{} bytes", answered.body.len());
        let records = house.close().await;
        assert_eq!(records.len(), 1);
        assert_ne!(records[0].status, UsageStatus::Complete);
    }
}

/// Bytes that come one by one go on one by one, and are the same.
#[tokio::test]
async fn a_dripping_answer_is_passed_as_it_comes() {
    let say = "[[fault drip 0ms]] [[say hello]]";
    for sample in [0, 3, 5, 7] {
        let house = House::build().await;
        let direct = SimProvider::start(Config::default()).await.unwrap();
        let expected = samples(say)[sample].ask("any").answer(direct.address()).await;
        let answered = answer(&house, sample, say).await;
        assert_eq!(answered.body, expected.body, "{sample}");
        let exchange = house.exchange();
        let records = house.close().await;
        assert_eq!((records.len(), Some(records[0].tokens)), (1, exchange.tokens()), "{sample}");
    }
}

/// S94: a provider that does not say what it used is estimated, and the record says so.
#[tokio::test]
async fn an_answer_without_usage_is_estimated() {
    for sample in ALL {
        let house = House::build().await;
        let say = "[[fault no-usage]] [[say one two three four five six seven eight]]";
        let answered = answer(&house, sample, say).await;
        assert_eq!(answered.ending, Ending::Whole);
        let exchange = house.exchange();
        let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
        assert_eq!(record.status, UsageStatus::Estimated, "{sample}");
        let truth = exchange.tokens().unwrap();
        // What a model thought without showing it leaves no bytes to count.
        let shown = truth.output - truth.reasoning;
        assert!(record.tokens.output * 4 >= shown * 3, "{sample}: {record:?} {truth:?}");
        assert!(record.tokens.input > 0);
    }
}

/// S94: a stream that ends in good order but before its last event is not complete.
#[tokio::test]
async fn a_stream_that_stops_early_in_good_order_is_not_complete() {
    for sample in [0, 2, 5, 7] {
        let house = House::build().await;
        let say = "[[fault cut 3 clean]] [[say one two three four five six]]";
        answer(&house, sample, say).await;
        let records = house.close().await;
        assert_eq!(records.len(), 1);
        assert_ne!(records[0].status, UsageStatus::Complete, "{sample}");
    }
}

/// P10, R25: nothing is held back: an event is here before the next one is sent.
#[tokio::test]
async fn events_pass_one_by_one() {
    tokio::join!(events_pass(0), events_pass(2), events_pass(5), events_pass(7));
}

async fn events_pass(sample: usize) {
    let house = House::with(Plan { pace: Duration::from_millis(100), ..Plan::default() }).await;
    let ask = samples("[[say one two three four five six]]")[sample].ask(&house.token);
    let mut coming = ask.send(house.address()).await;
    let exchange = house.exchange();
    let (mut pieces, mut at_once) = (0, 0);
    while let Some(piece) = coming.next().await {
        piece.unwrap();
        pieces += 1;
        at_once += usize::from(exchange.events_sent() <= pieces);
    }
    assert!(pieces >= 6, "{sample}: {pieces} pieces");
    // A busy computer may be late now and then.
    assert!(at_once * 2 > pieces, "{sample}: {at_once} of {pieces}");
}
