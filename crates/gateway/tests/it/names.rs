//! Models by other names, and lists of those that may be asked for.

use http::{Method, StatusCode};
use model::provider::{Dialect, KeyUse};
use serde_json::{Value, json};

use crate::client::{Answered, Ask};
use crate::dialects::{Sample, samples};
use crate::house::{CANARY, House, Plan};

const ALIAS: &str = "house-best";

fn called(models: Option<&[&str]>, aliases: &[(&str, &str)]) -> KeyUse {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let pair = |(name, model): &(&str, &str)| ((*name).to_owned(), (*model).to_owned());
    KeyUse {
        models: models.map(names),
        aliases: aliases.iter().map(pair).collect(),
        ..KeyUse::default()
    }
}

/// A house with one key for a dialect.
async fn house(dialect: Dialect, model: Option<&'static str>, serves: KeyUse) -> House {
    let house = House::with(Plan { providers: &[], model, ..Plan::default() }).await;
    let (provider, base_url) = match dialect {
        Dialect::OpenAi => ("openai", house.provider.openai_base_url()),
        Dialect::Anthropic => ("anthropic", house.provider.base_url()),
        Dialect::Gemini => ("google", house.provider.base_url()),
    };
    house.add_key_with(provider, CANARY, &base_url, serves).await;
    house
}

fn own_name(sample: &Sample) -> String {
    sample.body["model"].as_str().unwrap_or("gemini-2.5-flash").to_owned()
}

/// The same call with the alias in the place of the model's name.
fn asked_by_alias(sample: Sample) -> Sample {
    let target = sample.target.replace("gemini-2.5-flash", ALIAS);
    let mut body = sample.body;
    if body["model"].is_string() {
        body["model"] = ALIAS.into();
    }
    Sample { target: target.leak(), body, ..sample }
}

/// The provider hears its own name for the model, the client hears the one it used, and nothing
/// else of the answer is different.
#[tokio::test]
async fn a_model_may_be_asked_for_by_another_name() {
    for sample in samples("[[say the model is called something]]") {
        let own = own_name(&sample);
        let direct = house(sample.dialect, None, KeyUse::default()).await;
        let plain = sample.ask(&direct.token).answer(direct.address()).await;
        let sample = asked_by_alias(sample);
        let house = house(sample.dialect, None, called(None, &[(ALIAS, &own)])).await;
        let answered = sample.ask(&house.token).answer(house.address()).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.text());
        let restored = plain.text().replace(&format!("\"{own}\""), &format!("\"{ALIAS}\""));
        assert_eq!(answered.text(), restored, "{}", sample.target);
        let exchange = house.exchange();
        let sent = String::from_utf8_lossy(exchange.body.as_ref().unwrap()).into_owned();
        assert!(!sent.contains(ALIAS) && !exchange.path.contains(ALIAS), "{sent}");
        let [record] = &house.close().await[..] else { panic!("one call, one record") };
        assert_eq!(record.model_asked.as_deref(), Some(ALIAS));
        assert_eq!(record.model_answered.as_deref(), Some(own.as_str()));
        assert_eq!(Some(record.tokens), exchange.tokens());
    }
}

/// S84: a key serves what its list says, to the letter; the refusal says what that is.
#[tokio::test]
async fn a_key_serves_what_it_lists() {
    let house = house(Dialect::OpenAi, None, called(Some(&["gpt-5.5"]), &[("best", "o5")])).await;
    let ask = |model: &str| {
        let body = json!({ "model": model, "messages": [{ "role": "user", "content": "hi" }] });
        Ask::post("/v1/chat/completions", &body).bearer(&house.token).answer(house.address())
    };
    for model in ["gpt-5.5", "best"] {
        assert_eq!(ask(model).await.status, StatusCode::OK, "{model}");
    }
    for model in ["o5", "gpt-5.4", "GPT-5.5", "gpt-5.5 ", "Best", "models/gpt-5.5"] {
        let refused = ask(model).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{model}");
        assert!(refused.message().contains("Allowed: best, gpt-5.5."), "{}", refused.message());
    }
    assert_eq!(house.provider.exchanges().len(), 2);
}

