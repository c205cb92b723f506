//! Passkeys: what a browser may do with them, and what somebody else may not. The authenticator is the
//! test's own: it makes real keys, and signs what it is asked to.

mod authenticator;
mod hostile;

use std::sync::Arc;
use std::time::Duration;

use model::Clock;
use model::time::ManualClock;
use serde_json::{Value, json};
use vault::TotpSecret;
use vault::totp::step_at;

pub(crate) use self::authenticator::{Authenticator, nothing};
use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::{House, SHARED_TOKEN};
use crate::http::{Answer, Request};

/// The name under which browsers come.
const HOST: &str = "gantline.example.com";

/// The pages on it.
pub(crate) const ORIGIN: &str = "https://gantline.example.com";

struct Stage {
    house: House,
    cast: Cast,
    clock: Arc<ManualClock>,
}

/// A browser that has made the first step.
#[derive(Clone)]
struct Halfway(String);

impl Stage {
    async fn set() -> Self {
        let proxy = "127.0.0.1".parse().unwrap();
        Self::set_with(api::ApiConfig {
            public_url: Some(ORIGIN.parse().unwrap()),
            trusted_proxies: vec![proxy],
            ..api::ApiConfig::default()
        })
        .await
    }

    async fn set_with(config: api::ApiConfig) -> Self {
        let clock = Arc::new(ManualClock::default());
        clock.advance(Duration::from_hours(24 * 365));
        let house = House::open_by(config, clock.clone()).await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast, clock }
    }

    fn browser(&self) -> Credential {
        self.cast.credential(Who::MemberInBrowser)
    }

    /// As a page of ours sends it.
    async fn send(&self, request: Request) -> Answer {
        request.header("host", HOST).header("origin", ORIGIN).send(&self.house).await
    }

    async fn post(&self, by: &Credential, path: &str, body: &Value) -> Answer {
        self.send(Request::post(path, body).with(by)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).with(&self.browser())).await
    }

    /// What the member's browser is asked to make.
    async fn asked_to_make(&self, proof: Value) -> Value {
        let mut body = json!({ "password": PASSWORD });
        body.as_object_mut().unwrap().extend(proof.as_object().unwrap().clone());
        let asked = self.post(&self.browser(), "/api/auth/passkeys", &body).await;
        assert_eq!(asked.status, 200, "{}", asked.text());
        asked.json()["options"].clone()
    }

    async fn add(&self, made: &Value) -> Answer {
        let body = json!({ "name": "Key on my ring", "made": made });
        self.post(&self.browser(), "/api/auth/passkeys/confirm", &body).await
    }

    /// The member adds a passkey; answers it, with what was answered.
    async fn register(&self, proof: Value) -> (Authenticator, Value) {
        let options = self.asked_to_make(proof).await;
        let mut key = Authenticator::new();
        let added = self.add(&key.make(&options, ORIGIN)).await;
        assert_eq!(added.status, 200, "{}", added.text());
        (key, added.json())
    }

    async fn first_step_from(&self, source: &str) -> Answer {
        let body = json!({ "username": self.cast.username, "password": PASSWORD });
        self.send(Request::post("/api/auth/login", &body).header("x-forwarded-for", source)).await
    }

    async fn halfway(&self) -> Halfway {
        self.halfway_from("192.0.2.1").await
    }

    async fn halfway_from(&self, source: &str) -> Halfway {
        let first = self.first_step_from(source).await;
        assert_eq!(first.problem(401), "second_factor_needed");
        let set = first.header("set-cookie").expect("a cookie");
        Halfway(set.split(';').next().unwrap().to_owned())
    }

    async fn step(&self, halfway: &Halfway, request: Request) -> Answer {
        self.step_from(halfway, request, "192.0.2.1").await
    }

    async fn step_from(&self, halfway: &Halfway, request: Request, source: &str) -> Answer {
        let request = request.header("cookie", halfway.0.clone());
        self.send(request.header("x-forwarded-for", source)).await
    }

    /// What the browser is asked to sign in its second step.
    async fn asked_to_sign(&self, halfway: &Halfway) -> Value {
        let asked = self.step(halfway, Request::new("POST", "/api/auth/login/passkey")).await;
        assert_eq!(asked.status, 200, "{}", asked.text());
        asked.json()["options"].clone()
    }

    async fn show(&self, halfway: &Halfway, signed: &Value) -> Answer {
        self.step(halfway, Request::post("/api/auth/login/passkey/confirm", signed)).await
    }

    async fn give(&self, halfway: &Halfway, code: &str) -> Answer {
        self.step(halfway, Request::post("/api/auth/login/code", &json!({ "code": code }))).await
    }

    /// What a passkey has signed, to show a second factor again.
    async fn shown_again(&self, key: &mut Authenticator) -> Value {
        let challenge = "/api/auth/passkeys/challenge";
        let asked = self.post(&self.browser(), challenge, &json!({})).await;
        assert_eq!(asked.status, 200, "{}", asked.text());
        json!({ "passkey": key.sign(&asked.json()["options"], ORIGIN) })
    }

    async fn set_up_codes(&self, proof: Value) -> TotpSecret {
        let mut body = json!({ "password": PASSWORD });
        body.as_object_mut().unwrap().extend(proof.as_object().unwrap().clone());
        let offer = self.post(&self.browser(), "/api/auth/second-factor", &body).await;
        assert_eq!(offer.status, 200, "{}", offer.text());
        let secret = TotpSecret::parse(offer.json()["secret"].as_str().unwrap()).unwrap();
        let code = json!({ "code": secret.code(step_at(self.clock.now())) });
        let on = self.post(&self.browser(), "/api/auth/second-factor/confirm", &code).await;
        assert_eq!(on.status, 200, "{}", on.text());
        secret
    }

    fn next_code(&self, secret: &TotpSecret) -> String {
        self.clock.advance(Duration::from_secs(30));
        secret.code(step_at(self.clock.now()))
    }

    async fn log(&self) -> Vec<(String, String, String)> {
        let log = self.house.store().audit_after(Some(self.cast.tenant), 0, 10_000).await;
        let lines = log.unwrap().into_iter();
        lines.map(|line| (line.action, line.result, line.facts)).collect()
    }
}

