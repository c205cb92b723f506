//! Keys of providers: stored, changed, tried out, and never shown.

use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};

const KEYS: &str = "/api/remote/api-keys";
const SECRET: &str = "sk-canary-77aa0123456789";
/// An address that is public, and needs no name to be looked up.
const HERE: &str = "https://203.0.114.7/v1";

struct Stage {
    house: House,
    cast: Cast,
}

impl Stage {
    async fn set() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast }
    }

    async fn send(&self, request: Request) -> Answer {
        let answer = request.with(&self.cast.credential(Who::TenantAdmin)).send(&self.house).await;
        assert!(!answer.text().contains("sk-canary"), "{}", answer.text());
        answer
    }

    async fn store(&self, body: Value) -> Answer {
        let mut whole = json!({
            "provider": "cellar", "key_name": "first", "api_key": SECRET, "base_url": HERE,
        });
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        self.send(Request::post(KEYS, &whole)).await
    }

    async fn change(&self, id: &str, body: Value) -> Answer {
        self.send(Request::new("PATCH", format!("{KEYS}/{id}")).json(&body)).await
    }

    /// The key as it is listed.
    async fn listed(&self, id: &str) -> Value {
        let keys = self.send(Request::get("/api/api-keys")).await.json()["keys"].take();
        let key = keys.as_array().unwrap().iter().find(|key| key["id"] == id).cloned();
        key.unwrap_or_default()
    }
}

fn id(answer: &Answer) -> String {
    answer.json()["key"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_stored_with_what_it_serves_and_listed_without_its_secret() {
    let stage = Stage::set().await;
    let body = json!({ "models": ["llama-4"], "aliases": { "best": "llama-4" }, "priority": 7,
        "weight": 3, "state": "disabled" });
    let stored = stage.store(body.clone()).await;
    assert_eq!(stored.status, 201, "{}", stored.text());
    let key = stage.listed(&id(&stored)).await;
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(key[name], *value, "{name}");
    }
    assert_eq!((&key["hint"], &key["last_test"]), (&json!("6789"), &Value::Null));
    for (wrong, code) in [
        (json!({ "models": [] }), "invalid_models"),
        (json!({ "models": ["two words"] }), "invalid_model"),
        (json!({ "aliases": { "": "llama-4" } }), "invalid_model"),
        (json!({ "weight": 0 }), "invalid_weight"),
        (json!({ "priority": 100_000 }), "invalid_priority"),
        (json!({ "api_key": "two words" }), "invalid_secret"),
        (json!({ "base_url": "https://10.0.0.7/v1" }), "invalid_base_url"),
        (json!({}), "name_taken"),
    ] {
        let refused = stage.store(wrong.clone()).await;
        assert_eq!(refused.json()["code"], code, "{wrong}");
    }
}

#[tokio::test]
async fn a_key_is_changed_in_part() {
    let stage = Stage::set().await;
    let key = id(&stage.store(json!({ "models": ["llama-4"], "priority": 7 })).await);
    let changed = stage.change(&key, json!({ "key_name": "second", "state": "disabled" })).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let listed = stage.listed(&key).await;
    assert_eq!((&listed["key_name"], &listed["state"]), (&json!("second"), &json!("disabled")));
    assert_eq!((&listed["models"], &listed["priority"]), (&json!(["llama-4"]), &json!(7)));
    stage.change(&key, json!({ "models": null, "base_url": format!("{HERE}/deeper") })).await;
    let listed = stage.listed(&key).await;
    assert_eq!(listed["models"], Value::Null);
    assert_eq!(listed["base_url"], format!("{HERE}/deeper"));
    stage.store(json!({})).await;
    let refused = stage.change(&key, json!({ "key_name": "first" })).await;
    assert_eq!(refused.problem(409), "name_taken");
    let refused = stage.change(&key, json!({ "provider": "openai" })).await;
    assert_eq!(refused.status, 400, "a key stays with its provider");
}

/// S87, S89: who may store keys may not have one sent to themselves.
#[tokio::test]
async fn a_stored_key_is_not_sent_elsewhere() {
    let stage = Stage::set().await;
    let key = id(&stage.store(json!({})).await);
    for elsewhere in ["https://203.0.114.8/v1", "https://203.0.114.7:8443/v1"] {
        let refused = stage.change(&key, json!({ "base_url": elsewhere })).await;
        assert_eq!(refused.problem(400), "secret_needed", "{elsewhere}");
    }
    let refused = stage.change(&key, json!({ "base_url": "https://127.0.0.1/v1" })).await;
    assert_eq!(refused.problem(400), "invalid_base_url");
    assert_eq!(stage.listed(&key).await["base_url"], HERE);
    let moved = json!({ "base_url": "https://203.0.114.8/v1", "api_key": "sk-canary-another-1" });
    assert_eq!(stage.change(&key, moved).await.status, 200);
    let listed = stage.listed(&key).await;
    assert_eq!(
        (&listed["hint"], &listed["base_url"]),
        (&json!("er-1"), &json!("https://203.0.114.8/v1"))
    );
}

/// A trial is told to people and remembered; a new secret makes it void.
#[tokio::test]
async fn a_key_is_tried_out() {
    let stage = Stage::set().await;
    let nowhere = json!({ "base_url": "https://nobody.invalid/v1" });
    let key = id(&stage.store(nowhere).await);
    let tried = stage.send(Request::post(format!("{KEYS}/{key}/test"), &json!({}))).await;
    assert_eq!(tried.status, 200, "{}", tried.text());
    let tried = tried.json();
    assert_eq!((&tried["success"], &tried["result"]), (&json!(false), &json!("unreachable")));
    assert_eq!(stage.listed(&key).await["last_test"]["result"], "unreachable");
    stage.change(&key, json!({ "api_key": "sk-canary-fresh-123" })).await;
    assert_eq!(stage.listed(&key).await["last_test"], Value::Null);
    let records = stage.send(Request::get("/api/audit")).await.json()["records"].take();
    let actions: Vec<_> =
        records.as_array().unwrap().iter().map(|record| record["action"].clone()).collect();
    for action in ["provider_key.create", "provider_key.test", "provider_key.rotate"] {
        assert!(actions.contains(&json!(action)), "{action}: {actions:?}");
    }
}