/// Two keys of one provider share its models out among them.
#[tokio::test]
async fn the_key_that_serves_the_model_is_chosen() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    let base_url = house.provider.openai_base_url();
    let big = called(Some(&["gpt-5.5"]), &[]);
    let big = house.add_key_with("openai", CANARY, &base_url, big).await;
    let local = called(Some(&["llama-4"]), &[]);
    let local = house.add_key_with("cellar", CANARY, &base_url, local).await;
    for model in ["gpt-5.5", "llama-4"] {
        let body = json!({ "model": model, "messages": [] });
        let ask = Ask::post("/v1/chat/completions", &body).bearer(&house.token);
        assert_eq!(ask.answer(house.address()).await.status, StatusCode::OK, "{model}");
    }
    let paid: Vec<_> = house.close().await.iter().map(|record| record.provider_key).collect();
    assert_eq!(paid, [Some(big), Some(local)]);
}

async fn get(house: &House, target: &str, dialect: Dialect) -> Answered {
    let ask = Ask::without_body(Method::GET, target).bearer(&house.token);
    let ask = match dialect {
        Dialect::Anthropic => ask.header("anthropic-version", "2023-06-01"),
        Dialect::OpenAi | Dialect::Gemini => ask,
    };
    ask.answer(house.address()).await
}

fn listed(answered: &Answered) -> Vec<String> {
    let body: Value = answered.json();
    let list = body["data"].as_array().or_else(|| body["models"].as_array()).unwrap();
    let name =
        |model: &Value| model["id"].as_str().or_else(|| model["name"].as_str()).map(str::to_owned);
    list.iter().filter_map(name).collect()
}

/// A list of models holds what the token may ask for, and no more.
#[tokio::test]
async fn lists_of_models_hold_what_may_be_asked_for() {
    let lists = [
        (Dialect::OpenAi, "/v1/models", ""),
        (Dialect::Anthropic, "/v1/models", ""),
        (Dialect::Gemini, "/v1beta/models", "models/"),
    ];
    for (dialect, target, prefix) in lists {
        let named =
            |names: &[&str]| names.iter().map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
        let serves = called(Some(&["b", "a"]), &[("c", "b")]);
        let by_keys = house(dialect, None, serves.clone()).await;
        assert_eq!(listed(&get(&by_keys, target, dialect).await), named(&["a", "b", "c"]));
        let bound = house(dialect, Some("a"), serves).await;
        assert_eq!(listed(&get(&bound, target, dialect).await), named(&["a"]));
        for one in ["a", "c"] {
            let answered = get(&by_keys, &format!("{target}/{one}"), dialect).await;
            assert_eq!(answered.status, StatusCode::OK);
            assert!(answered.text().contains(&format!("\"{prefix}{one}\"")));
        }
        let refused = get(&by_keys, &format!("{target}/d"), dialect).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        for house in [by_keys, bound] {
            assert!(house.provider.exchanges().is_empty(), "nobody else was asked");
            assert_eq!(house.close().await, []);
        }
    }
}

/// Where nothing is bound to anything the provider's own list is passed on.
#[tokio::test]
async fn without_bounds_the_providers_own_list_is_passed_on() {
    let house = house(Dialect::OpenAi, None, KeyUse::default()).await;
    let answered = get(&house, "/v1/models", Dialect::OpenAi).await;
    assert!(listed(&answered).contains(&"gpt-5.4-nano".to_owned()), "{}", answered.text());
    let codex = get(&house, "/v1/models?client_version=0.169.0", Dialect::OpenAi).await;
    assert_eq!(codex.json(), json!({ "models": [] }));
}

/// Codex wants another shape, and takes an empty list for "what you know yourself".
#[tokio::test]
async fn codex_gets_its_own_shape() {
    let house = house(Dialect::OpenAi, Some("gpt-5.5"), KeyUse::default()).await;
    let codex = get(&house, "/v1/models?client_version=0.169.0", Dialect::OpenAi).await;
    assert_eq!(codex.json(), json!({ "models": [] }));
}
