//! What a tenant allows its sessions: who says so, what is refused at which door, and what ends.

use model::Timestamp;
use model::session::SessionState;
use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::{DEADLINE, House};
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

    async fn change(&self, who: Who, body: &Value) -> Answer {
        let path = format!("/api/tenants/{}/limits", self.cast.tenant);
        self.send(who, Request::new("PATCH", path).json(body)).await
    }

    /// What is allowed now.
    async fn limit(&self, body: &Value) -> Value {
        let answer = self.change(Who::TenantAdmin, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["tenant"]["limits"].clone()
    }

    /// What was written down of an action, the newest first.
    async fn written(&self, action: &str) -> Vec<Value> {
        let request = Request::get(format!("/api/audit?action={action}"));
        let log = self.send(Who::TenantAdmin, request).await.json();
        log["records"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn administrators_limit_and_everybody_sees_it() {
    let scene = Scene::set().await;
    assert_eq!(scene.limit(&json!({})).await, json!({}), "nothing is limited at first");
    let limits = json!({ "idle_limit_s": 3600, "max_turns": 50, "max_sessions_per_user": 3 });
    assert_eq!(scene.limit(&limits).await, limits);
    let change = json!({ "max_turns": null, "max_sessions_per_machine": 8 });
    let limits =
        json!({ "idle_limit_s": 3600, "max_sessions_per_machine": 8, "max_sessions_per_user": 3 });
    assert_eq!(scene.limit(&change).await, limits, "what is not named stays");
    scene.limit(&change).await;

    let seen = scene.send(Who::Member, Request::get("/api/tenants")).await.json();
    assert_eq!(seen["tenants"][0]["limits"], limits);
    scene.change(Who::Member, &change).await.problem(403);
    let facts: Vec<Value> =
        scene.written("tenant.limits").await.iter().map(|it| it["facts"].clone()).collect();
    let first = json!({ "idle_limit_s": 3600, "max_turns": 50, "max_sessions_per_user": 3 });
    assert_eq!(facts, [change, first], "what changes nothing is not written down");
}

#[tokio::test]
async fn a_limit_that_is_none_is_refused_and_changes_nothing() {
    let scene = Scene::set().await;
    for wrong in [
        json!({ "max_turns": 0 }),
        json!({ "max_sessions_per_machine": 0 }),
        json!({ "max_sessions_per_user": 100_001, "max_turns": 5 }),
        json!({ "idle_limit_s": 59 }),
        json!({ "idle_limit_s": 30 * 86_400 + 1 }),
    ] {
        let answer = scene.change(Who::TenantAdmin, &wrong).await;
        assert_eq!(answer.problem(400), "invalid_limit", "{wrong}");
    }
    for wrong in [json!({ "max_turns": -1 }), json!({ "max_turn": 5 }), json!({ "max_turns": "5" })]
    {
        scene.change(Who::TenantAdmin, &wrong).await.problem(400);
    }
    assert_eq!(scene.limit(&json!({})).await, json!({}));
}

/// The member has two open sessions here, a chat and a terminal.
#[tokio::test]
async fn one_session_too_many_is_refused_in_the_same_words_at_every_door() {
    let scene = Scene::set().await;
    let machine = scene.cast.machine;
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "session.new",
        "params": { "machine_id": machine, "agent": "x" },
    });
    let doors = || {
        [
            Request::post("/api/sessions", &json!({ "machine_id": machine, "kind": "terminal" })),
            Request::post("/api/remote/sessions", &json!({ "machine_id": machine, "agent": "x" })),
            Request::post("/rpc", &call),
        ]
    };
    for (limit, code, words) in [
        ("max_sessions_per_user", "user_session_limit", "have 2 open sessions"),
        ("max_sessions_per_machine", "machine_session_limit", "2 open sessions"),
    ] {
        scene.limit(&json!({ limit: 2 })).await;
        for door in doors() {
            let answer = scene.send(Who::Member, door).await;
            let body = answer.json();
            let problem = if body["jsonrpc"].is_null() {
                assert_eq!(answer.status, 409, "{body}");
                json!({ "code": body["code"], "hint": body["hint"], "text": body["error"] })
            } else {
                let error = &body["error"];
                let data = &error["data"];
                json!({ "code": data["code"], "hint": data["hint"], "text": error["message"] })
            };
            assert_eq!(problem["code"], code, "{body}");
            assert!(problem["text"].as_str().unwrap().contains(words), "{body}");
            assert!(problem["hint"].as_str().unwrap().contains("tenant limits"), "{body}");
        }
        // A job is taken, and waits.
        let job =
            json!({ "prompt": "go", "machine_id": machine, "agent": "x", "machine_wait": 60 });
        let taken = scene.send(Who::Member, Request::post("/api/jobs", &job)).await;
        assert_eq!(taken.status, 201, "{}", taken.text());
        scene.limit(&json!({ limit: 3 })).await;
        for door in doors() {
            let body = scene.send(Who::Member, door).await.text();
            assert!(!body.contains("session_limit"), "{body}");
        }
        scene.limit(&json!({ limit: null })).await;
    }
}

/// The chat was idle for an hour; the other sessions do something, or nobody can see that they do
/// not.
#[tokio::test]
async fn what_nobody_uses_is_stopped_and_the_log_says_why() {
    let scene = Scene::set().await;
    let chat = scene.cast.chat;
    let now = scene.house.app.plane.clock().now();
    let an_hour_ago = Timestamp::from_millis(now.as_millis() - 3_600_000);
    let done = scene.house.store().write(move |tx| {
        Box::pin(
            async move { tx.session_set_state(chat, SessionState::Idle, None, an_hour_ago).await },
        )
    });
    done.await.unwrap();
    let stopped = async {
        loop {
            if let [record] = &scene.written("session.stop").await[..] {
                break record.clone();
            }
        }
    };
    let watch = control::idle_limits::watch(scene.house.app.plane.clone());
    let limited = async {
        scene.limit(&json!({ "idle_limit_s": 1800 })).await;
        tokio::time::timeout(DEADLINE, stopped).await.expect("it is stopped in time")
    };
    let record = tokio::select! {
        record = limited => record,
        () = watch => unreachable!("it goes on for as long as the server"),
    };
    assert_eq!(record["object"], format!("session:{chat}"));
    assert_eq!(record["actor"], "system", "{record}");
    let reason = "nothing happened for 1800 s, the idle limit of the tenant";
    assert_eq!(record["facts"], json!({ "reason": reason, "idle_limit_s": 1800 }));
    let terminal = scene.house.store().session(scene.cast.terminal).await.unwrap().unwrap();
    assert_eq!(terminal.state, SessionState::Running);
}
