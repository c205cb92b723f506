//! What people say about machines, and freezes: what is refused, by whom it is lifted, and what is
//! written down.

use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};

struct Scene {
    house: House,
    cast: Cast,
}

impl Scene {
    async fn set() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast }
    }

    async fn send(&self, who: Who, request: Request) -> Answer {
        request.with(&self.cast.credential(who)).send(&self.house).await
    }

    async fn machine(&self) -> Value {
        let path = format!("/api/remote/machines/{}", self.cast.machine);
        self.send(Who::Member, Request::get(path)).await.json()["machine"].clone()
    }

    async fn change(&self, who: Who, body: &Value) -> Answer {
        let path = format!("/api/remote/machines/{}", self.cast.machine);
        self.send(who, Request::new("PATCH", path).json(body)).await
    }

    fn freeze_path(&self) -> String {
        format!("/api/remote/machines/{}/freeze", self.cast.machine)
    }

    fn freeze_all_path(&self) -> String {
        format!("/api/tenants/{}/freeze", self.cast.tenant)
    }

    async fn put(&self, who: Who, path: String, reason: &str) -> Answer {
        self.send(who, Request::new("PUT", path).json(&json!({ "reason": reason }))).await
    }

    async fn lift(&self, who: Who, path: String) -> Answer {
        self.send(who, Request::new("DELETE", path)).await
    }

    /// Everything that would begin new work, by the member.
    fn new_work(&self) -> Vec<Request> {
        let machine = self.cast.machine;
        let job = json!({ "prompt": "go", "machine_id": machine, "machine_wait": 3600 });
        let call = json!({
            "jsonrpc": "2.0", "id": 1, "method": "session.new",
            "params": { "machine_id": machine, "agent": "x" },
        });
        vec![
            Request::post("/api/sessions", &json!({ "machine_id": machine, "kind": "terminal" })),
            Request::post("/api/remote/sessions", &json!({ "machine_id": machine, "agent": "x" })),
            Request::post("/api/jobs", &job),
            Request::post("/rpc", &call),
        ]
    }

    /// What keeps each kind of new work from beginning.
    async fn refusals(&self) -> Vec<(String, String)> {
        let mut refusals = Vec::new();
        for request in self.new_work() {
            let body = self.send(Who::Member, request).await.json();
            let in_problem = body["code"].as_str();
            let code = in_problem.or_else(|| body["error"]["data"]["code"].as_str());
            refusals.push((code.unwrap_or_default().to_owned(), body.to_string()));
        }
        refusals
    }
}

/// S47: a freeze keeps new work from beginning, whoever asks.
#[tokio::test]
async fn a_frozen_machine_takes_no_new_work_at_any_door_and_says_why() {
    let scene = Scene::set().await;
    let before = scene.refusals().await;
    assert!(before.iter().all(|(code, _)| code != "machine_frozen"), "{before:?}");

    let frozen = scene.put(Who::Keeper, scene.freeze_path(), "new disk").await;
    assert_eq!(frozen.status, 200, "{}", frozen.text());
    assert_eq!(frozen.json()["machine"]["frozen"]["reason"], "new disk");
    for (code, message) in scene.refusals().await {
        assert_eq!(code, "machine_frozen", "{message}");
        assert!(message.contains("takes no new work"), "{message}");
    }
    let one = scene.new_work().remove(0);
    let refusal = scene.send(Who::Member, one).await;
    assert_eq!(refusal.problem(409), "machine_frozen");
    assert!(refusal.json()["hint"].as_str().unwrap().contains("new disk"), "{}", refusal.text());

    assert_eq!(scene.lift(Who::Keeper, scene.freeze_path()).await.status, 200);
    let after = scene.refusals().await;
    assert!(after.iter().all(|(code, _)| code != "machine_frozen"), "{after:?}");
    assert!(scene.machine().await.get("frozen").is_none());
}

