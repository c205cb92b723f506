//! The link by long-poll, as whoever misuses it sees it. That it works is shown with real machines.

use bytes::Bytes;
use wire::limits::{MAX_MESSAGE_BYTES, MAX_POLL_BYTES, MAX_POLL_MESSAGES};
use wire::poll::{PollAnswer, PollRequest};

use crate::house::House;
use crate::http::{Answer, Request};

const PATH: &str = "/api/remote/agent/poll";

async fn send(house: &House, body: impl Into<Vec<u8>>) -> Answer {
    let request = Request::new("POST", PATH).header("content-type", "application/octet-stream");
    request.body(body).send(house).await
}

async fn ask(house: &House, request: &PollRequest) -> Answer {
    send(house, request.to_body()).await
}

async fn begin(house: &House) -> Bytes {
    let answer = ask(house, &PollRequest::default()).await;
    assert_eq!(answer.status, 200);
    PollAnswer::from_body(answer.body.into()).unwrap().poll_id
}

/// R34: what has no meaning is refused with a clear word, and the server goes on.
#[tokio::test]
async fn what_has_no_meaning_is_refused() {
    let house = House::open().await;
    let json = Request::post(PATH, &serde_json::json!({})).send(&house).await;
    assert_eq!(json.problem(415), "not_a_poll");
    assert_eq!(send(&house, "<html>").await.problem(400), "invalid_body");
    let large = send(&house, vec![0; MAX_POLL_BYTES + 1]).await;
    assert_eq!(large.problem(413), "body_too_large");

    let poll_id = begin(&house).await;
    let with = |messages| PollRequest {
        poll_id: poll_id.clone(),
        first: 1,
        messages,
        ..PollRequest::default()
    };
    let many = with(vec![Bytes::new(); MAX_POLL_MESSAGES + 1]);
    assert_eq!(ask(&house, &many).await.problem(400), "invalid_body");
    let long = with(vec![vec![0; MAX_MESSAGE_BYTES + 1].into()]);
    assert_eq!(ask(&house, &long).await.problem(400), "invalid_body");
    let short = PollRequest { poll_id: poll_id.slice(..15), ..PollRequest::default() };
    assert_eq!(ask(&house, &short).await.problem(400), "invalid_body");
    // Of all that nothing has reached the link, which still waits for its first message.
    let next = PollRequest { poll_id, ..PollRequest::default() };
    assert_eq!(ask(&house, &next).await.status, 200);
}

/// R34: a connection that nobody has, and numbers that cannot be.
#[tokio::test]
async fn a_foreign_connection_and_a_wrong_number_are_refused() {
    let house = House::open().await;
    let foreign = PollRequest { poll_id: vec![7; 16].into(), ..PollRequest::default() };
    assert_eq!(ask(&house, &foreign).await.problem(404), "no_such_poll");
    let poll_id = begin(&house).await;
    let never_sent = PollRequest { poll_id: poll_id.clone(), received: 1, ..Default::default() };
    assert_eq!(ask(&house, &never_sent).await.problem(409), "wrong_number");
    let messages = vec![Bytes::from_static(b"hello")];
    let hole = PollRequest { poll_id: poll_id.clone(), first: 2, messages, ..Default::default() };
    assert_eq!(ask(&house, &hole).await.problem(409), "wrong_number");
    assert_ne!(begin(&house).await, poll_id, "each has one of its own");
}

/// R34: garbage in place of a message of the link ends the link, and the connection with it.
#[tokio::test]
async fn garbage_on_the_link_ends_it() {
    let house = House::open().await;
    let poll_id = begin(&house).await;
    let garbage = PollRequest {
        poll_id: poll_id.clone(),
        hold_ms: 20_000,
        first: 1,
        messages: vec![Bytes::from_static(b"\xff\xff\xff")],
        ..PollRequest::default()
    };
    let ended = ask(&house, &garbage).await;
    assert_eq!(ended.problem(404), "no_such_poll");
    let after = PollRequest { poll_id, ..PollRequest::default() };
    assert_eq!(ask(&house, &after).await.problem(404), "no_such_poll");
}
