//! Prices, quotas and what was used, as people see them.

use model::price::{Cost, NanoUsd, PriceSource};
use model::usage::{TokenCounts, UsageRecord, UsageStatus};
use model::{UsageRecordId, UserId};
use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};

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

    async fn send(&self, request: Request, who: Who) -> Answer {
        request.with(&self.cast.credential(who)).send(&self.house).await
    }

    async fn get(&self, path: &str, who: Who) -> Value {
        let answer = self.send(Request::get(path), who).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Request::new("PUT", path).json(body), Who::TenantAdmin).await
    }

    /// Somebody's agent has made a call in the member's chat.
    async fn call(&self, user: UserId, model: &str, dollars: f64) {
        let plane = &self.house.app.plane;
        let now = plane.clock().now();
        let record = UsageRecord {
            id: UsageRecordId::new(now, &**plane.rng()),
            tenant: self.cast.tenant,
            user,
            machine: self.cast.machine,
            session: self.cast.chat,
            proxy_token: model::ProxyTokenId::new(now, &**plane.rng()),
            provider_key: None,
            provider: "openai".parse().unwrap(),
            model_asked: Some(model.to_owned()),
            model_answered: None,
            tokens: TokenCounts { input: 700, output: 100, ..TokenCounts::default() },
            status: UsageStatus::Complete,
            cost: Some(Cost {
                amount: NanoUsd::from_dollars(dollars).unwrap(),
                source: PriceSource::Assumed,
                version: "2026-11-21".into(),
            }),
            http_status: Some(200),
            started_at: now,
            first_byte_ms: Some(5),
            duration_ms: 9,
            overhead_us: Some(40),
        };
        let put = self.house.store().write::<_, store::StoreError, _>(move |tx| {
            Box::pin(async move { tx.usage_put(&[record]).await })
        });
        put.await.unwrap();
    }

    fn member(&self) -> UserId {
        self.cast.user(Who::Member)
    }
}

#[tokio::test]
async fn a_price_is_set_seen_and_taken_back() {
    let stage = Stage::set().await;
    let rates = json!({ "input": 1.5, "cache_read": 0.15, "output": 6 });
    let body = json!({ "provider": "local", "model": "llama", "usd_per_million_tokens": rates });
    let put = stage.put("/api/prices", &body).await;
    assert_eq!(put.status, 200, "{}", put.text());
    let price = put.json()["price"].clone();
    assert_eq!(price["usd_per_million_tokens"]["cache_write_1h"], json!(1.5));
    let holds = "/api/prices?provider=local&model=llama";
    let seen = stage.get(holds, Who::Member).await;
    assert_eq!(seen["in_force"]["source"], "override");
    assert_eq!(seen["in_force"]["usd_per_million_tokens"], price["usd_per_million_tokens"]);
    let path = format!("/api/prices/{}", price["price_id"].as_str().unwrap());
    let removed = stage.send(Request::new("DELETE", path), Who::TenantAdmin).await;
    assert_eq!(removed.status, 200);
    assert_eq!(stage.get(holds, Who::Member).await["in_force"]["source"], "assumed");
}

#[tokio::test]
async fn prices_and_limits_that_make_no_sense_are_refused() {
    let stage = Stage::set().await;
    for rates in [json!({ "input": -1, "output": 1 }), json!({ "input": 1, "output": 1e9 })] {
        let body = json!({ "provider": "p", "model": "m", "usd_per_million_tokens": rates });
        assert_eq!(stage.put("/api/prices", &body).await.status, 400, "{body}");
    }
    for (measure, limit) in [("tokens", json!(1.5)), ("cost", json!(-1)), ("cost", json!(1e12))] {
        let body =
            json!({ "subject": "user", "measure": measure, "period": "day", "limit": limit });
        assert_eq!(stage.put("/api/quotas", &body).await.status, 400, "{body}");
    }
    let foreign = stage.cast.user(Who::Stranger);
    for of in [foreign.to_string(), stage.cast.chat.to_string(), "no-id".to_owned()] {
        let body = json!({
            "subject": "user", "of": of, "measure": "cost", "period": "day", "limit": 1,
        });
        let status = stage.put("/api/quotas", &body).await.status;
        assert!([400, 404].contains(&status), "{body}: {status}");
    }
}

