//! Second factors: codes of an authenticator beside the password.

use std::sync::Arc;
use std::time::Duration;

use control::second_step::STEP_LASTS;
use model::time::ManualClock;
use model::{Clock, ExposeSecret};
use serde_json::{Value, json};
use vault::TotpSecret;
use vault::totp::{Step, step_at};

use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::{House, SHARED_TOKEN};
use crate::http::{Answer, Request};
use crate::socket::{Ended, Socket};

/// For how long a code stands.
const STEP: Duration = Duration::from_secs(30);

struct Stage {
    house: House,
    cast: Cast,
    clock: Arc<ManualClock>,
}

/// Somebody's telephone.
struct Telephone {
    secret: TotpSecret,
    recovery_codes: Vec<String>,
}

impl Stage {
    async fn set() -> Self {
        let clock = Arc::new(ManualClock::default());
        clock.advance(Duration::from_hours(24 * 365));
        let house = House::open_telling(clock.clone(), Vec::new()).await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast, clock }
    }

    async fn send(&self, request: Request) -> Answer {
        request.send(&self.house).await
    }

    async fn post(&self, by: &Credential, path: &str, body: &Value) -> Answer {
        self.send(Request::post(path, body).with(by)).await
    }

    fn step(&self) -> Step {
        step_at(self.clock.now())
    }

    /// What a telephone shows now, and a moment later, when what was shown has been used.
    fn next_code(&self, telephone: &Telephone) -> String {
        self.clock.advance(STEP);
        telephone.secret.code(self.step())
    }

    /// Takes over what was offered, as somebody does who has typed it in.
    fn taken_over(offer: &Value) -> TotpSecret {
        let (secret, uri) = (offer["secret"].as_str().unwrap(), offer["uri"].as_str().unwrap());
        assert!(uri.contains(&format!("secret={secret}&issuer=Gantline")), "{uri}");
        TotpSecret::parse(secret).unwrap()
    }

    /// The member switches it on.
    async fn switch_on(&self, browser: &Credential) -> Telephone {
        let begin = json!({ "password": PASSWORD });
        let offer = self.post(browser, "/api/auth/second-factor", &begin).await;
        assert_eq!(offer.status, 200, "{}", offer.text());
        let secret = Self::taken_over(&offer.json());
        let body = json!({ "code": secret.code(self.step()) });
        let on = self.post(browser, "/api/auth/second-factor/confirm", &body).await;
        assert_eq!(on.status, 200, "{}", on.text());
        Telephone { secret, recovery_codes: codes_of(&on.json()) }
    }

    /// The first step of a sign-in.
    async fn first_step(&self) -> Answer {
        let body = json!({ "username": self.cast.username, "password": PASSWORD });
        self.send(Request::post("/api/auth/login", &body)).await
    }

    /// The first step, of somebody who is asked for a code.
    async fn halfway(&self) -> Cookie {
        let first = self.first_step().await;
        assert_eq!(first.problem(401), "second_factor_needed");
        Cookie::of(&first)
    }

    async fn give(&self, cookie: &Cookie, code: &str) -> Answer {
        let request = Request::post("/api/auth/login/code", &json!({ "code": code }));
        self.send(cookie.on(request)).await
    }

    async fn standing(&self) -> Value {
        let asked = Request::get("/api/auth/second-factor");
        self.send(asked.with(&self.cast.credential(Who::Member))).await.json()
    }

    async fn demand(&self, by: &Credential, demand: &str) -> Answer {
        let path = format!("/api/tenants/{}/second-factor", self.cast.tenant);
        let request = Request::new("PUT", path).json(&json!({ "demand": demand }));
        self.send(request.with(by)).await
    }

    async fn reset(&self, by: Who) -> Answer {
        let path = format!("/api/users/{}/second-factor", self.cast.user(Who::Member));
        self.send(Request::new("DELETE", path).with(&self.cast.credential(by))).await
    }

    async fn log(&self) -> Vec<(String, String)> {
        let log = self.house.store().audit_after(Some(self.cast.tenant), 0, 10_000).await;
        let lines = log.unwrap().into_iter();
        lines.map(|line| (line.action, line.result)).collect()
    }
}

