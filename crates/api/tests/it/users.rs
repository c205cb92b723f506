//! Accounts: invitations, passwords, roles, tokens of programs, and what ends with what.

use serde_json::{Value, json};

use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::socket::{Ended, Socket};

struct Place {
    house: House,
    cast: Cast,
}

impl Place {
    async fn open() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast }
    }

    async fn send(&self, by: Who, request: Request) -> Answer {
        request.with(&self.cast.credential(by)).send(&self.house).await
    }

    async fn post(&self, by: Who, path: &str, body: &Value) -> Answer {
        self.send(by, Request::post(path, body)).await
    }

    async fn change(&self, by: Who, whom: Who, body: &Value) -> Answer {
        let path = format!("/api/users/{}", self.cast.user(whom));
        self.send(by, Request::new("PATCH", path).json(body)).await
    }

    /// Opens a link; answers what it is for.
    async fn redeem(&self, secret: &str) -> Answer {
        Request::post("/api/auth/link", &json!({ "secret": secret })).send(&self.house).await
    }

    async fn choose(&self, secret: &str, password: &str) -> Answer {
        let body = json!({ "secret": secret, "password": password });
        Request::post("/api/auth/link/password", &body).send(&self.house).await
    }

    async fn sign_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password });
        Request::post("/api/auth/login", &body).send(&self.house).await
    }

    async fn me(&self, credential: &Credential) -> Answer {
        Request::get("/api/auth/me").with(credential).send(&self.house).await
    }
}

/// The secret of a link, which is behind its `#`.
fn secret(answer: &Value) -> String {
    let link = answer["invitation"]["link"].as_str().expect("a link");
    let (address, secret) = link.split_once("/#/welcome/").expect("a fragment");
    assert!(address.starts_with("http://127.0.0.1:"), "{link}");
    secret.to_owned()
}

/// S48: whoever is invited has no rights until they have chosen a password, which nobody else ever
/// knows; the link works once.
#[tokio::test]
async fn somebody_is_invited_and_chooses_a_password() {
    let place = Place::open().await;
    let body = json!({ "username": "ana", "display_name": "Ana 安娜", "role": "read_only" });
    let invited = place.post(Who::TenantAdmin, "/api/users", &body).await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let invited = invited.json();
    assert_eq!(invited["user"]["state"], "invited");
    place.sign_in("ana", PASSWORD).await.problem(401);

    let secret = secret(&invited);
    let looked = place.redeem(&secret).await;
    let expected = json!({ "setup": false, "password": true, "username": "ana" });
    assert_eq!((looked.status, looked.json()), (200, expected));
    assert!(looked.header("set-cookie").is_none(), "looking at it signs nobody in");
    place.choose(&secret, "short").await.problem(400);
    let chosen = place.choose(&secret, PASSWORD).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text());
    assert!(chosen.header("set-cookie").unwrap().starts_with("__Host-gantline="));
    assert_eq!(chosen.json()["user"]["state"], "active");
    assert_eq!(chosen.json()["user"]["role"], "read_only");

    assert_eq!(place.choose(&secret, "another password").await.problem(403), "link_used");
    assert_eq!(place.redeem(&secret).await.problem(403), "link_used");
    assert_eq!(place.sign_in("ANA", PASSWORD).await.status, 200);
}

/// Of many who use one link at once one chooses the password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_chooses_the_password() {
    let place = Place::open().await;
    let body = json!({ "username": "bo" });
    let invited = place.post(Who::TenantAdmin, "/api/users", &body).await.json();
    let secret = secret(&invited);
    let passwords: Vec<String> = (0..8).map(|n| format!("password number {n}")).collect();
    let answers = futures_util::future::join_all(
        passwords.iter().map(|password| place.choose(&secret, password)),
    );
    let answers = answers.await;
    let won: Vec<&String> = passwords
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.status == 200)
        .map(|(password, _)| password)
        .collect();
    assert_eq!(won.len(), 1);
    assert_eq!(place.sign_in("bo", won[0]).await.status, 200);
}

/// An invitation that was forgotten is made anew, and the one before stops working; whoever is
/// disabled has none.
#[tokio::test]
async fn only_the_last_link_works_and_none_of_a_disabled_account() {
    let place = Place::open().await;
    let invited = place.post(Who::TenantAdmin, "/api/users", &json!({ "username": "cy" })).await;
    let invited = invited.json();
    let path = format!("/api/users/{}", invited["user"]["number"]);
    let link = format!("{path}/password-link");
    let again = place.post(Who::TenantAdmin, &link, &json!({ "expires_in_hours": 1 })).await;
    assert_eq!(again.status, 201, "{}", again.text());
    let (first, second) = (secret(&invited), secret(&again.json()));
    place.redeem(&first).await.problem(403);
    assert_eq!(place.redeem(&second).await.status, 200);
    let disable = Request::new("PATCH", &path).json(&json!({ "enabled": false }));
    let disabled = place.send(Who::TenantAdmin, disable).await.json();
    assert_eq!(disabled["user"]["state"], "disabled");
    place.redeem(&second).await.problem(403);
    place.choose(&second, PASSWORD).await.problem(403);
    assert_eq!(
        place.post(Who::TenantAdmin, &link, &json!({})).await.problem(409),
        "account_disabled"
    );
    // They never had a password, so they are invited still.
    let enable = Request::new("PATCH", &path).json(&json!({ "enabled": true }));
    let enabled = place.send(Who::TenantAdmin, enable).await.json();
    assert_eq!(enabled["user"]["state"], "invited");
    place.redeem(&second).await.problem(403);
}

