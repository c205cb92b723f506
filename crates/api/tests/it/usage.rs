//! Usage: added up, narrowed down, shown to those whom it concerns, and told as it changes.

use bus::{Event, Place};
use model::price::{Cost, NanoUsd, PriceSource};
use model::usage::{TokenCounts, UsageRecord, UsageStatus};
use model::{ProxyTokenId, SessionId, Timestamp, UsageRecordId};
use serde_json::{Value, json};
use store::StoreError;

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::socket::Socket;

/// 2026-11-20 23:30 UTC.
const EVENING: i64 = 1_795_217_400_000;
const HOUR: i64 = 3_600_000;
const SPAN: &str = "since=2026-11-20T00:00:00Z&until=2026-11-22T00:00:00Z";

struct Scene {
    house: House,
    cast: Cast,
}

/// One call: who, when, which model, and how it went.
type Call = (Who, i64, &'static str, UsageStatus);

impl Scene {
    async fn set(calls: &[Call]) -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        let records: Vec<_> = calls.iter().map(|call| record(&house, &cast, *call)).collect();
        house
            .store()
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.usage_put(&records).await })
            })
            .await
            .unwrap();
        Self { house, cast }
    }

    async fn ask(&self, who: Who, path: &str) -> Answer {
        Request::get(path).with(&self.cast.credential(who)).send(&self.house).await
    }

    async fn usage(&self, who: Who, query: &str) -> Value {
        let answer = self.ask(who, &format!("/api/usage?{SPAN}&{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

/// A hundred tokens for a tenth of a cent; where the model is a stranger, that is assumed.
fn record(house: &House, cast: &Cast, (who, at, model, status): Call) -> UsageRecord {
    let (at, rng) = (Timestamp::from_millis(at), &**house.app.plane.rng());
    let source = if model == "stranger" { PriceSource::Assumed } else { PriceSource::Table };
    let cost = Cost { amount: NanoUsd::from_nanos(1_000_000), source, version: "day".into() };
    let is_members = who == Who::Member;
    UsageRecord {
        id: UsageRecordId::new(at, rng),
        tenant: cast.tenant,
        user: cast.user(who),
        machine: cast.machine,
        session: if is_members { cast.chat } else { SessionId::new(at, rng) },
        proxy_token: ProxyTokenId::new(at, rng),
        provider_key: None,
        provider: "anthropic".parse().unwrap(),
        model_asked: Some(model.to_owned()),
        model_answered: None,
        tokens: TokenCounts { input: 90, output: 10, ..TokenCounts::default() },
        status,
        cost: Some(cost),
        http_status: Some(200),
        started_at: at,
        first_byte_ms: None,
        duration_ms: 5,
        overhead_us: None,
    }
}

const CALLS: [Call; 4] = [
    (Who::Member, EVENING, "m", UsageStatus::Complete),
    (Who::Member, EVENING + HOUR, "m", UsageStatus::Estimated),
    (Who::Member, EVENING + HOUR, "stranger", UsageStatus::Complete),
    (Who::Colleague, EVENING + 3 * HOUR, "m", UsageStatus::Refused),
];

fn calls_by_key(usage: &Value) -> Vec<(String, u64)> {
    let groups = usage["groups"].as_array().unwrap().iter();
    let each = |group: &Value| {
        (group["key"].as_str().unwrap().to_owned(), group["calls"].as_u64().unwrap())
    };
    groups.map(each).collect()
}

#[tokio::test]
async fn usage_is_added_up_by_whatever_is_asked_for() {
    let scene = Scene::set(&CALLS).await;
    let by = async |by: &str| scene.usage(Who::TenantAdmin, &format!("by={by}")).await;
    let days = by("day").await;
    let of = |key: &str, calls| (key.to_owned(), calls);
    assert_eq!(calls_by_key(&days), [of("2026-11-20", 1), of("2026-11-21", 3)]);
    let hours = by("hour").await;
    assert_eq!(
        calls_by_key(&hours),
        [of("2026-11-20T23:00Z", 1), of("2026-11-21T00:00Z", 2), of("2026-11-21T02:00Z", 1)]
    );
    assert_eq!(calls_by_key(&by("model").await), [of("m", 3), of("stranger", 1)]);
    let users = by("user").await;
    let (member, colleague) = (scene.cast.user(Who::Member), scene.cast.user(Who::Colleague));
    assert_eq!(calls_by_key(&users), [of(&member.to_string(), 3), of(&colleague.to_string(), 1)]);
    assert_eq!(calls_by_key(&by("machine").await).len(), 1);
    assert_eq!(calls_by_key(&by("session").await).len(), 2);

    let total = &days["total"];
    assert_eq!(total["calls"], 4);
    assert_eq!(total["estimated_calls"], 1);
    assert_eq!(total["total_tokens"], 400);
    assert_eq!(total["cost_usd"], 0.004);
    assert_eq!(total["cost_is_assumed"], true);
    assert_eq!(days["groups"][0]["cost_is_assumed"], false);
    assert_eq!(days["has_more_groups"], false);
    assert_eq!(days["usage"].as_array().unwrap().len(), 4, "the attempts themselves");
    assert_eq!(days["usage"][0]["status"], "refused", "the newest first");
}

#[tokio::test]
async fn usage_is_narrowed_down_to_one_of_them() {
    let scene = Scene::set(&CALLS).await;
    let Cast { chat, machine, .. } = scene.cast;
    let member = scene.cast.user(Who::Member);
    for (query, calls) in [
        (format!("user_id={member}"), 3),
        (format!("session_id={chat}"), 3),
        (format!("machine_id={machine}"), 4),
        (format!("machine_id={machine}&model=stranger&user_id={member}"), 1),
        ("model=nobody".to_owned(), 0),
    ] {
        let usage = scene.usage(Who::TenantAdmin, &format!("limit=1&{query}")).await;
        assert_eq!(usage["total"]["calls"], calls, "{query}");
        assert!(usage["usage"].as_array().unwrap().len() <= 1, "{query}");
    }
    let evening = "/api/usage?since=2026-11-20T00:00:00Z&until=2026-11-21T00:00:00Z";
    assert_eq!(scene.ask(Who::TenantAdmin, evening).await.json()["total"]["calls"], 1);
    let backwards = "/api/usage?since=2026-11-21T00:00:00Z&until=2026-11-20T00:00:00Z";
    let answer = scene.ask(Who::TenantAdmin, backwards).await;
    assert_eq!((answer.status, answer.json()["code"].clone()), (400, json!("invalid_span")));
}

/// Whoever is no administrator sees what they have used, and cannot ask for anybody else.
#[tokio::test]
async fn everybody_sees_their_own_usage() {
    let scene = Scene::set(&CALLS).await;
    for (who, calls) in [(Who::Member, 3), (Who::Colleague, 1), (Who::Newcomer, 0)] {
        assert_eq!(scene.usage(who, "by=user").await["total"]["calls"], calls, "{who:?}");
    }
    let member = scene.cast.user(Who::Member);
    let others = scene.ask(Who::Colleague, &format!("/api/usage?user_id={member}")).await;
    assert_eq!(others.status, 403);
    let foreign = scene.usage(Who::ForeignAdmin, &format!("user_id={member}")).await;
    assert_eq!(foreign["total"]["calls"], 0);
}

#[tokio::test]
async fn usage_is_a_table_for_spreadsheets() {
    let scene = Scene::set(&CALLS).await;
    let answer =
        scene.ask(Who::TenantAdmin, &format!("/api/usage?{SPAN}&by=model&format=csv")).await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = answer.header("content-disposition");
    assert_eq!(name, Some("attachment; filename=\"usage-by-model.csv\""));
    let text = answer.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("model,name,calls,estimated_calls,input_tokens"), "{text}");
    assert_eq!(
        lines[1..],
        [
            "\"m\",\"anthropic\",3,1,270,0,0,30,0,300,0.003000000,false",
            "\"stranger\",\"anthropic\",1,0,90,0,0,10,0,100,0.001000000,true",
        ]
    );
}

#[tokio::test]
async fn sessions_and_jobs_say_what_they_used() {
    let scene = Scene::set(&CALLS).await;
    let chat = scene.cast.chat;
    let one = scene.ask(Who::Member, &format!("/api/sessions/{chat}")).await.json();
    assert_eq!(one["session"]["usage"]["calls"], 3);
    assert_eq!(one["session"]["usage"]["estimated_calls"], 1);
    let listed = scene.ask(Who::Member, "/api/sessions").await.json();
    for session in listed["sessions"].as_array().unwrap() {
        let is_chat = session["session_id"] == json!(chat);
        assert_eq!(session["usage"]["calls"], if is_chat { 3 } else { 0 }, "{session}");
    }
    let asked = scene.ask(Who::Member, &format!("/api/sessions/{chat}/usage")).await.json();
    assert_eq!(asked["session_id"], json!(chat));
    assert_eq!(asked["cost_usd"], 0.003);
    let jobs = scene.ask(Who::Member, "/api/jobs").await.json();
    assert_eq!(jobs["jobs"][0]["usage"]["calls"], 0);
}

/// S39: what a session uses is told to those who may look at it, and to nobody else.
#[tokio::test]
async fn what_a_session_uses_is_told_to_those_who_may_see_it() {
    let scene = Scene::set(&CALLS).await;
    let plane = &scene.house.app.plane;
    let sum = scene.house.store().usage_sum(scene.cast.chat).await.unwrap();
    let place = |who, session| Place {
        tenant: scene.cast.tenant,
        owner: scene.cast.user(who),
        machine: scene.cast.machine,
        session,
    };
    let of_member = place(Who::Member, scene.cast.chat);
    let of_colleague = place(Who::Colleague, scene.cast.terminal);
    let mut sockets = Vec::new();
    for who in [Who::Member, Who::Colleague, Who::Keeper] {
        let mut socket = Socket::open(&scene.house, "/ws", &scene.cast.credential(who)).await;
        while socket.json().await["method"] != "permission.snapshot" {}
        sockets.push(socket);
    }
    for place in [of_member, of_colleague] {
        plane.bus.tell(Event::UsageChanged(place, sum));
    }
    let heard: [&[SessionId]; 3] =
        [&[of_member.session], &[of_colleague.session], &[of_member.session, of_colleague.session]];
    for (mut socket, sessions) in sockets.into_iter().zip(heard) {
        for session in sessions {
            let told = socket.json().await;
            assert_eq!(told["method"], "session.usage");
            assert_eq!(told["params"]["session_id"], json!(session));
            assert_eq!(told["params"]["calls"], 3);
        }
    }
}