fn codes_of(answer: &Value) -> Vec<String> {
    let codes = answer["recovery_codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// The cookie of a browser that has made the first step.
struct Cookie(String);

impl Cookie {
    #[track_caller]
    fn of(answer: &Answer) -> Self {
        let set = answer.header("set-cookie").expect("a cookie");
        assert!(set.starts_with("__Host-gantline-step="), "{set}");
        assert!(set.ends_with("Max-Age=600; HttpOnly; SameSite=Strict; Secure"), "{set}");
        Self(set.split(';').next().unwrap().to_owned())
    }

    fn on(&self, request: Request) -> Request {
        request.header("cookie", self.0.clone())
    }
}

/// The login that an answer gives to a browser.
#[track_caller]
fn login(answer: &Answer) -> Credential {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let mut values = cookies.filter_map(|(_, set)| set.strip_prefix("__Host-gantline="));
    let value = values.next().expect("a login").split(';').next().unwrap();
    Credential::Cookie(value.to_owned())
}

/// Whoever has a second factor is not signed in by their password alone, and what the browser has
/// until then opens nothing.
#[tokio::test]
async fn a_password_alone_signs_nobody_in_who_has_a_second_factor() {
    let stage = Stage::set().await;
    let telephone = stage.switch_on(&stage.cast.credential(Who::MemberInBrowser)).await;
    let cookie = stage.halfway().await;
    let value = cookie.0.split_once('=').unwrap().1.to_owned();
    for credential in [Credential::Cookie(value.clone()), Credential::Bearer(value)] {
        let me = Request::get("/api/auth/me").with(&credential);
        stage.send(me).await.problem(401);
    }
    stage.send(cookie.on(Request::get("/api/auth/me"))).await.problem(401);

    let code = stage.next_code(&telephone);
    // Not without the cookie of the browser that knows the password.
    let stranger = Request::post("/api/auth/login/code", &json!({ "code": code }));
    assert_eq!(stage.send(stranger).await.problem(401), "sign_in_over");
    let done = stage.give(&cookie, &format!(" {} {} ", &code[..3], &code[3..])).await;
    let me = stage.send(Request::get("/api/auth/me").with(&login(&done))).await;
    assert_eq!(me.json()["username"], stage.cast.username);
    let cleared = done.headers.iter().any(|(_, value)| value.starts_with("__Host-gantline-step=;"));
    assert!(cleared, "the step is over");
    stage.give(&cookie, &stage.next_code(&telephone)).await.problem(401);
    let log = stage.log().await;
    assert!(log.contains(&("second_factor.enable".to_owned(), "ok".to_owned())), "{log:?}");
}

/// What an authenticator has taken over does not count before a code proves it.
#[tokio::test]
async fn a_second_factor_counts_when_a_code_has_proven_it() {
    let stage = Stage::set().await;
    let browser = stage.cast.credential(Who::MemberInBrowser);
    let wrong = json!({ "password": "another password" });
    let refused = stage.post(&browser, "/api/auth/second-factor", &wrong).await;
    assert_eq!(refused.problem(403), "wrong_password");
    let none = stage.post(&browser, "/api/auth/second-factor", &json!({})).await;
    assert_eq!(none.problem(400), "password_needed");
    let begin = json!({ "password": PASSWORD });
    let offer = stage.post(&browser, "/api/auth/second-factor", &begin).await.json();
    let confirm = "/api/auth/second-factor/confirm";
    let refused = stage.post(&browser, confirm, &json!({ "code": "000000" })).await;
    assert_eq!(refused.problem(403), "wrong_code");
    assert_eq!(
        stage.standing().await,
        json!({ "passkeys": 0, "recovery_codes_left": 0, "demand": "optional" })
    );
    assert_eq!(stage.first_step().await.status, 200, "not asked for yet");
    // An offer has an end.
    stage.clock.advance(Duration::from_mins(15));
    let code = json!({ "code": Stage::taken_over(&offer).code(stage.step()) });
    let late = stage.post(&browser, confirm, &code).await;
    assert_eq!(late.problem(409), "nothing_offered");
    stage.switch_on(&browser).await;
    assert_eq!(stage.standing().await["recovery_codes_left"], 10);
}

/// RFC 6238 §5.2: a code is accepted once, one step early or late, and an older one never after a
/// later one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_accepted_once() {
    let stage = Stage::set().await;
    let telephone = stage.switch_on(&stage.cast.credential(Who::MemberInBrowser)).await;
    let confirmed = telephone.secret.code(stage.step());
    let cookie = stage.halfway().await;
    assert_eq!(stage.give(&cookie, &confirmed).await.problem(401), "wrong_code");

    // Of many who give the same at once one is let in.
    let code = stage.next_code(&telephone);
    let cookies = [stage.halfway().await, stage.halfway().await, stage.halfway().await];
    let given = cookies.iter().map(|cookie| stage.give(cookie, &code));
    let answers = futures_util::future::join_all(given).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");

    let early = telephone.secret.code(stage.step() + 1);
    login(&stage.give(&stage.halfway().await, &early).await);
    stage.clock.advance(STEP);
    for used in [stage.step(), stage.step() - 1] {
        let code = telephone.secret.code(used);
        stage.give(&stage.halfway().await, &code).await.problem(401);
    }
    stage.clock.advance(2 * STEP);
    let late = telephone.secret.code(stage.step() - 1);
    login(&stage.give(&stage.halfway().await, &late).await);
}

/// Who has lost their telephone has codes for that, each of which works once.
#[tokio::test]
async fn a_recovery_code_works_once() {
    let stage = Stage::set().await;
    let browser = stage.cast.credential(Who::MemberInBrowser);
    let telephone = stage.switch_on(&browser).await;
    let code = telephone.recovery_codes[3].to_lowercase();
    login(&stage.give(&stage.halfway().await, &code).await);
    assert_eq!(stage.standing().await["recovery_codes_left"], 9);
    stage.give(&stage.halfway().await, &code).await.problem(401);
    // New ones replace the old.
    let body = json!({ "code": stage.next_code(&telephone) });
    let renewed = stage.post(&browser, "/api/auth/second-factor/recovery-codes", &body).await;
    let renewed = codes_of(&renewed.json());
    stage.give(&stage.halfway().await, &telephone.recovery_codes[4]).await.problem(401);
    login(&stage.give(&stage.halfway().await, &renewed[4]).await);
}

/// S06: somebody who knows the password tries codes: they wait longer and longer, everywhere. The
/// owner, where they were let in last, does not.
#[tokio::test]
async fn wrong_codes_wait_and_lock_nobody_out() {
    let proxy = "127.0.0.1".parse().unwrap();
    let config = api::ApiConfig { trusted_proxies: vec![proxy], ..api::ApiConfig::default() };
    let clock = Arc::new(ManualClock::default());
    clock.advance(Duration::from_hours(24 * 365));
    let house = House::open_by(config, clock.clone()).await;
    let cast = Cast::assemble(&house).await;
    let stage = Stage { house, cast, clock };
    let telephone = stage.switch_on(&stage.cast.credential(Who::MemberInBrowser)).await;
    let from = |address: u8| ("x-forwarded-for", format!("192.0.2.{address}"));
    let first = async |address: u8| {
        let body = json!({ "username": stage.cast.username, "password": PASSWORD });
        let (name, value) = from(address);
        Cookie::of(&stage.send(Request::post("/api/auth/login", &body).header(name, value)).await)
    };
    let give = async |cookie: &Cookie, address: u8, code: &str| {
        let (name, value) = from(address);
        let request = Request::post("/api/auth/login/code", &json!({ "code": code }));
        stage.send(cookie.on(request.header(name, value))).await
    };
    // The owner is known from here.
    let code = stage.next_code(&telephone);
    login(&give(&first(1).await, 1, &code).await);

    // After five wrong codes the password is asked for again.
    let cookie = first(2).await;
    for _ in 0..4 {
        assert_eq!(give(&cookie, 2, "000000").await.problem(401), "wrong_code");
    }
    assert_eq!(give(&cookie, 2, "000000").await.problem(401), "sign_in_over");
    assert_eq!(give(&cookie, 2, "000000").await.problem(401), "sign_in_over");
    let cookie = first(2).await;
    assert_eq!(give(&cookie, 2, "000000").await.problem(401), "wrong_code");
    let waits = give(&cookie, 2, "000000").await;
    assert_eq!(waits.problem(429), "too_many_attempts");
    assert!(waits.header("retry-after").is_some());
    // With many addresses the account's codes wait, wherever they come from.
    for address in 3..=6 {
        let cookie = first(address).await;
        for _ in 0..4 {
            give(&cookie, address, "000000").await;
        }
    }
    let code = stage.next_code(&telephone);
    for _ in 0..3 {
        give(&first(7).await, 7, "000000").await;
    }
    assert_eq!(give(&first(8).await, 8, &code).await.problem(429), "too_many_attempts");
    // Not where its owner was let in last.
    login(&give(&first(1).await, 1, &code).await);
    let refused = ("login.start".to_owned(), "refused".to_owned());
    let log = stage.log().await;
    assert!(log.iter().filter(|line| **line == refused).count() > 20, "{log:?}");
}

/// The second step has an end, too.
#[tokio::test]
async fn a_second_step_comes_in_time() {
    let stage = Stage::set().await;
    let telephone = stage.switch_on(&stage.cast.credential(Who::MemberInBrowser)).await;
    let cookie = stage.halfway().await;
    stage.clock.advance(STEP_LASTS);
    let answer = stage.give(&cookie, &stage.next_code(&telephone)).await;
    assert_eq!(answer.problem(401), "sign_in_over");
}

/// S10: a new password ends the sign-ins that were begun with the old one, and does not switch the
/// second factor off.
#[tokio::test]
async fn a_new_password_leaves_the_second_factor() {
    let stage = Stage::set().await;
    let telephone = stage.switch_on(&stage.cast.credential(Who::MemberInBrowser)).await;
    let begun = stage.halfway().await;
    let path = format!("/api/users/{}/password-link", stage.cast.user(Who::Member));
    let made = stage.post(&stage.cast.credential(Who::TenantAdmin), &path, &json!({})).await.json();
    let link = made["invitation"]["link"].as_str().unwrap();
    let secret = link.split_once("/#/welcome/").unwrap().1;
    let body = json!({ "secret": secret, "password": "quite another password" });
    let chosen = stage.send(Request::post("/api/auth/link/password", &body)).await;
    assert_eq!(chosen.problem(401), "second_factor_needed");
    let code = stage.next_code(&telephone);
    assert_eq!(stage.give(&begun, &code).await.problem(401), "sign_in_over");
    login(&stage.give(&Cookie::of(&chosen), &code).await);
}

/// Another authenticator takes the place of the one before, if that one agrees; switching it off needs
/// a code, and a token is not enough for anything of it.
#[tokio::test]
async fn only_its_owner_changes_a_second_factor() {
    let stage = Stage::set().await;
    let browser = stage.cast.credential(Who::MemberInBrowser);
    let old = stage.switch_on(&browser).await;
    let begin = "/api/auth/second-factor";
    let without = stage.post(&browser, begin, &json!({ "password": PASSWORD })).await;
    assert_eq!(without.problem(400), "code_needed");
    let wrong = json!({ "password": PASSWORD, "code": "000000" });
    assert_eq!(stage.post(&browser, begin, &wrong).await.problem(403), "wrong_code");
    let body = json!({ "password": PASSWORD, "code": stage.next_code(&old) });
    let offer = stage.post(&browser, begin, &body).await.json();
    let new = Telephone { secret: Stage::taken_over(&offer), recovery_codes: Vec::new() };
    login(&stage.give(&stage.halfway().await, &stage.next_code(&old)).await);
    let confirm = json!({ "code": stage.next_code(&new) });
    let confirmed = stage.post(&browser, "/api/auth/second-factor/confirm", &confirm).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    for gone in [stage.next_code(&old), old.recovery_codes[0].clone()] {
        stage.give(&stage.halfway().await, &gone).await.problem(401);
    }
    login(&stage.give(&stage.halfway().await, &stage.next_code(&new)).await);

    let remove = "/api/auth/second-factor/remove";
    let code = json!({ "code": stage.next_code(&new) });
    let token = stage.cast.credential(Who::Member);
    assert_eq!(stage.post(&token, remove, &code).await.problem(403), "not_a_login");
    assert_eq!(stage.post(&browser, remove, &code).await.status, 200);
    assert_eq!(stage.first_step().await.status, 200);
    assert_eq!(stage.post(&browser, remove, &code).await.problem(409), "second_factor_off");
}

/// An administrator helps somebody who has lost everything: they are signed out everywhere, and told
/// until they have a new one. Nobody helps themselves that way.
#[tokio::test]
async fn a_reset_signs_out_and_is_told() {
    let stage = Stage::set().await;
    let browser = stage.cast.credential(Who::MemberInBrowser);
    stage.switch_on(&browser).await;
    let users =
        stage.send(Request::get("/api/users").with(&stage.cast.credential(Who::TenantAdmin)));
    let users = users.await.json();
    let with: Vec<_> = users["users"].as_array().unwrap().iter().collect();
    let with = with.iter().filter(|user| user["has_second_factor"] == true);
    let names: Vec<_> = with.map(|user| user["username"].as_str().unwrap()).collect();
    assert_eq!(names, [stage.cast.username.as_str()]);
    let mut live = Socket::open(&stage.house, "/ws", &browser).await;
    assert_eq!(live.json().await["method"], "connected");

    assert_eq!(stage.reset(Who::TenantAdmin).await.status, 200);
    assert_eq!(live.ended().await, Ended::Closed(1008));
    stage.send(Request::get("/api/auth/me").with(&browser)).await.problem(401);
    let back = stage.first_step().await;
    let browser = login(&back);
    assert_eq!(back.json()["second_factor_reset"]["by_name"], "Somebody");
    assert_eq!(stage.standing().await["reset"]["by_name"], "Somebody");
    stage.switch_on(&browser).await;
    assert_eq!(stage.standing().await.get("reset"), None);

    let own = format!("/api/users/{}/second-factor", stage.cast.user(Who::TenantAdmin));
    let own = Request::new("DELETE", own).with(&stage.cast.credential(Who::TenantAdmin));
    assert_eq!(stage.send(own).await.problem(409), "own_account");
    let resets =
        stage.log().await.into_iter().filter(|(action, _)| action == "second_factor.reset");
    assert_eq!(resets.count(), 1);
}

/// S47: where everybody must have one, whoever has none is signed out and sets one up on the way in.
#[tokio::test]
async fn a_demanded_second_factor_is_set_up_at_sign_in() {
    let stage = Stage::set().await;
    let browser = stage.cast.credential(Who::MemberInBrowser);
    let admin = stage.cast.credential(Who::TenantAdmin);
    // Whoever demands it goes ahead.
    assert_eq!(stage.demand(&admin, "required").await.problem(409), "second_factor_first");
    let demanded = stage.demand(&Credential::Bearer(SHARED_TOKEN.to_owned()), "required").await;
    assert_eq!(demanded.json()["tenant"]["second_factor"], "required", "{}", demanded.text());
    stage.send(Request::get("/api/auth/me").with(&browser)).await.problem(401);

    let first = stage.first_step().await;
    assert_eq!(first.problem(401), "second_factor_setup_needed");
    let cookie = Cookie::of(&first);
    let confirm = |code: String| {
        let path = "/api/auth/login/second-factor/confirm";
        cookie.on(Request::post(path, &json!({ "code": code })))
    };
    let code = "123456".to_owned();
    assert_eq!(stage.send(confirm(code)).await.problem(409), "nothing_offered");
    let offer = Request::new("POST", "/api/auth/login/second-factor");
    let offer = stage.send(cookie.on(offer)).await;
    assert_eq!(offer.status, 200, "{}", offer.text());
    let secret = Stage::taken_over(&offer.json());
    assert_eq!(stage.send(confirm("000000".to_owned())).await.problem(401), "wrong_code");
    stage.send(cookie.on(Request::get("/api/auth/me"))).await.problem(401);
    // Somebody else who knows the password has begun, too.
    let other = Cookie::of(&stage.first_step().await);
    let others = Request::new("POST", "/api/auth/login/second-factor");
    let others = Stage::taken_over(&stage.send(other.on(others)).await.json());
    let done = stage.send(confirm(secret.code(stage.step()))).await;
    let browser = login(&done);
    let telephone = Telephone { secret, recovery_codes: codes_of(&done.json()) };
    let path = "/api/auth/login/second-factor/confirm";
    let late = json!({ "code": others.code(stage.step()) });
    let late = stage.send(other.on(Request::post(path, &late))).await;
    assert_eq!(late.problem(401), "sign_in_over", "the first one counts");

    login(&stage.give(&stage.halfway().await, &stage.next_code(&telephone)).await);
    let code = json!({ "code": stage.next_code(&telephone) });
    let remove = stage.post(&browser, "/api/auth/second-factor/remove", &code).await;
    assert_eq!(remove.problem(409), "second_factor_demanded");
    assert_eq!(stage.demand(&admin, "optional").await.status, 200);
    let remove = stage.post(&browser, "/api/auth/second-factor/remove", &code).await;
    assert_eq!(remove.status, 200, "{}", remove.text());
    let log = stage.log().await;
    for action in ["tenant.second_factor", "second_factor.enable", "second_factor.disable"] {
        assert!(log.contains(&(action.to_owned(), "ok".to_owned())), "{action}: {log:?}");
    }
}

/// S97: who reads the database can neither make codes nor use the ones for emergencies, and a
/// row that is copied to another account opens nothing there.
#[tokio::test]
async fn a_leaked_database_signs_nobody_in() {
    let stage = Stage::set().await;
    let telephone = stage.switch_on(&stage.cast.credential(Who::MemberInBrowser)).await;
    let user = stage.cast.user(Who::Member);
    let stored = stage.house.store().authenticator(user).await.unwrap().unwrap();
    let secret = telephone.secret.text();
    let secret = secret.expose_secret();
    let files = stage.house.database_bytes();
    let mut plain = vec![secret.to_owned()];
    plain.extend(
        telephone.recovery_codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]),
    );
    for plain in plain {
        let there = files.windows(plain.len()).any(|window| window == plain.as_bytes());
        assert!(!there, "{plain} is in the database");
    }
    let ring = stage.house.app.plane.key_ring.read().unwrap();
    assert_eq!(ring.open(&(&stored).into(), &stored.sealed).unwrap().expose_secret(), secret);
    let admin = stage.cast.user(Who::TenantAdmin);
    let copied = model::second_factor::Authenticator { user: admin, ..stored };
    assert!(ring.open(&(&copied).into(), &copied.sealed).is_err());
}