#[tokio::test]
async fn a_quota_says_how_far_it_is_used_up() {
    let stage = Stage::set().await;
    let body = json!({ "subject": "user", "measure": "cost", "period": "month", "limit": 10 });
    let quota = stage.put("/api/quotas", &body).await.json()["quota"].clone();
    stage.call(stage.member(), "gpt-5.5", 9.6).await;
    let of_user = |status: &Value| {
        let quotas = status["quotas"].as_array().unwrap();
        quotas.iter().find(|status| status["subject"] == "user").cloned().unwrap()
    };
    let own = of_user(&stage.get("/api/quota/status", Who::Member).await);
    assert_eq!((&own["used"], &own["limit"]), (&json!(9.6), &json!(10.0)));
    assert_eq!((&own["reached_percent"], &own["of"]), (&json!(95), &json!(stage.member())));
    assert!(own["resets_at"].is_string());
    let path = format!("/api/quotas/{}/raise", quota["quota_id"].as_str().unwrap());
    let raise = Request::post(&path, &json!({ "of": stage.member(), "amount": 5 }));
    assert_eq!(stage.send(raise, Who::TenantAdmin).await.status, 200);
    let own = of_user(&stage.get("/api/quota/status", Who::Member).await);
    assert_eq!((&own["limit"], &own["granted"]), (&json!(15.0), &json!(5.0)));
    let colleague = of_user(&stage.get("/api/quota/status", Who::Colleague).await);
    assert_eq!((&colleague["used"], &colleague["limit"]), (&json!(0.0), &json!(10.0)));
}

/// Who looks after the money is told who comes to an end, and nobody else is.
#[tokio::test]
async fn administrators_see_whose_allowance_comes_to_an_end() {
    let stage = Stage::set().await;
    for subject in ["user", "machine", "session", "model"] {
        let body = json!({ "subject": subject, "measure": "cost", "period": "day", "limit": 10 });
        assert_eq!(stage.put("/api/quotas", &body).await.status, 200);
    }
    let told = async |who| {
        let status = stage.get("/api/quota/status", who).await;
        let quotas = status["quotas"].as_array().unwrap().clone();
        let at_a_line = quotas
            .into_iter()
            .filter(|status| status["measure"] == "cost" && !status["reached_percent"].is_null());
        let facts = |it: &Value| (it["subject"].clone(), it["of"].clone(), it["used"].clone());
        let mut told: Vec<_> = at_a_line.map(|status| facts(&status)).collect();
        told.sort_by_key(|(subject, ..)| subject.to_string());
        told
    };
    stage.call(stage.member(), "gpt-5.5", 7.9).await;
    stage.call(stage.cast.user(Who::Colleague), "GPT-5.5", 0.1).await;
    let cast = &stage.cast;
    let of = |subject: &str, of: String, used: f64| (json!(subject), json!(of), json!(used));
    let shared = [
        of("machine", cast.machine.to_string(), 8.0),
        of("model", "gpt-5.5".to_owned(), 8.0),
        of("session", cast.chat.to_string(), 8.0),
    ];
    assert_eq!(told(Who::TenantAdmin).await, shared);
    stage.call(stage.member(), "gpt-5.5", 1.0).await;
    let member = of("user", stage.member().to_string(), 8.9);
    assert_eq!(told(Who::TenantAdmin).await.last(), Some(&member));
    assert_eq!(told(Who::Member).await, [member]);
    assert_eq!(told(Who::Colleague).await, []);
}

/// What a client calls a model is a client's word: no spreadsheet computes it.
#[tokio::test]
async fn a_model_that_nobody_knows_is_named_and_computed_by_nobody() {
    let stage = Stage::set().await;
    stage.call(stage.member(), "gpt-5.5", 1.0).await;
    stage.call(stage.cast.user(Who::Colleague), "gpt-5.5", 2.0).await;
    stage.call(stage.member(), "=cmd|' /C calc'!A0", 0.5).await;
    let table = Request::get("/api/usage?by=model&format=csv");
    let csv = stage.send(table, Who::Member).await;
    assert_eq!(csv.status, 200);
    assert!(csv.text().contains("\"'=cmd|' /C calc'!A0\",\"openai\",1,"), "{}", csv.text());
    let unknown = stage.get("/api/prices", Who::TenantAdmin).await;
    assert_eq!(unknown["unknown"][0]["model"], "gpt-5.5");
    assert_eq!(unknown["unknown"][0]["calls"], 2);
}

