//! Whose call it is.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use model::session::SessionState;

use crate::client::Ask;
use crate::dialects::samples;
use crate::house::{CANARY, House, Plan};

/// Where a client puts its token.
type Place = fn(Ask, &str) -> Ask;

/// S14: a token works the same wherever a client may put it.
#[tokio::test]
async fn a_token_works_in_every_place_the_same() {
    let house = House::build().await;
    let token = &house.token;
    let ended = house.mint(None, Duration::ZERO).await;
    let places: [Place; 5] = [
        |ask, token| ask.header("authorization", format!("Bearer {token}")),
        |ask, token| ask.header("authorization", format!("bearer {token}")),
        |ask, token| ask.header("x-api-key", token),
        |ask, token| ask.header("api-key", token),
        |ask, token| ask.header("x-goog-api-key", token),
    ];
    for (number, place) in places.into_iter().enumerate() {
        for target in ["/v1/models", "/v1beta/models/gemini-2.5-flash"] {
            let ask = |token| place(Ask::without_body(Method::GET, target), token);
            let good = ask(token).answer(house.address()).await;
            assert_eq!(good.status, StatusCode::OK, "{number} {target}");
            let bad = ask(&ended).answer(house.address()).await;
            assert_eq!(bad.status, StatusCode::PAYMENT_REQUIRED, "{number} {target}");
        }
    }
    let query = |token: &str| format!("/v1beta/models/gemini-2.5-flash?key={token}");
    let good = Ask::without_body(Method::GET, &query(token)).answer(house.address()).await;
    assert_eq!(good.status, StatusCode::OK);
    let bad = Ask::without_body(Method::GET, &query(&ended)).answer(house.address()).await;
    assert_eq!(bad.status, StatusCode::PAYMENT_REQUIRED);
}

/// S96: what does not have the form of a token is never looked up. Each dialect's clients hear of
/// it in the words that they understand.
#[tokio::test]
async fn without_a_token_there_is_nothing() {
    let house = House::build().await;
    let flipped = {
        let last = if house.token.ends_with('A') { 'B' } else { 'A' };
        format!("{}{last}", &house.token[..house.token.len() - 1])
    };
    let stranger = House::build().await;
    let long = "glp_".to_owned() + &"a".repeat(10_000);
    for token in [
        "",
        "acp-proxy",
        CANARY,
        "glp_",
        "glp_' OR 1=1 --",
        &house.token[1..],
        &house.token.to_uppercase(),
        &flipped,
        &stranger.token,
        &long,
    ] {
        for sample in [1, 3, 6, 9] {
            let answered = samples("x")[sample].ask(token).answer(house.address()).await;
            assert_eq!(answered.status, StatusCode::UNAUTHORIZED, "{sample} {token}");
            assert_eq!(answered.headers["x-should-retry"], "false");
            assert!(answered.message().contains("proxy token"));
        }
    }
    let anthropic = samples("x")[6].ask("").answer(house.address()).await.json();
    assert_eq!(anthropic["error"]["type"], "authentication_error");
    let gemini = samples("x")[9].ask("").answer(house.address()).await.json();
    assert_eq!(gemini["error"]["status"], "UNAUTHENTICATED");
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}

/// S83: expired, revoked, or its session over: a token of the past says so, and Codex hears 400.
#[tokio::test]
async fn a_token_of_the_past_is_refused() {
    let house = House::build().await;
    let expired = house.mint(None, Duration::ZERO).await;
    let check = async |token: &str| {
        for (sample, status) in [
            (1, StatusCode::PAYMENT_REQUIRED),
            (3, StatusCode::BAD_REQUEST),
            (6, StatusCode::PAYMENT_REQUIRED),
        ] {
            let answered = samples("x")[sample].ask(token).answer(house.address()).await;
            assert_eq!(answered.status, status, "{sample}");
            assert!(answered.message().contains("has ended"));
        }
    };
    check(&expired).await;
    house.revoke().await;
    check(&house.token).await;
    let minted_late = house.mint(None, Duration::from_hours(1)).await;
    house.set_state(SessionState::Failed).await;
    check(&minted_late).await;
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}

/// S83: a token that expires while it is used is dead then, not when it is looked up again.
#[tokio::test]
async fn a_token_that_expires_meanwhile_is_refused() {
    let house = House::build().await;
    let short = house.mint(None, Duration::from_secs(1)).await;
    let refused = async {
        loop {
            let ask = Ask::without_body(Method::GET, "/v1/models").bearer(&short);
            let status = ask.answer(house.address()).await.status;
            if status == StatusCode::PAYMENT_REQUIRED {
                return;
            }
            assert_eq!(status, StatusCode::OK);
        }
    };
    tokio::time::timeout(Duration::from_secs(5), refused).await.unwrap();
}

/// A token that was not renewed in time, in a session that goes on, is waited for: its machine is
/// back in a moment, and the agent must not notice.
#[tokio::test]
async fn a_call_waits_for_its_token_to_be_renewed() {
    let mut plan = Plan::default();
    plan.limits.token_renewed_within = Duration::from_hours(1);
    let house = House::with(plan).await;
    let late = house.mint(None, Duration::ZERO).await;
    let ask = samples("[[say hello]]")[6].ask(&late);
    let mut call = std::pin::pin!(ask.answer(house.address()));
    let at_once = tokio::time::timeout(Duration::from_millis(700), &mut call).await;
    assert!(at_once.is_err(), "{at_once:?}");
    house.renew().await;
    assert_eq!(call.await.status, StatusCode::OK);
    // What is revoked comes back no more, and is not waited for.
    let revoked = house.mint(None, Duration::ZERO).await;
    house.revoke().await;
    house.renew().await;
    let refused = samples("x")[6].ask(&revoked).answer(house.address()).await;
    assert_eq!(refused.status, StatusCode::PAYMENT_REQUIRED);
}

/// The token is judged before the body is read: a stranger cannot fill memory.
#[tokio::test]
async fn a_stranger_is_refused_before_the_body_is_read() {
    let house = House::build().await;
    let head = "POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 30000000\r\n\r\n";
    let answered = crate::client::raw_until(house.address(), head.as_bytes(), "\r\n\r\n").await;
    assert!(answered.starts_with("HTTP/1.1 401 "), "{answered}");
}

/// A body that is not JSON is refused here, before a key is opened.
#[tokio::test]
async fn a_body_that_is_not_json_goes_no_further() {
    let house = House::build().await;
    for body in [&b"\x1f\x8b\x08"[..], b"", b"[]", b"\"x\"", b"{\"model\":\"m\"}x", b"{"] {
        let ask = Ask::bytes("/v1/chat/completions", Bytes::copy_from_slice(body));
        let answered = ask.bearer(&house.token).answer(house.address()).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST, "{body:?}");
    }
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}