#[track_caller]
fn signed_in(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    assert!(cookies.any(|(_, set)| set.starts_with("__Host-gantline=")), "a login");
}

/// Whoever has a passkey is not signed in by their password alone, and is by both.
#[tokio::test]
async fn a_passkey_is_shown_after_the_password() {
    let stage = Stage::set().await;
    let (mut key, added) = stage.register(json!({})).await;
    assert_eq!(added["passkey"]["name"], "Key on my ring");
    assert_eq!(added["passkey"]["domain"], HOST);
    assert_eq!(added["recovery_codes"].as_array().unwrap().len(), 10, "with the first one");

    let halfway = stage.halfway().await;
    let ways = stage.step(&halfway, Request::get("/api/auth/login/step")).await.json();
    assert_eq!(ways, json!({ "codes": false, "passkeys": true }));
    let options = stage.asked_to_sign(&halfway).await;
    assert_eq!(options["rpId"], HOST);
    assert_eq!(options["allowCredentials"][0]["transports"], json!(["internal", "hybrid"]));
    signed_in(&stage.show(&halfway, &key.sign(&options, ORIGIN)).await);

    let listed = stage.get("/api/auth/passkeys").await.json();
    assert_eq!(listed["domain"], HOST);
    assert!(listed["passkeys"][0]["last_used_at"].is_string(), "{listed}");
    let log = stage.log().await;
    let facts = |action: &str| {
        log.iter().filter(|line| line.0 == action).map(|line| line.2.clone()).collect::<Vec<_>>()
    };
    let id = added["passkey"]["passkey_id"].as_str().unwrap();
    assert!(facts("passkey.add")[0].contains(id), "{log:?}");
    let used = facts("login.start");
    assert!(used.iter().any(|it| it.contains("password+passkey") && it.contains(id)), "{used:?}");
}

