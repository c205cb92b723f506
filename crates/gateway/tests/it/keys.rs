//! Which key pays, and that there must be one.

use http::StatusCode;
use model::usage::UsageStatus;
use serde_json::json;

use crate::client::Ask;
use crate::dialects::samples;
use crate::house::{CANARY, House, Plan};

fn chat(path: &str, model: &str) -> Ask {
    let messages = json!([{ "role": "user", "content": "[[say hello]]" }]);
    Ask::post(path, &json!({ "model": model, "messages": messages }))
}

/// The one answer that is promised to the letter, in every dialect.
#[tokio::test]
async fn without_a_key_the_answer_says_whose_is_missing() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    for (sample, provider) in [(1, "openai"), (3, "openai"), (6, "anthropic"), (9, "google")] {
        let answered = samples("x")[sample].ask(&house.token).answer(house.address()).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST);
        let promised = format!(
            r#"{{"error": {{"message": "No API key configured for provider '{provider}'", "type": "config_error"}}}}"#
        );
        assert_eq!(answered.text(), promised);
    }
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}

/// A key is used soon after it was stored.
#[tokio::test]
async fn a_new_key_pays() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    let new = house.add_key("openai", CANARY).await;
    let answered = chat("/v1/chat/completions", "gpt-5.5").bearer(&house.token);
    assert_eq!(answered.answer(house.address()).await.status, StatusCode::OK);
    assert_eq!(house.exchange().key.as_deref(), Some(CANARY));
    assert_eq!(house.close().await[0].provider_key, Some(new));
}

/// Providers that speak OpenAI's dialect are told apart by the path, else by the model's name.
#[tokio::test]
async fn compatible_providers_are_told_apart() {
    let providers = &["openai", "qwen", "deepseek"];
    let house = House::with(Plan { providers, ..Plan::default() }).await;
    let calls = [
        ("/qwen/v1/chat/completions", "gpt-5.5", "qwen"),
        ("/deepseek/chat/completions", "some-model", "deepseek"),
        ("/v1/chat/completions", "deepseek-chat", "deepseek"),
        ("/v1/chat/completions", "qwen3-coder", "qwen"),
        ("/v1/chat/completions", "gpt-5.5", "openai"),
    ];
    for (path, model, _) in calls {
        let answered = chat(path, model).bearer(&house.token).answer(house.address()).await;
        assert_eq!(answered.status, StatusCode::OK, "{path} {model}: {}", answered.text());
        let sent = house.provider.exchanges().pop().unwrap();
        assert_eq!(sent.path, "/v1/chat/completions", "the provider's name stays here");
    }
    let records = house.close().await;
    let paid: Vec<_> = records.iter().map(|record| record.provider.as_str()).collect();
    assert_eq!(paid, calls.map(|(_, _, provider)| provider));
}

#[tokio::test]
async fn a_call_that_could_be_for_several_providers_is_not_guessed() {
    let house = House::with(Plan { providers: &["qwen", "deepseek"], ..Plan::default() }).await;
    let ask = chat("/v1/chat/completions", "gpt-5.5").bearer(&house.token);
    let answered = ask.answer(house.address()).await;
    assert_eq!(answered.status, StatusCode::BAD_REQUEST);
    assert!(answered.message().contains("deepseek, qwen"), "{}", answered.message());
    assert_eq!(house.close().await, []);
}

/// P18, S87, S47: what was stored is not believed; each connection is judged for itself.
#[tokio::test]
async fn a_key_that_leads_into_our_own_network_is_not_used() {
    let house = House::with(Plan { trusted: false, ..Plan::default() }).await;
    let answered = samples("x")[1].ask(&house.token).answer(house.address()).await;
    assert_eq!(answered.status, StatusCode::BAD_GATEWAY);
    assert_eq!(answered.json()["error"]["code"], "upstream_unreachable");
    assert!(house.provider.exchanges().is_empty());
    let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
    assert_eq!((record.status, record.http_status), (UsageStatus::Refused, None));
    assert_eq!(record.tokens.total(), 0);
}

/// A provider that is not there: one record, nothing used.
#[tokio::test]
async fn an_upstream_that_is_not_there_is_recorded_as_refused() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    house.add_key_at("anthropic", CANARY, "https://nobody.invalid").await;
    let answered = samples("x")[6].ask(&house.token).answer(house.address()).await;
    assert_eq!(answered.status, StatusCode::BAD_GATEWAY);
    assert!(answered.message().contains("cannot be reached"));
    let [record] = &house.close().await[..] else { panic!("one attempt, one record") };
    assert_eq!((record.status, record.tokens.total()), (UsageStatus::Refused, 0));
}