/// S10: with a new password by an administrator's link ends whatever somebody who knew the old one
/// may have made.
#[tokio::test]
async fn a_password_by_link_ends_logins_and_tokens() {
    let place = Place::open().await;
    let (browser, token) =
        (place.cast.credential(Who::MemberInBrowser), place.cast.credential(Who::Member));
    let path = format!("/api/users/{}/password-link", place.cast.user(Who::Member));
    let made = place.post(Who::TenantAdmin, &path, &json!({})).await.json();
    // Until the link is used, everything goes on: nobody is locked out by a link that got lost.
    assert_eq!(place.me(&browser).await.status, 200);
    let mut live = Socket::open(&place.house, "/ws", &token).await;
    assert_eq!(live.json().await["method"], "connected");
    assert_eq!(place.choose(&secret(&made), "quite another password").await.status, 200);
    assert_eq!(live.ended().await, Ended::Closed(1008));
    for dead in [&browser, &token] {
        place.me(dead).await.problem(401);
    }
    let username = &place.cast.username;
    place.sign_in(username, PASSWORD).await.problem(401);
    assert_eq!(place.sign_in(username, "quite another password").await.status, 200);
}

/// S10, R29: a disabled account ends: logins, tokens, what is open, and its sessions.
#[tokio::test]
async fn disabling_an_account_ends_everything_of_it() {
    let place = Place::open().await;
    let (browser, token) =
        (place.cast.credential(Who::MemberInBrowser), place.cast.credential(Who::Member));
    let mut streams = Vec::new();
    for credential in [&browser, &token] {
        let mut live = Socket::open(&place.house, "/ws", credential).await;
        assert_eq!(live.json().await["method"], "connected");
        let path = format!("/api/sessions/{}/attach", place.cast.terminal);
        let mut attached = Socket::open(&place.house, &path, credential).await;
        assert_eq!(attached.json().await["type"], "attached");
        streams.extend([live, attached]);
    }
    let answer = place.change(Who::TenantAdmin, Who::Member, &json!({ "enabled": false })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["user"]["state"], "disabled");
    for stream in &mut streams {
        assert_eq!(stream.ended().await, Ended::Closed(1008));
    }
    for dead in [&browser, &token] {
        place.me(dead).await.problem(401);
    }
    place.sign_in(&place.cast.username, PASSWORD).await.problem(401);
    let audit = place.send(Who::TenantAdmin, Request::get("/api/audit")).await.json();
    let stopped = audit["records"].as_array().unwrap().iter();
    assert_eq!(stopped.filter(|record| record["action"] == "session.stop").count(), 2);

    // Enabled again, the password works, and what was ended stays so.
    place.change(Who::TenantAdmin, Who::Member, &json!({ "enabled": true })).await;
    place.me(&token).await.problem(401);
    assert_eq!(place.sign_in(&place.cast.username, PASSWORD).await.status, 200);
}

/// S09, S10: with another role nothing of before goes on; with another name everything does.
#[tokio::test]
async fn another_role_ends_what_was_begun_with_the_old_one() {
    let place = Place::open().await;
    let token = place.cast.credential(Who::Keeper);
    let mut live = Socket::open(&place.house, "/ws", &token).await;
    assert_eq!(live.json().await["method"], "connected");
    let same = json!({ "display_name": "Keeper", "role": "user" });
    assert_eq!(place.change(Who::TenantAdmin, Who::Keeper, &same).await.status, 200);
    assert_eq!(place.me(&token).await.json()["display_name"], "Keeper");
    let other = json!({ "role": "read_only" });
    assert_eq!(place.change(Who::TenantAdmin, Who::Keeper, &other).await.status, 200);
    assert_eq!(live.ended().await, Ended::Closed(1008));
    place.me(&token).await.problem(401);
}