#[tokio::test]
async fn freezing_again_keeps_who_said_it_first_and_writes_nothing_down() {
    let scene = Scene::set().await;
    scene.put(Who::Keeper, scene.freeze_path(), "first").await;
    let first = scene.machine().await["frozen"].clone();
    let again = scene.put(Who::TenantAdmin, scene.freeze_path(), "second").await;
    assert_eq!(again.json()["machine"]["frozen"], first);
    scene.lift(Who::Keeper, scene.freeze_path()).await;
    scene.lift(Who::Keeper, scene.freeze_path()).await;
    let log = scene.send(Who::TenantAdmin, Request::get("/api/audit?limit=50")).await.text();
    assert_eq!(log.matches("\"machine.freeze\"").count(), 1, "{log}");
    assert_eq!(log.matches("\"machine.unfreeze\"").count(), 1, "{log}");
}

#[tokio::test]
async fn what_holds_for_all_machines_is_lifted_by_no_machine_administrator() {
    let scene = Scene::set().await;
    scene.put(Who::Keeper, scene.freeze_path(), "mine").await;
    scene.put(Who::Keeper, scene.freeze_all_path(), "no").await.problem(403);
    let all = scene.put(Who::TenantAdmin, scene.freeze_all_path(), "an incident").await;
    assert_eq!(all.status, 200, "{}", all.text());
    assert_eq!(all.json()["machines"][0]["all_frozen"]["reason"], "an incident");
    scene.lift(Who::Keeper, scene.freeze_all_path()).await.problem(403);
    assert_eq!(scene.lift(Who::Keeper, scene.freeze_path()).await.status, 200);
    assert!(scene.refusals().await.iter().all(|(code, _)| code == "machine_frozen"));

    scene.put(Who::Keeper, scene.freeze_path(), "mine").await;
    assert_eq!(scene.lift(Who::TenantAdmin, scene.freeze_all_path()).await.status, 200);
    let machine = scene.machine().await;
    assert!(machine.get("all_frozen").is_none(), "{machine}");
    assert_eq!(machine["frozen"]["reason"], "mine", "a machine's own freeze stays");
    let log = scene.send(Who::TenantAdmin, Request::get("/api/audit?limit=50")).await.text();
    for action in ["\"machine.freeze_all\"", "\"machine.unfreeze_all\""] {
        assert_eq!(log.matches(action).count(), 1, "{log}");
    }
}

/// S37: a tenant's switch is out of reach for whoever runs another one.
#[tokio::test]
async fn another_tenants_machines_are_not_frozen() {
    let scene = Scene::set().await;
    let before = scene.house.mark();
    scene.put(Who::ForeignAdmin, scene.freeze_all_path(), "x").await.problem(404);
    scene.put(Who::ForeignAdmin, scene.freeze_path(), "x").await.problem(404);
    assert_eq!(scene.house.mark(), before);
    assert_eq!(scene.put(Who::SystemAdmin, scene.freeze_all_path(), "").await.status, 200);
}

#[tokio::test]
async fn a_machine_is_renamed_and_labelled() {
    let scene = Scene::set().await;
    let body = json!({ "machine_name": " 构建机 ", "add_labels": ["gpu", "beijing", "gpu"] });
    let answer = scene.change(Who::Keeper, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let machine = scene.machine().await;
    assert_eq!(machine["machine_name"], "构建机");
    assert_eq!(machine["labels"], json!(["beijing", "gpu"]));
    scene.change(Who::Keeper, &json!({ "remove_labels": ["gpu"] })).await;
    assert_eq!(scene.machine().await["labels"], json!(["beijing"]));
    assert_eq!(scene.machine().await["machine_name"], "构建机", "what is absent stays");

    let before = scene.house.mark();
    for body in [
        json!({ "machine_name": "" }),
        json!({ "machine_name": "a\u{1b}[31m" }),
        json!({ "labels": ["a\nb"] }),
        json!({ "labels": (0..33).map(|n| n.to_string()).collect::<Vec<_>>() }),
        json!({ "colour": "red" }),
    ] {
        scene.change(Who::Keeper, &body).await.problem(400);
    }
    scene.change(Who::Member, &json!({ "machine_name": "mine" })).await.problem(403);
    assert_eq!(scene.house.mark(), before);
}
