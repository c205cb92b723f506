//! What is denied is written down, once, and goes no further.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use model::audit::AuditRecord;
use model::session::SessionState;
use serde_json::{Value, json};

use crate::client::{Answered, Ask, raw};
use crate::house::{House, Plan};

async fn bound() -> House {
    let mut plan = Plan { model: Some("gpt-5.5"), providers: &["openai"], ..Plan::default() };
    plan.limits.request_bytes = 64 * 1024;
    House::with(plan).await
}

/// The denials of the tenant, and those of nobody in particular.
async fn denials(house: &House) -> [Vec<AuditRecord>; 2] {
    assert_eq!(house.close().await, [], "what is denied uses nothing");
    assert!(house.provider.exchanges().is_empty(), "what is denied goes no further");
    let of = async |tenant| house.store.audit_page(tenant, None, 500).await.unwrap();
    [of(Some(house.tenant)).await, of(None).await]
}

async fn check(ask: Ask, code: &str, asked: Value) {
    let house = bound().await;
    let answered = ask.bearer(&house.token).answer(house.address()).await;
    assert!(answered.status.is_client_error(), "{code}: {}", answered.text());
    let [ours, nobodies] = denials(&house).await;
    let [record] = &ours[..] else { panic!("{code}: {ours:?}") };
    assert_eq!(record.action, "model_call.deny");
    assert_eq!(
        (record.result.as_str(), record.object.clone()),
        (code, format!("session:{}", house.session))
    );
    assert!(record.actor.starts_with("user:"), "{}", record.actor);
    let facts: Value = serde_json::from_str(&record.facts).unwrap();
    assert_eq!(facts["asked"], asked, "{code}");
    assert!(facts["path"].as_str().unwrap().len() <= 100);
    assert_eq!(nobodies, []);
}

fn chat(body: &'static str) -> Ask {
    Ask::bytes("/v1/chat/completions", Bytes::from_static(body.as_bytes()))
}

/// S84: a model outside the list in every spelling, a body that can be read in two ways, another
/// provider, another endpoint, a path with tricks in it: one record each.
#[tokio::test]
async fn each_denied_call_is_recorded_once() {
    for (body, model) in [
        (r#"{"model":"gpt-5.4","messages":[]}"#, "gpt-5.4"),
        (r#"{"model":"gpt-5.5 ","messages":[]}"#, "gpt-5.5 "),
        (r#"{"model":"GPT-5.5","messages":[]}"#, "GPT-5.5"),
        (r#"{"model":"models/gpt-5.5","messages":[]}"#, "models/gpt-5.5"),
    ] {
        check(chat(body), "model_not_allowed", json!(model)).await;
    }
    for body in [
        r#"{"model":"gpt-5.5","model":"gpt-5.4","messages":[]}"#,
        r#"{"Model":"gpt-5.4","model":"gpt-5.5","messages":[]}"#,
        r#"{"model":"gpt-5.5""#,
        "",
    ] {
        check(chat(body), "invalid_request", Value::Null).await;
    }
    let body = json!({ "model": "gpt-5.5", "messages": [] });
    for (target, code, asked) in [
        ("/qwen/v1/chat/completions", "config_error", json!("qwen")),
        ("/v1/files", "endpoint_not_allowed", Value::Null),
        ("/v1/chat/completions/../files", "endpoint_not_allowed", Value::Null),
        ("/v1/%2e%2e/files", "endpoint_not_allowed", Value::Null),
        ("/openai/v1/messages", "provider_not_allowed", json!("openai")),
    ] {
        check(Ask::post(target, &body), code, asked).await;
    }
    let large = json!({ "model": "gpt-5.5", "x": "y".repeat(70_000) });
    check(Ask::post("/v1/chat/completions", &large), "request_too_large", Value::Null).await;
    let delete = Ask::without_body(Method::DELETE, "/v1/models/gpt-5.5");
    check(delete, "endpoint_not_allowed", Value::Null).await;
}

/// S86: whoever asks for another host in the request line is refused, and it is recorded which.
#[tokio::test]
async fn another_host_in_the_request_line_is_recorded() {
    let house = bound().await;
    let token = &house.token;
    let request = format!(
        "GET http://evil.example/v1/models HTTP/1.1\r\nhost: gantline.test\r\nauthorization: \
         Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    let refused = raw(house.address(), request.as_bytes()).await;
    assert!(refused.starts_with("HTTP/1.1 403 "), "{refused}");
    let [ours, _] = denials(&house).await;
    let [record] = &ours[..] else { panic!("{ours:?}") };
    assert_eq!(record.result, "destination_not_allowed");
    let facts: Value = serde_json::from_str(&record.facts).unwrap();
    assert_eq!(facts["asked"], "the host evil.example");
}

/// S83: expired, revoked, its session over: one record, in whose name it was.
#[tokio::test]
async fn tokens_of_the_past_are_recorded() {
    for end in ["expired", "revoked", "over"] {
        let house = bound().await;
        let token = match end {
            "expired" => house.mint(None, Duration::ZERO).await,
            _ => house.token.clone(),
        };
        match end {
            "revoked" => house.revoke().await,
            "over" => house.set_state(SessionState::Stopped).await,
            _ => {}
        }
        let refused = models(&house, &token).await;
        assert_eq!(refused.status, StatusCode::PAYMENT_REQUIRED, "{end}");
        let [ours, nobodies] = denials(&house).await;
        let results: Vec<_> = ours.iter().map(|record| record.result.as_str()).collect();
        assert_eq!((results, nobodies.len()), (vec!["token_ended"], 0), "{end}");
    }
}

async fn models(house: &House, token: &str) -> Answered {
    let ask = Ask::without_body(Method::GET, "/v1/models").bearer(token);
    ask.answer(house.address()).await
}

/// Nobody in particular is counted and not recorded one by one: a flood of calls is no flood of
/// records.
#[tokio::test]
async fn strangers_are_counted() {
    let (house, stranger) = (bound().await, House::build().await);
    for _ in 0..20 {
        assert_eq!(models(&house, &stranger.token).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(models(&house, "sk-no-token-of-ours").await.status, StatusCode::UNAUTHORIZED);
    }
    let [ours, nobodies] = denials(&house).await;
    assert_eq!(ours, []);
    assert!(nobodies.len() < 10, "{nobodies:?}");
    let count = |record: &AuditRecord| {
        assert_eq!(record.result, "unknown_token");
        serde_json::from_str::<Value>(&record.facts).unwrap()["count"].as_u64().unwrap()
    };
    assert_eq!(nobodies.iter().map(count).sum::<u64>(), 40);
}