/// Several keys, and codes beside them: each is enough, and each can be taken away by another.
#[tokio::test]
async fn one_of_several_is_enough() {
    let stage = Stage::set().await;
    let (mut first, added) = stage.register(json!({})).await;
    let first_id = added["passkey"]["passkey_id"].as_str().unwrap().to_owned();
    let proof = stage.shown_again(&mut first).await;
    let (mut second, added) = stage.register(proof).await;
    assert_eq!(added.get("recovery_codes"), None, "those that there are go on working");
    let proof = stage.shown_again(&mut second).await;
    let secret = stage.set_up_codes(proof).await;

    let halfway = stage.halfway().await;
    let ways = stage.step(&halfway, Request::get("/api/auth/login/step")).await.json();
    assert_eq!(ways, json!({ "codes": true, "passkeys": true }));
    signed_in(&stage.give(&halfway, &stage.next_code(&secret)).await);
    for key in [&mut first, &mut second] {
        let halfway = stage.halfway().await;
        let options = stage.asked_to_sign(&halfway).await;
        signed_in(&stage.show(&halfway, &key.sign(&options, ORIGIN)).await);
    }

    let path = format!("/api/auth/passkeys/{first_id}/remove");
    let none = stage.post(&stage.browser(), &path, &json!({})).await;
    assert_eq!(none.problem(400), "code_needed");
    let both = json!({ "code": "123456", "passkey": nothing() });
    assert_eq!(stage.post(&stage.browser(), &path, &both).await.problem(400), "one_proof");
    let proof = stage.shown_again(&mut second).await;
    assert_eq!(stage.post(&stage.browser(), &path, &proof).await.status, 200);
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    let gone = stage.show(&halfway, &first.sign(&options, ORIGIN)).await;
    assert_eq!(gone.problem(401), "wrong_passkey");

    // The codes are switched off with the passkey that is left, and new recovery codes made with it.
    let proof = stage.shown_again(&mut second).await;
    let off = stage.post(&stage.browser(), "/api/auth/second-factor/remove", &proof).await;
    assert_eq!(off.status, 200, "{}", off.text());
    let proof = stage.shown_again(&mut second).await;
    let renew = "/api/auth/second-factor/recovery-codes";
    let codes = stage.post(&stage.browser(), renew, &proof).await.json();
    let code = codes["recovery_codes"][0].as_str().unwrap().to_owned();
    signed_in(&stage.give(&stage.halfway().await, &code).await);
    let standing = stage.get("/api/auth/second-factor").await.json();
    let expected = json!({ "passkeys": 1, "recovery_codes_left": 9, "demand": "optional" });
    assert_eq!(standing, expected);
}

/// With the last second factor go the recovery codes.
#[tokio::test]
async fn the_last_one_takes_the_recovery_codes_along() {
    let stage = Stage::set().await;
    let (mut key, added) = stage.register(json!({})).await;
    let id = added["passkey"]["passkey_id"].as_str().unwrap();
    let path = format!("/api/auth/passkeys/{id}");
    let renamed = Request::new("PATCH", &path).json(&json!({ "name": " Laptop " }));
    let renamed = stage.send(renamed.with(&stage.browser())).await.json();
    assert_eq!(renamed["name"], "Laptop");
    for bad in ["", "a\u{7}b", &"x".repeat(65)] {
        let bad = Request::new("PATCH", &path).json(&json!({ "name": bad }));
        let bad = stage.send(bad.with(&stage.browser())).await;
        assert_eq!(bad.problem(400), "invalid_name");
    }
    let proof = stage.shown_again(&mut key).await;
    let removed = stage.post(&stage.browser(), &format!("{path}/remove"), &proof).await;
    assert_eq!(removed.status, 200, "{}", removed.text());
    signed_in(&stage.first_step_from("192.0.2.1").await);
    let standing = stage.get("/api/auth/second-factor").await.json();
    assert_eq!(standing["recovery_codes_left"], 0);
    let log = stage.log().await;
    assert!(log.iter().any(|line| line.0 == "passkey.remove" && line.1 == "ok"), "{log:?}");
}

/// Where everybody must have a second factor, a passkey is one, and the last one stays.
#[tokio::test]
async fn a_passkey_is_what_a_tenant_demands() {
    let stage = Stage::set().await;
    let (mut key, added) = stage.register(json!({})).await;
    let demand = format!("/api/tenants/{}/second-factor", stage.cast.tenant);
    let demand = Request::new("PUT", demand).json(&json!({ "demand": "required" }));
    let shared = Credential::Bearer(SHARED_TOKEN.to_owned());
    let demanded = demand.with(&shared).send(&stage.house).await;
    assert_eq!(demanded.status, 200, "{}", demanded.text());
    // Whoever has one stays signed in, and is asked for it.
    assert_eq!(stage.get("/api/auth/me").await.status, 200);
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    signed_in(&stage.show(&halfway, &key.sign(&options, ORIGIN)).await);

    let id = added["passkey"]["passkey_id"].as_str().unwrap();
    let path = format!("/api/auth/passkeys/{id}/remove");
    let proof = stage.shown_again(&mut key).await;
    let last = stage.post(&stage.browser(), &path, &proof).await;
    assert_eq!(last.problem(409), "second_factor_demanded");
    let proof = stage.shown_again(&mut key).await;
    let secret = stage.set_up_codes(proof).await;
    let code = json!({ "code": stage.next_code(&secret) });
    assert_eq!(stage.post(&stage.browser(), &path, &code).await.status, 200);
}