/// Of people who answer a session that waits at the same time the first one counts, and only who
/// may set quotas grants anything.
#[tokio::test]
async fn a_session_that_waits_is_answered_once() {
    let stage = Stage::set().await;
    let waiting = stage.get("/api/quota/requests", Who::TenantAdmin).await;
    let request = waiting["requests"][0].clone();
    assert_eq!((&request["limit"], &request["asked"]), (&json!(1000.0), &json!(20.0)));
    assert_eq!((&request["can_grant"], &request["state"]), (&json!(true), &json!("pending")));
    assert_eq!((&request["subject"], &request["name"]), (&json!("session"), &json!("A session")));
    let own = stage.get("/api/quota/requests", Who::Member).await["requests"][0].clone();
    assert_eq!(own["budget_request_id"], request["budget_request_id"]);
    assert_eq!(own["can_grant"], false, "who may not grant it sees that the session waits");
    let nothing = stage.get("/api/quota/requests", Who::Colleague).await;
    assert_eq!(nothing["requests"], json!([]));
    let path =
        format!("/api/quota/requests/{}/answer", request["budget_request_id"].as_str().unwrap());
    let grant = || Request::post(&path, &json!({ "answer": "grant", "amount": 500 }));
    assert_eq!(stage.send(grant(), Who::Member).await.status, 403);
    assert_eq!(stage.send(grant(), Who::Colleague).await.status, 404);
    let granted = stage.send(grant(), Who::TenantAdmin).await;
    assert_eq!(granted.status, 200, "{}", granted.text());
    assert_eq!(granted.json()["request"]["state"], "granted");
    let stop = Request::post(&path, &json!({ "answer": "stop" }));
    assert_eq!(stage.send(stop, Who::Member).await.status, 409);
    assert_eq!(stage.get("/api/quota/requests", Who::Member).await["requests"], json!([]));
    let about = format!("/api/quota/status?session_id={}", stage.cast.chat);
    let status = stage.get(&about, Who::Member).await;
    assert_eq!(status["quotas"][0]["limit"], 1500.0);
    assert_eq!(status["quotas"][0]["granted"], 500.0);
}

/// S112: what is asked and answered is written down.
#[tokio::test]
async fn who_stops_a_session_that_waits_is_written_down() {
    let stage = Stage::set().await;
    let id = stage.cast.budget_request;
    let path = format!("/api/quota/requests/{id}/answer");
    let stop = Request::post(&path, &json!({ "answer": "stop" }));
    let stopped = stage.send(stop, Who::Member).await;
    assert_eq!(stopped.status, 200, "{}", stopped.text());
    assert_eq!(stopped.json()["request"]["state"], "declined");
    let records = stage.house.store().audit_page(Some(stage.cast.tenant), None, 10).await.unwrap();
    let answer = records.iter().find(|record| record.action == "budget.answer").unwrap();
    assert_eq!(answer.object, format!("budget_request:{id}"));
    let facts: Value = serde_json::from_str(&answer.facts).unwrap();
    assert_eq!(facts["answer"], "declined");
}

/// Whoever changes a quota, raises it or takes it away has answered those who wait for it.
#[tokio::test]
async fn a_quota_that_is_changed_leaves_nobody_waiting() {
    let change = |stage: &Stage| {
        let body = json!({
            "subject": "session", "of": stage.cast.chat, "measure": "tokens", "period": "total",
            "limit": 5_000,
        });
        Request::new("PUT", "/api/quotas").json(&body)
    };
    let raise = |stage: &Stage| {
        let path = format!("/api/quotas/{}/raise", stage.cast.quota);
        Request::post(&path, &json!({ "amount": 100 }))
    };
    let remove =
        |stage: &Stage| Request::new("DELETE", format!("/api/quotas/{}", stage.cast.quota));
    for act in [&change as &dyn Fn(&Stage) -> Request, &raise, &remove] {
        let stage = Stage::set().await;
        let mut told = stage.house.app.plane.bus.listen();
        let done = stage.send(act(&stage), Who::TenantAdmin).await;
        assert_eq!(done.status, 200, "{}", done.text());
        let waiting = stage.get("/api/quota/requests", Who::TenantAdmin).await;
        assert_eq!(waiting["requests"], json!([]));
        let heard = told.next().await;
        let bus::Heard::Event(bus::Event::BudgetChanged(request)) = heard else {
            panic!("{heard:?}")
        };
        assert_eq!(request.id, stage.cast.budget_request);
        assert_ne!(request.state, model::quota::BudgetState::Pending);
    }
}
