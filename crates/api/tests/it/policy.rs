//! What may be done without a person.

use contract::policy::PolicyExplained;
use policy::explain::Effect;
use policy::{Door, Origin, PolicyOptions, Tool};
use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::Request;

use Origin::{Asked, Default, Preset};

async fn explain(house: &House, cast: &Cast, body: &Value) -> PolicyExplained {
    let member = cast.credential(Who::Member);
    let answer = Request::post("/api/policy/explain", body).with(&member).send(house).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_value(answer.json()).unwrap()
}

/// The document's example of how its parts are put together.
#[tokio::test]
async fn a_policy_is_explained_part_by_part() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let body = json!({
        "permission_preset": "full-auto", "permissions": "approve-reads",
        "denied_tools": "Write,Bash",
    });
    let explained = explain(&house, &cast, &body).await;
    let of = |tool: Tool| explained.tools.iter().find(|one| one.tool == tool).unwrap();
    assert_eq!(of(Tool::Read).effect, Effect::Allow);
    assert_eq!(of(Tool::Edit).effect, Effect::Ask);
    for tool in [Tool::Write, Tool::Bash] {
        assert_eq!(of(tool).effect, Effect::Deny);
        assert!(of(tool).reason.contains("denied"), "{}", of(tool).reason);
    }
    assert_eq!(explained.tools.len(), 12);
    assert_eq!(explained.policy.allowed_tools.len(), 10);
    let origins: Vec<Origin> = explained.reasons.iter().map(|part| part.origin).collect();
    assert_eq!(origins, [Asked, Asked, Preset, Asked, Default, Default, Default]);
    let silent = explain(&house, &cast, &json!({ "interactive": false })).await;
    assert_eq!(silent.policy.permission_preset, "dev-default");
    assert_eq!(silent.tools[0].effect, Effect::Deny, "nobody can be asked");
}

/// S38: the one spelling that means everything says so.
#[tokio::test]
async fn an_empty_text_is_every_tool_and_says_so() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let explained = explain(&house, &cast, &json!({ "allowed_tools": "" })).await;
    assert_eq!(explained.policy.allowed_tools, Tool::ALL);
    assert_eq!(explained.warnings.len(), 1, "{:?}", explained.warnings);
    assert!(explained.warnings[0].contains('*'));
    let explained = explain(&house, &cast, &json!({ "allowed_tools": "*" })).await;
    assert!(explained.warnings.is_empty());
}

#[tokio::test]
async fn a_session_shows_its_policy() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let options = PolicyOptions { max_turns: Some(1), ..PolicyOptions::of_preset("dev-default") };
    let resolved = policy::resolve(&options, Door::documented(true), &[]).unwrap();
    let json = serde_json::to_string(&resolved).unwrap();
    let read = house.store().session(cast.chat).await.unwrap().unwrap();
    assert_eq!(read.policy, None, "it stands for a session of an earlier release");
    let member = cast.credential(Who::Member);
    let show = || Request::get(format!("/api/sessions/{}", cast.chat)).with(&member);
    let before = show().send(&house).await.json();
    assert_eq!(before["session"]["policy"]["permission_preset"], "ask");
    assert_eq!(before["session"]["policy"]["max_turns"], Value::Null);
    let limited = model::session::Session {
        id: model::SessionId::new(house.app.plane.clock().now(), &**house.app.plane.rng()),
        policy: Some(json),
        ..read
    };
    let id = limited.id;
    let stored =
        house.store().write(move |tx| Box::pin(async move { tx.session_insert(&limited).await }));
    stored.await.unwrap();
    let shown = Request::get(format!("/api/sessions/{id}")).with(&member).send(&house).await;
    let policy = &shown.json()["session"]["policy"];
    assert_eq!(policy["max_turns"], 1);
    assert_eq!(policy["allowed_tools"], json!(["Bash", "Read", "Write"]));
    assert_eq!(policy["origins"]["max_turns"], "asked");
    assert_eq!(policy["origins"]["permissions"], "preset");
}
