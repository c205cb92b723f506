//! Requests that are too large, too slow, or meant to be read in two ways.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use crate::client::{Ask, raw, raw_until};
use crate::house::{CANARY, House, Plan};

const BODY: &str = r#"{"model":"gpt-5.5","messages":[]}"#;

/// The bytes of a call, with more header lines.
fn call(house: &House, target: &str, lines: &str, body: &str) -> String {
    let token = &house.token;
    format!(
        "POST {target} HTTP/1.1\r\nhost: gantline.test\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\n{lines}\r\n{body}"
    )
}

fn sized(body: &str) -> String {
    format!("content-length: {}\r\nconnection: close\r\n", body.len())
}

/// A body over the limit is refused in the dialect's shape, announced or not.
#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let mut plan = Plan::default();
    plan.limits.request_bytes = 64 * 1024;
    let house = House::with(plan).await;
    let body = json!({ "model": "m", "messages": [], "x": "y".repeat(100_000) }).to_string();
    let ask = Ask::bytes("/v1/messages", Bytes::from(body.clone())).bearer(&house.token);
    let refused = ask.answer(house.address()).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused.json()["error"]["type"], "request_too_large");
    let lines = "transfer-encoding: chunked\r\n";
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let request = call(&house, "/v1/messages", lines, &chunked);
    let refused = raw_until(house.address(), request.as_bytes(), "\r\n\r\n").await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}

/// As much as agents send with a long history and images.
#[tokio::test]
async fn a_large_body_arrives_whole() {
    let house = House::build().await;
    let body = json!({ "model": "gpt-5.5", "messages": [], "x": "y".repeat(20 << 20) });
    let body = Bytes::from(body.to_string());
    let ask = Ask::bytes("/v1/chat/completions", body.clone()).bearer(&house.token);
    assert_eq!(ask.answer(house.address()).await.status, StatusCode::OK);
    assert!(house.exchange().body.as_ref().unwrap() == &body);
}

/// S118: a body that stops coming is given up.
#[tokio::test]
async fn a_body_that_stands_still_is_given_up() {
    let mut plan = Plan::default();
    plan.limits.request_idle = Duration::from_millis(200);
    let house = House::with(plan).await;
    let request = call(&house, "/v1/chat/completions", "content-length: 1000\r\n", "{\"mod");
    let refused = raw_until(house.address(), request.as_bytes(), "in time").await;
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}

/// S86: nothing that a client says has a part in where the call goes, or as whom.
#[tokio::test]
async fn the_client_does_not_choose_where_a_call_goes() {
    let house = House::build().await;
    let target = "http://gantline.test/v1/chat/completions";
    let body = r#"{"model":"gpt-5.5","messages":[{"role":"user","api_base":"http://evil.example",
        "content":"base_url"}]}"#;
    let lines = sized(body)
        + "x-forwarded-host: evil.example\r\nopenai-organization: theirs\r\n\
           x-original-url: /v1/files\r\n";
    let answered = raw(house.address(), call(&house, target, &lines, body).as_bytes()).await;
    assert!(answered.starts_with("HTTP/1.1 200 "), "{answered}");
    let sent = house.exchange();
    assert_eq!(sent.path, "/v1/chat/completions");
    assert_eq!(sent.headers["host"], house.provider.address().to_string());
    for gone in ["x-forwarded-host", "openai-organization", "x-original-url"] {
        assert!(!sent.headers.contains_key(gone), "{gone}");
    }
}

/// S85: `Connection` cannot be used to take the key away, nor to keep a credential in.
#[tokio::test]
async fn hop_by_hop_headers_end_here() {
    let house = House::build().await;
    let lines = sized(BODY)
        + "connection: authorization, x-secret\r\nx-secret: 1\r\nkeep-alive: 1\r\nte: trailers\r\n\
           proxy-authorization: Basic eDp5\r\nupgrade: h2c\r\nx-api-key: sk-of-somebody\r\n";
    let request = call(&house, "/v1/chat/completions", &lines, BODY);
    let answered = raw(house.address(), request.as_bytes()).await;
    assert!(answered.starts_with("HTTP/1.1 200 "), "{answered}");
    let sent = house.exchange();
    assert_eq!(sent.key.as_deref(), Some(CANARY));
    for gone in [
        "connection",
        "x-secret",
        "keep-alive",
        "te",
        "proxy-authorization",
        "upgrade",
        "x-api-key",
    ] {
        assert!(!sent.headers.contains_key(gone), "{gone}");
    }
}

/// S91: what two parsers could read differently never arrives as two requests.
#[tokio::test]
async fn requests_that_could_be_read_in_two_ways_are_one_or_none() {
    let smuggled = "0\r\n\r\nPOST /v1/files HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
    for lines in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 6, 7\r\n",
        "content-length: +6\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding : chunked\r\n",
        "transfer-encoding: chunked\r\n folded: x\r\n",
    ] {
        let house = House::build().await;
        let request = call(&house, "/v1/chat/completions", lines, smuggled);
        let answered = raw(house.address(), request.as_bytes()).await;
        assert!(answered.starts_with("HTTP/1.1 400 "), "{lines}: {answered}");
        assert_eq!(answered.matches("HTTP/1.1").count(), 1, "{lines}: {answered}");
        assert!(house.provider.exchanges().is_empty(), "{lines}");
    }
    // Both lengths at once: the one that RFC 9112 §6.3 names wins, and nothing goes on twice.
    let house = House::build().await;
    let chunked = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    let lines = "content-length: 3\r\ntransfer-encoding: chunked\r\nconnection: close\r\n";
    let request = call(&house, "/v1/chat/completions", lines, &chunked);
    raw(house.address(), request.as_bytes()).await;
    assert!(house.provider.exchanges().len() <= 1);
    for sent in house.provider.exchanges() {
        assert_eq!(sent.body.as_ref().unwrap(), BODY.as_bytes());
        assert!(!sent.headers.contains_key("transfer-encoding"));
    }
}
