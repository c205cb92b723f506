//! S84: a session that is bound to a model gets that one, however another is spelled.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;

use crate::client::Ask;
use crate::house::{House, Plan};

const BOUND: &str = "gpt-5.5";

async fn bound() -> House {
    House::with(Plan { model: Some(BOUND), ..Plan::default() }).await
}

async fn status(house: &House, target: &str, body: &'static str) -> StatusCode {
    let ask = Ask::bytes(target, Bytes::from_static(body.as_bytes())).bearer(&house.token);
    ask.answer(house.address()).await.status
}

#[tokio::test]
async fn the_bound_model_is_served() {
    let house = bound().await;
    for body in [
        r#"{"model":"gpt-5.5","messages":[{"role":"user","content":"hi"}]}"#,
        r#"{ "messages": [{"role":"user","content":"\"model\":\"gpt-4\""}], "model" : "gpt-5.5" }"#,
        r#"{"model":"\u0067pt-5.5","messages":[]}"#,
    ] {
        assert_eq!(status(&house, "/v1/chat/completions", body).await, StatusCode::OK, "{body}");
    }
    let models = Ask::without_body(Method::GET, "/v1/models").bearer(&house.token);
    assert_eq!(models.answer(house.address()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_model_is_refused_however_it_is_spelled() {
    let house = bound().await;
    for body in [
        r#"{"model":"gpt-5.4","messages":[]}"#,
        r#"{"model":"gpt-5.5 ","messages":[]}"#,
        r#"{"model":"GPT-5.5","messages":[]}"#,
        r#"{"model":"models/gpt-5.5","messages":[]}"#,
        r#"{"model":"openai/gpt-5.5","messages":[]}"#,
        r#"{"model":"gpt-5.5\u0000","messages":[]}"#,
        r#"{"messages":[]}"#,
    ] {
        let status = status(&house, "/v1/chat/completions", body).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
    }
    for body in [
        r#"{"model":"gpt-5.5","model":"gpt-5.4","messages":[]}"#,
        r#"{"model":"gpt-5.4","mod\u0065l":"gpt-5.5","messages":[]}"#,
        r#"{"model":["gpt-5.5"],"messages":[]}"#,
        r#"{"model":"gpt-5.5","messages":[]} {"model":"gpt-5.4"}"#,
        r#"{"model":"gpt-5.5""#,
        "",
    ] {
        let status = status(&house, "/v1/chat/completions", body).await;
        assert!(status.is_client_error(), "{status} {body}");
    }
    for (target, body) in [
        ("/v1/messages", r#"{"model":"claude-sonnet-5","max_tokens":1,"messages":[]}"#),
        ("/v1beta/models/gemini-2.5-pro:generateContent", r#"{"contents":[]}"#),
        ("/v1beta/models/gpt-5.5:generateContent", r#"{"contents":[],"model":"gemini-2.5-pro"}"#),
        ("/v1/embeddings", r#"{"model":"text-embedding-3-small","input":"x"}"#),
    ] {
        assert!(status(&house, target, body).await.is_client_error(), "{target}");
    }
    assert!(house.provider.exchanges().is_empty(), "nothing went on");
    assert_eq!(house.close().await, []);
}

/// The refusal tells people what would be allowed, and Codex, which repeats itself after 403,
/// hears 400.
#[tokio::test]
async fn the_refusal_says_what_is_allowed() {
    let house = bound().await;
    let body = json!({ "model": "gpt-5.4", "input": "x" });
    let ask = Ask::post("/v1/responses", &body).bearer(&house.token);
    let refused = ask.answer(house.address()).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.json()["error"]["code"], "model_not_allowed");
    assert!(refused.message().contains("Allowed: gpt-5.5."), "{}", refused.message());
}

/// A session that names no model may use any.
#[tokio::test]
async fn a_session_without_a_model_may_use_any() {
    let house = House::build().await;
    for body in [r#"{"model":"gpt-5.4","messages":[]}"#, r#"{"model":"gpt-5.5","messages":[]}"#] {
        assert_eq!(status(&house, "/v1/chat/completions", body).await, StatusCode::OK);
    }
}

/// Other endpoints do not exist, with a good token or not.
#[tokio::test]
async fn other_endpoints_are_refused() {
    let house = House::build().await;
    for (method, target) in [
        (Method::POST, "/v1/files"),
        (Method::POST, "/v1/fine_tuning/jobs"),
        (Method::POST, "/v1/assistants"),
        (Method::DELETE, "/v1/models/gpt-5.5"),
        (Method::GET, "/v1/chat/completions"),
        (Method::PUT, "/v1/messages"),
        (Method::POST, "/v1/chat/completions/../files"),
        (Method::POST, "/v1/organization/admin_api_keys"),
    ] {
        let ask = Ask::without_body(method.clone(), target).bearer(&house.token);
        let refused = ask.answer(house.address()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {target}");
        assert!(refused.message().contains("is not available here"), "{}", refused.text());
    }
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}
