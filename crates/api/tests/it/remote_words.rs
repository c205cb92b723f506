//! The words of the remote workspace document, under its paths, and ours under ours.

use model::session::SessionState;
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

    async fn show(&self, who: Who, path: &str) -> Value {
        let answer = self.send(who, Request::get(path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    async fn chat_is(&self, state: SessionState) {
        let (chat, now) = (self.cast.chat, self.house.app.plane.clock().now());
        let set = self.house.store().write(move |tx| {
            Box::pin(async move { tx.session_set_state(chat, state, None, now).await })
        });
        set.await.unwrap();
    }
}

#[tokio::test]
async fn a_session_is_told_in_the_documents_words_under_its_path_alone() {
    let scene = Scene::set().await;
    let (remote, ours) = (
        format!("/api/remote/sessions/{}", scene.cast.chat),
        format!("/api/sessions/{}", scene.cast.chat),
    );
    for (state, status) in [
        (SessionState::Idle, "active"),
        (SessionState::Waiting, "active"),
        (SessionState::Paused, "paused"),
        (SessionState::Stopped, "stopped"),
        (SessionState::Failed, "error"),
    ] {
        scene.chat_is(state).await;
        let session = scene.show(Who::Member, &remote).await["session"].clone();
        assert_eq!((&session["status"], &session["state"]), (&json!(status), &json!(state)));
        let session = scene.show(Who::Member, &ours).await["session"].clone();
        assert_eq!(session["status"], json!(state));
        assert!(session.get("state").is_none() && session.get("cli_tool").is_none(), "{session}");
    }
    let session = scene.show(Who::Member, &remote).await["session"].clone();
    assert_eq!(session["cli_tool"], session["agent_name"]);
    assert_eq!((&session["total_tokens"], &session["message_count"]), (&json!(0), &json!(0)));
    // Its machine is away, and has what was said.
    assert_eq!(session["output"], json!([]));
    assert!(session["output_missing"].as_str().unwrap().contains("offline"), "{session}");

    scene.chat_is(SessionState::Idle).await;
    let listed = scene.show(Who::Member, "/api/remote/sessions").await;
    assert_eq!((&listed["success"], &listed["count"]), (&json!(true), &json!(2)), "{listed}");
    assert!(listed["sessions"].as_array().unwrap().iter().all(|one| one["status"] == "active"));
}

#[tokio::test]
async fn a_refusal_says_where_the_session_stands() {
    let scene = Scene::set().await;
    let path = format!("/api/remote/sessions/{}/chat", scene.cast.chat);
    let chat = async || {
        let prompt = Request::post(&path, &json!({ "content": "hello" }));
        let answer = scene.send(Who::Member, prompt).await;
        let code = answer.problem(409);
        let body = answer.json();
        assert_eq!(body["success"], json!(false));
        (code, body["session_status"].clone())
    };
    scene.chat_is(SessionState::Paused).await;
    assert_eq!(chat().await, ("session_paused".to_owned(), json!("paused")));
    scene.chat_is(SessionState::Stopped).await;
    assert_eq!(chat().await, ("session_ended".to_owned(), json!("stopped")));
    scene.chat_is(SessionState::Failed).await;
    assert_eq!(chat().await, ("session_ended".to_owned(), json!("error")));
    // What is about no session says nothing of one.
    let frozen = scene.send(Who::Member, Request::post("/api/sessions", &json!({}))).await;
    assert!(frozen.json().get("session_status").is_none(), "{}", frozen.text());
}

#[tokio::test]
async fn machines_are_listed_of_the_tenant_that_was_asked_for() {
    let scene = Scene::set().await;
    let tenants = scene.show(Who::SystemAdmin, "/api/tenants").await;
    let own = scene.cast.tenant.to_string();
    let number = |is_own: bool| {
        let tenants = tenants["tenants"].as_array().unwrap().iter();
        let mut meant = tenants.filter(|tenant| (tenant["id"] == own.as_str()) == is_own);
        meant.next().unwrap()["tenant_id"].as_i64().unwrap()
    };
    let of = |number| format!("/api/remote/machines?tenant_id={number}");
    let machine = scene.cast.machine.to_string();
    let listed = scene.show(Who::SystemAdmin, &of(number(true))).await;
    assert!(listed.to_string().contains(&machine), "{listed}");
    assert_eq!(listed["user_role"], "system_admin");
    let others = scene.show(Who::SystemAdmin, &of(number(false))).await;
    assert!(!others.to_string().contains(&machine), "{others}");
    let member = scene.show(Who::Member, &of(number(true))).await;
    assert_eq!(
        (member["machines"].as_array().unwrap().len(), &member["user_role"]),
        (1, &json!("user"))
    );
    for who in [Who::Member, Who::TenantAdmin] {
        scene.send(who, Request::get(of(number(false)))).await.problem(404);
    }
}

#[tokio::test]
async fn a_machine_says_how_it_is_looked_after_and_heard_of() {
    let scene = Scene::set().await;
    let path = format!("/api/remote/machines/{}/commands", scene.cast.machine);
    let members = scene.show(Who::Member, &path).await;
    let commands = &members["commands"];
    assert!(commands["status"].as_str().unwrap().contains("machine status"), "{members}");
    for absent in ["install", "uninstall"] {
        assert!(commands.get(absent).is_none(), "{members}");
    }
    let admins = scene.show(Who::TenantAdmin, &path).await;
    assert!(admins["commands"]["install"].as_str().unwrap().contains("--server "), "{admins}");
    assert!(admins["commands"]["uninstall"].as_str().unwrap().contains("uninstall"), "{admins}");

    let heard = scene.show(Who::Member, "/api/remote/heartbeat-status").await;
    let monitor = &heard["heartbeat_monitor"];
    assert_eq!((&monitor["online"], &monitor["offline"]), (&json!(0), &json!(1)), "{heard}");
    assert_eq!(monitor["machines"][0]["machine_id"], scene.cast.machine.to_string());
    assert!(monitor["timeout_s"].as_u64().unwrap() > 0, "{heard}");
    let nothing = scene.show(Who::Newcomer, "/api/remote/heartbeat-status").await;
    assert_eq!(nothing["heartbeat_monitor"]["machines"], json!([]));
}

#[tokio::test]
async fn why_a_session_was_stopped_is_written_down() {
    let scene = Scene::set().await;
    let stop =
        |session, body: &Value| Request::post(format!("/api/remote/sessions/{session}/stop"), body);
    let with = stop(scene.cast.chat, &json!({ "reason": "it loops" }));
    assert_eq!(scene.send(Who::Member, with).await.status, 200);
    let without = stop(scene.cast.terminal, &json!({}));
    assert_eq!(scene.send(Who::Member, without).await.status, 200);
    let log = scene.show(Who::TenantAdmin, "/api/audit?action=session.stop").await;
    let facts: Vec<&Value> =
        log["records"].as_array().unwrap().iter().map(|record| &record["facts"]).collect();
    assert_eq!(facts, [&json!({}), &json!({ "reason": "it loops" })]);
}