/// Nobody reaches above themselves, by whatever way.
#[tokio::test]
async fn a_tenant_administrator_makes_and_touches_no_system_administrator() {
    let place = Place::open().await;
    let before = place.house.mark();
    let root = place.cast.user(Who::SystemAdmin);
    let new = json!({ "username": "root2", "role": "system_admin" });
    let raise = json!({ "role": "system_admin" });
    for refused in [
        place.post(Who::TenantAdmin, "/api/users", &new).await,
        place.change(Who::TenantAdmin, Who::Member, &raise).await,
        place.change(Who::TenantAdmin, Who::SystemAdmin, &json!({ "role": "user" })).await,
        place.change(Who::TenantAdmin, Who::SystemAdmin, &json!({ "enabled": false })).await,
        place.post(Who::TenantAdmin, &format!("/api/users/{root}/password-link"), &json!({})).await,
        place
            .post(Who::TenantAdmin, &format!("/api/users/{root}/tokens"), &json!({ "name": "t" }))
            .await,
    ] {
        assert_eq!(refused.problem(403), "role_above_own");
    }
    let own = place.change(Who::TenantAdmin, Who::TenantAdmin, &raise).await;
    assert_eq!(own.problem(409), "own_account");
    let own = place.change(Who::SystemAdmin, Who::SystemAdmin, &json!({ "enabled": false })).await;
    assert_eq!(own.problem(409), "own_account");
    assert_eq!(place.house.mark(), before);
}

/// The installation is never left without anybody who may run it.
#[tokio::test]
async fn the_last_administrator_stays() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let shared = Credential::Bearer(crate::house::SHARED_TOKEN.to_owned());
    let path = format!("/api/users/{}", cast.user(Who::SystemAdmin));
    for body in [json!({ "role": "user" }), json!({ "enabled": false })] {
        let request = Request::new("PATCH", &path).json(&body).with(&shared);
        assert_eq!(request.send(&house).await.problem(409), "last_administrator");
    }
    // What was refused was rolled back, with everything beside it.
    let me = Request::get("/api/auth/me").with(&cast.credential(Who::SystemAdmin));
    assert_eq!(me.send(&house).await.json()["role"], "system_admin");
}

/// Names are taken without regard to case, and hostile ones are text.
#[tokio::test]
async fn names_are_unique_and_hostile_ones_are_text() {
    let place = Place::open().await;
    let hostile = "<img src=x onerror=alert(1)>";
    let body = json!({ "username": hostile, "display_name": "=HYPERLINK(\"http://x\")" });
    let made = place.post(Who::TenantAdmin, "/api/users", &body).await;
    assert_eq!(made.json()["user"]["username"], hostile);
    let again = json!({ "username": hostile.to_uppercase() });
    let again = place.post(Who::TenantAdmin, "/api/users", &again).await;
    assert_eq!(again.problem(409), "username_taken");
    for name in ["", " ", "a\nb", "\u{1b}[31m", &"x".repeat(65)] {
        let body = json!({ "username": name });
        let refused = place.post(Who::TenantAdmin, "/api/users", &body).await;
        assert_eq!(refused.problem(400), "invalid_name", "{name:?}");
    }
    for hours in [0, 169] {
        let body = json!({ "username": "ok", "expires_in_hours": hours });
        place.post(Who::TenantAdmin, "/api/users", &body).await.problem(400);
    }
}