/// Whoever has none where everybody must have one adds a passkey on the way in.
#[tokio::test]
async fn a_demanded_passkey_is_added_at_sign_in() {
    let stage = Stage::set().await;
    let demand = format!("/api/tenants/{}/second-factor", stage.cast.tenant);
    let demand = Request::new("PUT", demand).json(&json!({ "demand": "required" }));
    let shared = Credential::Bearer(SHARED_TOKEN.to_owned());
    assert_eq!(demand.with(&shared).send(&stage.house).await.status, 200);
    let first = stage.first_step_from("192.0.2.1").await;
    assert_eq!(first.problem(401), "second_factor_setup_needed");
    let set = first.header("set-cookie").expect("a cookie");
    let halfway = Halfway(set.split(';').next().unwrap().to_owned());
    let begin = Request::new("POST", "/api/auth/login/second-factor/passkey");
    let path = "/api/auth/login/second-factor/passkey/confirm";
    let confirm = |made: Value| Request::post(path, &json!({ "name": "Laptop", "made": made }));

    let mut key = Authenticator::new();
    let asked = stage.step(&halfway, begin.clone()).await.json()["options"].clone();
    let elsewhere = key.make(&asked, "https://evil.example");
    let refused = stage.step(&halfway, confirm(elsewhere)).await;
    assert_eq!(refused.problem(401), "passkey_of_another_address");
    let late = stage.step(&halfway, confirm(key.make(&asked, ORIGIN))).await;
    assert_eq!(late.problem(409), "nothing_asked", "a challenge counts once");
    let asked = stage.step(&halfway, begin.clone()).await.json()["options"].clone();
    let done = stage.step(&halfway, confirm(key.make(&asked, ORIGIN))).await;
    signed_in(&done);
    assert_eq!(done.json()["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(stage.step(&halfway, begin).await.problem(401), "sign_in_over");

    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    signed_in(&stage.show(&halfway, &key.sign(&options, ORIGIN)).await);
    let log = stage.log().await;
    assert!(log.iter().any(|line| line.2.contains("password+new_passkey")), "{log:?}");
}

/// An administrator helps whoever has lost their keys: they are signed out, told, and have none.
#[tokio::test]
async fn a_reset_takes_passkeys_as_well() {
    let stage = Stage::set().await;
    stage.register(json!({})).await;
    let users = Request::get("/api/users").with(&stage.cast.credential(Who::TenantAdmin));
    let users = stage.send(users).await.json();
    let with = users["users"].as_array().unwrap().iter();
    let with = with.filter(|user| user["has_second_factor"] == true);
    assert_eq!(with.count(), 1, "{users}");
    let path = format!("/api/users/{}/second-factor", stage.cast.user(Who::Member));
    let reset = Request::new("DELETE", path).with(&stage.cast.credential(Who::TenantAdmin));
    assert_eq!(stage.send(reset).await.status, 200);
    stage.get("/api/auth/me").await.problem(401);
    let back = stage.first_step_from("192.0.2.1").await;
    signed_in(&back);
    assert_eq!(back.json()["second_factor_reset"]["by_name"], "Somebody");
    let known = stage.house.store().passkeys(stage.cast.user(Who::Member)).await.unwrap();
    assert!(known.is_empty());
}

/// Where browsers keep no passkeys it is said why, and where they do.
#[tokio::test]
async fn an_address_without_a_name_has_no_passkeys() {
    let stage = Stage::set_with(api::ApiConfig::default()).await;
    let ask = |host: String| {
        Request::get("/api/auth/passkeys").with(&stage.browser()).header("host", host)
    };
    let port = stage.house.address.port();
    let here = ask(format!("127.0.0.1:{port}")).send(&stage.house).await.json();
    assert_eq!(here["problem"], "passkeys_need_a_name");
    assert_eq!(here["instead"], format!("http://localhost:{port}"));
    let begin = Request::post("/api/auth/passkeys", &json!({ "password": PASSWORD }));
    let begin = begin.with(&stage.browser()).send(&stage.house).await;
    assert_eq!(begin.problem(409), "passkeys_need_a_name");
    assert!(begin.json()["hint"].as_str().unwrap().contains("http://localhost:"));
    let there = ask(format!("localhost:{port}")).send(&stage.house).await.json();
    assert_eq!(there["domain"], "localhost");
    let far = ask("192.168.1.7:8080".to_owned()).send(&stage.house).await.json();
    assert_eq!(far["problem"], "passkeys_need_a_name");
    assert_eq!(far.get("instead"), None);
}