/// S12, S41: a program has tokens for what it does and nothing else; people make their own.
#[tokio::test]
async fn a_service_account_gets_tokens_for_what_it_does() {
    let place = Place::open().await;
    let body = json!({ "username": "deployer", "kind": "service", "role": "tenant_admin" });
    let made = place.post(Who::TenantAdmin, "/api/users", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert!(made["invitation"].is_null(), "{made}");
    let tokens = format!("/api/users/{}/tokens", made["user"]["user_id"].as_str().unwrap());
    let body = json!({ "name": "ci", "scopes": ["machines"], "expires_in_days": 1 });
    let token = place.post(Who::TenantAdmin, &tokens, &body).await;
    assert_eq!(token.status, 201, "{}", token.text());
    let token = token.json();
    let bearer = Credential::Bearer(token["token"].as_str().unwrap().to_owned());
    let ask = |request: Request| {
        let bearer = bearer.clone();
        let house = &place.house;
        async move { request.with(&bearer).send(house).await }
    };
    assert_eq!(ask(Request::new("POST", "/api/remote/machines/register")).await.status, 201);
    assert_eq!(ask(Request::get("/api/audit")).await.status, 200);
    for request in [
        Request::get("/api/users"),
        Request::get("/api/remote/api-keys"),
        Request::post("/api/auth/tokens", &json!({ "name": "more" })),
        Request::post("/api/users", &json!({ "username": "x" })),
        Request::new("POST", format!("/api/sessions/{}/stop", place.cast.chat)),
    ] {
        assert_eq!(ask(request).await.problem(403), "permission_denied");
    }
    for scopes in [json!([]), json!(["everything"]), json!("full"), json!(null)] {
        let body = json!({ "name": "x", "scopes": scopes });
        let answer = place.post(Who::TenantAdmin, &tokens, &body).await;
        assert_eq!(answer.status == 201, scopes.is_null(), "{scopes}: {}", answer.text());
    }
    let persons = format!("/api/users/{}/tokens", place.cast.user(Who::Member));
    let refused = place.post(Who::TenantAdmin, &persons, &json!({ "name": "spy" })).await;
    assert_eq!(refused.problem(409), "not_a_service_account");
    let id = token["token_id"].as_str().unwrap();
    let revoke = Request::new("DELETE", format!("{tokens}/{id}"));
    assert_eq!(place.send(Who::TenantAdmin, revoke).await.status, 200);
    ask(Request::get("/api/auth/me")).await.problem(401);
}

/// S37, S45: another tenant's accounts are neither listed nor there, by identifier or number, and a
/// tenant that one may not know of is the same as none.
#[tokio::test]
async fn accounts_and_tenants_end_at_the_wall() {
    let place = Place::open().await;
    let shared = Credential::Bearer(crate::house::SHARED_TOKEN.to_owned());
    let all = Request::get("/api/tenants").with(&shared).send(&place.house).await.json();
    let tenants = all["tenants"].as_array().unwrap();
    assert!(tenants.len() >= 3, "{all}");
    let own = place.send(Who::TenantAdmin, Request::get("/api/tenants")).await.json();
    assert_eq!(own["tenants"].as_array().unwrap().len(), 1, "{own}");
    let own_number = own["tenants"][0]["tenant_id"].as_i64().unwrap();
    let stranger = place.cast.user(Who::Stranger).to_string();
    let list = place.send(Who::TenantAdmin, Request::get("/api/users")).await;
    assert!(!list.text().contains(&stranger));
    let mut answers = Vec::new();
    for tenant in tenants.iter().map(|tenant| &tenant["tenant_id"]).chain([&json!(4_000_000)]) {
        if *tenant == own_number {
            continue;
        }
        let request = Request::get(format!("/api/users?tenant_id={tenant}"));
        answers.push(place.send(Who::TenantAdmin, request).await);
        let body = json!({ "tenant_id": tenant });
        let register = "/api/remote/machines/register";
        answers.push(place.post(Who::TenantAdmin, register, &body).await);
        let body = json!({ "tenant_id": tenant, "username": "spy" });
        answers.push(place.post(Who::TenantAdmin, "/api/users", &body).await);
    }
    let texts: std::collections::BTreeSet<String> = answers.iter().map(Answer::text).collect();
    assert!(answers.iter().all(|answer| answer.status == 404));
    assert_eq!(texts.len(), 1, "a tenant that is there is answered as one that is not: {texts:?}");
}

/// Whoever runs the installation makes a tenant and somebody to run it.
#[tokio::test]
async fn a_tenant_is_made_with_its_first_administrator() {
    let place = Place::open().await;
    let made = place.post(Who::SystemAdmin, "/api/tenants", &json!({ "name": "研究部" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let tenant = made.json()["tenant"].clone();
    let body = json!({
        "username": "their-admin", "role": "tenant_admin", "tenant_id": tenant["tenant_id"],
    });
    let invited = place.post(Who::SystemAdmin, "/api/users", &body).await.json();
    assert_eq!(invited["user"]["tenant_id"], tenant["id"]);
    assert_eq!(place.choose(&secret(&invited), PASSWORD).await.status, 200);
    let path = format!("/api/users?tenant_id={}", tenant["tenant_id"]);
    let users = place.send(Who::SystemAdmin, Request::get(&path)).await.json();
    let names: Vec<&str> = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| u["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["their-admin"]);
}

/// A tenant is called something else by whoever runs the installation; for everybody else another
/// tenant is not there.
#[tokio::test]
async fn a_tenant_is_renamed() {
    let place = Place::open().await;
    let path = format!("/api/tenants/{}", place.cast.tenant);
    let rename = async |by: Who, name: &str| {
        let request = Request::new("PATCH", path.as_str()).json(&json!({ "name": name }));
        place.send(by, request).await
    };
    let renamed = rename(Who::SystemAdmin, "研究部").await.json();
    assert_eq!(renamed["tenant"]["name"], "研究部");
    let again = rename(Who::SystemAdmin, "研究部").await;
    assert_eq!(again.status, 200);
    let records =
        place.house.store().audit_after(Some(place.cast.tenant), 0, 10_000).await.unwrap();
    let written = records.iter().filter(|record| record.action == "tenant.rename").count();
    assert_eq!(written, 1, "what changes nothing is not written down");
    rename(Who::SystemAdmin, " ").await.problem(400);
    assert_eq!(rename(Who::TenantAdmin, "Mine").await.problem(403), "permission_denied");
    rename(Who::Stranger, "Theirs").await.problem(404);
}
