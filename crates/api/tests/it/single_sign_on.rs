//! Signing in with an OpenID provider: one that tells the truth, and one that lies in every way.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::digest;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64};
use control::single_sign_on::{
    AWAY_LASTS, Admission, ProviderConfig, ProviderSettings, RoleOfGroup,
};
use model::time::ManualClock;
use model::{Clock, Role};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::{House, Outside};
use crate::http::{Answer, Request};

const CLIENT: &str = "gantline";
const SECRET: &str = "a secret & more";

/// A provider that says what a test wants.
struct Provider {
    issuer: String,
    said: Arc<Mutex<Said>>,
    serving: JoinHandle<()>,
}

/// What it says next, and what it was asked.
struct Said {
    keys: Vec<(String, EcdsaKeyPair)>,
    /// With which of its keys it signs.
    signs_with: usize,
    header: Value,
    claims: Value,
    signature: Signature,
    userinfo: Value,
    discovery: Value,
    challenge: String,
    key_reads: u32,
    token_reads: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Signature {
    Right,
    /// By a key that is not the provider's.
    Forged,
    /// None at all, and the head says so.
    Absent,
    /// With the public key as a secret that both know.
    Shared,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn key_pair() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::new(Mutex::new(Said {
            keys: vec![("one".to_owned(), key_pair())],
            signs_with: 0,
            header: Value::Null,
            claims: Value::Null,
            signature: Signature::Right,
            userinfo: Value::Null,
            discovery: discovery(&issuer),
            challenge: String::new(),
            key_reads: 0,
            token_reads: 0,
        }));
        let known = said.clone();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serve(stream, &known).await;
            }
        });
        Self { issuer, said, serving }
    }

    fn config(&self, admission: Admission) -> ProviderConfig {
        ProviderConfig {
            id: "company".to_owned(),
            name: "Company".to_owned(),
            settings: ProviderSettings {
                issuer: self.issuer.clone(),
                client_id: CLIENT.to_owned(),
                client_secret: Some(SECRET.into()),
                scopes: vec!["groups".to_owned()],
                groups_claim: "groups".to_owned(),
            },
            tenant: 1,
            admission,
        }
    }

    fn change(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said.lock().unwrap());
    }

    /// What it tells the truth about: somebody, to who asks for them.
    fn tell(&self, somebody: &Value, asked: &Asked, now_s: i64) {
        self.change(|said| {
            let mut claims = json!({
                "iss": self.issuer, "aud": CLIENT, "nonce": asked.nonce,
                "iat": now_s, "exp": now_s + 300,
            });
            claims.as_object_mut().unwrap().extend(somebody.as_object().unwrap().clone());
            said.userinfo = json!({ "sub": somebody["sub"] });
            said.claims = claims;
            said.header = json!({ "alg": "ES256", "kid": said.keys[said.signs_with].0 });
            said.signature = Signature::Right;
            said.challenge.clone_from(&asked.challenge);
        });
    }
}

fn discovery(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
    })
}

async fn serve(mut stream: TcpStream, said: &Mutex<Said>) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let answer = answer(&mut said.lock().unwrap(), &head, &body);
    let (status, body) = match answer {
        Ok(body) => ("200 OK", body.to_string()),
        Err(error) => ("400 Bad Request", json!({ "error": error }).to_string()),
    };
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn answer(said: &mut Said, head: &str, body: &str) -> Result<Value, &'static str> {
    let path = head.split(' ').nth(1).unwrap();
    match path {
        "/.well-known/openid-configuration" => Ok(said.discovery.clone()),
        "/keys" => {
            said.key_reads += 1;
            Ok(json!({ "keys": said.keys.iter().map(published).collect::<Vec<_>>() }))
        }
        "/token" => {
            said.token_reads += 1;
            let basic = BASE64_STANDARD.encode(format!("{CLIENT}:a%20secret%20%26%20more"));
            if !head.contains(&format!("authorization: Basic {basic}")) {
                return Err("invalid_client");
            }
            let verifier = body.split('&').find_map(|it| it.strip_prefix("code_verifier="));
            let made = digest::digest(&digest::SHA256, verifier.unwrap().as_bytes());
            if BASE64.encode(made) != said.challenge || !body.contains("code=the-code") {
                return Err("invalid_grant");
            }
            Ok(json!({ "id_token": token(said), "access_token": "access", "token_type": "Bearer" }))
        }
        "/userinfo" => {
            assert!(head.contains("authorization: Bearer access"), "{head}");
            Ok(said.userinfo.clone())
        }
        _ => Err("not_found"),
    }
}

fn published((kid, pair): &(String, EcdsaKeyPair)) -> Value {
    // An uncompressed point: 4, then both coordinates.
    let point = pair.public_key().as_ref();
    let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256", "x": x, "y": y })
}

fn token(said: &Said) -> String {
    let mut header = said.header.clone();
    match said.signature {
        Signature::Absent => header["alg"] = "none".into(),
        Signature::Shared => header["alg"] = "HS256".into(),
        Signature::Right | Signature::Forged => {}
    }
    let part = |value: &Value| BASE64.encode(value.to_string());
    let content = format!("{}.{}", part(&header), part(&said.claims));
    let pair = &said.keys[said.signs_with].1;
    let sign = |pair: &EcdsaKeyPair| {
        pair.sign(&SystemRandom::new(), content.as_bytes()).unwrap().as_ref().to_vec()
    };
    let signature = match said.signature {
        Signature::Right => sign(pair),
        Signature::Forged => sign(&key_pair()),
        Signature::Absent => Vec::new(),
        Signature::Shared => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, pair.public_key().as_ref());
            hmac::sign(&key, content.as_bytes()).as_ref().to_vec()
        }
    };
    format!("{content}.{}", BASE64.encode(signature))
}

/// What a browser was sent with.
struct Asked {
    cookie: String,
    state: String,
    nonce: String,
    challenge: String,
}

struct Stage {
    provider: Provider,
    house: House,
    cast: Cast,
    clock: Arc<ManualClock>,
    /// The administrator of the tenant that the provider is for; the cast is of another.
    root: Credential,
}

/// The staff get accounts; the heads administer, the staff works.
fn staff() -> Admission {
    let of = |group: &str, role| RoleOfGroup { group: group.to_owned(), role };
    Admission {
        domains: vec!["example.com".to_owned()],
        groups: vec!["staff".to_owned()],
        roles: vec![of("heads", Role::TenantAdmin), of("staff", Role::User)],
        default_role: None,
    }
}

impl Stage {
    async fn set(admission: Admission) -> Self {
        let provider = Provider::start().await;
        let clock = Arc::new(ManualClock::default());
        clock.advance(Duration::from_hours(24 * 365));
        let upstream = provider.issuer.strip_prefix("http://").unwrap().to_owned();
        let outside = Outside {
            upstreams: vec![upstream],
            providers: vec![provider.config(admission)],
            ..Outside::default()
        };
        let house = House::open_towards(clock.clone(), outside).await;
        let root = root(&house).await;
        let cast = Cast::assemble(&house).await;
        Self { provider, house, cast, clock, root }
    }

    fn now_s(&self) -> i64 {
        self.clock.now().as_millis() / 1000
    }

    async fn go(&self, by: &Credential, what: &str) -> Asked {
        let path = format!("/api/auth/providers/company/{what}");
        let sent = Request::new("POST", path).with(by).send(&self.house).await;
        assert_eq!(sent.status, 200, "{}", sent.text());
        let cookie = sent.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Host-gantline-away="), "{cookie}");
        assert!(cookie.ends_with("HttpOnly; SameSite=Strict; Secure"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let body = sent.json();
        let url = body["url"].as_str().unwrap();
        let (page, query) = url.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.provider.issuer));
        let part = |name: &str| {
            let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            found.unwrap_or_else(|| panic!("{name} in {query}")).to_owned()
        };
        assert_eq!(part("code_challenge_method"), "S256");
        assert_eq!(part("scope"), "openid%20profile%20email%20groups");
        let back = format!("http://{}/sign-in/return", self.house.address);
        assert_eq!(part("redirect_uri"), back.replace(':', "%3A").replace('/', "%2F"));
        let (state, nonce, challenge) = (part("state"), part("nonce"), part("code_challenge"));
        Asked { cookie, state, nonce, challenge }
    }

    /// The browser comes back, beside whatever else it has.
    async fn back(&self, asked: &Asked, also: &str, body: Value) -> Answer {
        let cookies = format!("{}; {also}", asked.cookie);
        let request = Request::post("/api/auth/providers/return", &body);
        request.header("cookie", cookies).send(&self.house).await
    }

    async fn back_with_code(&self, asked: &Asked) -> Answer {
        self.back(asked, "", json!({ "state": asked.state, "code": "the-code" })).await
    }

    /// Somebody signs in of whom the provider says this.
    async fn sign_in(&self, somebody: &Value) -> Answer {
        let asked = self.go(&Credential::None, "sign-in").await;
        self.provider.tell(somebody, &asked, self.now_s());
        self.back_with_code(&asked).await
    }

    async fn me(&self, login: &Credential) -> Answer {
        Request::get("/api/auth/me").with(login).send(&self.house).await
    }
}

/// Makes the first administrator; answers their browser.
async fn root(house: &House) -> Credential {
    let body = json!({ "secret": house.link().await, "username": "root", "password": PASSWORD });
    let made = Request::post("/api/setup", &body).send(house).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let cookie = made.header("set-cookie").unwrap().strip_prefix("__Host-gantline=").unwrap();
    Credential::Cookie(cookie.split(';').next().unwrap().to_owned())
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

fn ana(groups: &[&str]) -> Value {
    json!({ "sub": "ana-1", "preferred_username": "ana", "name": "Ana 安娜", "groups": groups })
}

/// S47: whoever is admitted gets an account with what their groups may do, the same one every time; its
/// role follows the groups, and with the last group everything ends.
#[tokio::test]
async fn groups_say_who_comes_in_and_what_they_may_do() {
    let stage = Stage::set(staff()).await;
    let stranger = stage.sign_in(&ana(&["guests"])).await;
    assert_eq!(stranger.problem(403), "not_admitted");
    let first = login(&stage.sign_in(&ana(&["staff"])).await);
    let me = stage.me(&first).await.json();
    assert_eq!((&me["username"], &me["role"]), (&json!("ana"), &json!("user")));
    assert_eq!(me["display_name"], "Ana 安娜");
    let again = login(&stage.sign_in(&ana(&["staff"])).await);
    assert_eq!(stage.me(&again).await.json()["user_id"], me["user_id"]);

    let head = login(&stage.sign_in(&ana(&["staff", "heads"])).await);
    assert_eq!(stage.me(&head).await.json()["role"], "tenant_admin");
    stage.me(&first).await.problem(401);
    let lost = stage.sign_in(&ana(&[])).await;
    assert_eq!(lost.problem(403), "no_role");
    stage.me(&head).await.problem(401);
    let back = login(&stage.sign_in(&ana(&["staff"])).await);
    assert_eq!(stage.me(&back).await.json()["role"], "user");
}

/// An address counts where the provider has verified it, and what it tells beside the token counts
/// only for the same person.
#[tokio::test]
async fn only_a_verified_address_opens_the_door() {
    let admission = Admission { default_role: Some(Role::ReadOnly), ..staff() };
    let stage = Stage::set(admission).await;
    for verified in [json!(false), json!("true"), Value::Null] {
        let bo = json!({ "sub": "bo", "email": "bo@example.com", "email_verified": verified });
        assert_eq!(stage.sign_in(&bo).await.problem(403), "not_admitted", "{verified}");
    }
    let elsewhere = json!({ "sub": "bo", "email": "bo@example.org", "email_verified": true });
    assert_eq!(stage.sign_in(&elsewhere).await.problem(403), "not_admitted");
    let asked = stage.go(&Credential::None, "sign-in").await;
    stage.provider.tell(&json!({ "sub": "bo" }), &asked, stage.now_s());
    let told = json!({ "sub": "cy", "email": "bo@example.com", "email_verified": true });
    stage.provider.change(|said| said.userinfo = told);
    assert_eq!(stage.back_with_code(&asked).await.problem(401), "sign_in_refused");
    let asked = stage.go(&Credential::None, "sign-in").await;
    stage.provider.tell(&json!({ "sub": "bo" }), &asked, stage.now_s());
    let told = json!({ "sub": "bo", "email": "bo@example.com", "email_verified": true });
    stage.provider.change(|said| said.userinfo = told);
    let bo = login(&stage.back_with_code(&asked).await);
    let me = stage.me(&bo).await.json();
    assert_eq!((&me["username"], &me["role"]), (&json!("bo@example.com"), &json!("read_only")));
}

/// S16: a token counts if the provider has signed its content for us, for this sign-in, and not long
/// ago. Every other one signs nobody in.
#[tokio::test]
async fn a_token_that_lies_signs_nobody_in() {
    type Lie = fn(&mut Said);
    let lies: &[(&str, Lie)] = &[
        ("another issuer", |said| said.claims["iss"] = "https://id.example.org".into()),
        ("another audience", |said| said.claims["aud"] = "somebody-else".into()),
        ("several audiences", |said| said.claims["aud"] = json!([CLIENT, "somebody-else"])),
        ("given to another", |said| {
            said.claims["aud"] = json!([CLIENT, "other"]);
            said.claims["azp"] = "other".into();
        }),
        ("another nonce", |said| said.claims["nonce"] = "another".into()),
        ("no nonce", |said| drop(said.claims.as_object_mut().unwrap().remove("nonce"))),
        ("expired", |said| {
            said.claims["exp"] = (said.claims["iat"].as_i64().unwrap() - 61).into();
        }),
        ("from the future", |said| {
            said.claims["iat"] = (said.claims["iat"].as_i64().unwrap() + 600).into();
        }),
        ("no end", |said| drop(said.claims.as_object_mut().unwrap().remove("exp"))),
        ("nobody", |said| said.claims["sub"] = "".into()),
        ("not signed", |said| said.signature = Signature::Absent),
        ("signed by another", |said| said.signature = Signature::Forged),
        ("signed with what all know", |said| said.signature = Signature::Shared),
        ("by an unknown key", |said| said.header["kid"] = "unknown".into()),
        ("by a key for something else", |said| said.header["alg"] = "RS256".into()),
    ];
    let stage = Stage::set(staff()).await;
    for (name, lie) in lies {
        let asked = stage.go(&Credential::None, "sign-in").await;
        stage.provider.tell(&ana(&["staff"]), &asked, stage.now_s());
        stage.provider.change(lie);
        let answer = stage.back_with_code(&asked).await;
        assert_eq!(answer.problem(401), "sign_in_refused", "{name}");
        let signed_in = answer.headers.iter().any(|(_, value)| value.contains("__Host-gantline="));
        assert!(!signed_in, "{name}");
    }
    // The same without a lie.
    login(&stage.sign_in(&ana(&["staff"])).await);
}

/// What comes back counts once, in the browser that was sent away, with what it was sent with, and in
/// time.
#[tokio::test]
async fn what_comes_back_belongs_to_one_browser() {
    let stage = Stage::set(staff()).await;
    let (one, two) = (
        stage.go(&Credential::None, "sign-in").await,
        stage.go(&Credential::None, "sign-in").await,
    );
    stage.provider.tell(&ana(&["staff"]), &one, stage.now_s());
    // Somebody is made to open what another browser has brought back.
    let mixed = json!({ "state": one.state, "code": "the-code" });
    assert_eq!(stage.back(&two, "", mixed.clone()).await.problem(401), "sign_in_over");
    let without = Request::post("/api/auth/providers/return", &mixed).send(&stage.house).await;
    assert_eq!(without.problem(401), "sign_in_over");
    assert_eq!(stage.provider.said.lock().unwrap().token_reads, 0, "nobody was asked");
    login(&stage.back_with_code(&one).await);
    assert_eq!(stage.back_with_code(&one).await.problem(401), "sign_in_over");

    let late = stage.go(&Credential::None, "sign-in").await;
    stage.provider.tell(&ana(&["staff"]), &late, stage.now_s());
    stage.clock.advance(AWAY_LASTS);
    assert_eq!(stage.back_with_code(&late).await.problem(401), "sign_in_over");

    let refused = stage.go(&Credential::None, "sign-in").await;
    let body = json!({ "state": refused.state, "error": "access_denied",
        "error_description": "not\ntoday" });
    let answer = stage.back(&refused, "", body).await;
    assert_eq!(answer.problem(401), "provider_refused");
    assert!(answer.text().contains("access_denied: not"), "{}", answer.text());
    // RFC 9207: another provider's answer.
    let foreign = stage.go(&Credential::None, "sign-in").await;
    stage.provider.tell(&ana(&["staff"]), &foreign, stage.now_s());
    let body = json!({ "state": foreign.state, "code": "the-code", "iss": "https://evil.example" });
    assert_eq!(stage.back(&foreign, "", body).await.problem(401), "sign_in_refused");
}

/// An account that is there belongs to its owner, whatever somebody at a provider is called: only
/// whoever is signed in links it, and keeps the role that they have.
#[tokio::test]
async fn nobody_takes_over_an_account_by_its_name() {
    let stage = Stage::set(staff()).await;
    let member = stage.cast.username.clone();
    let twin = json!({ "sub": "m-1", "preferred_username": member, "groups": ["staff", "heads"] });
    assert_eq!(stage.sign_in(&twin).await.problem(409), "username_taken");

    let root = stage.root.clone();
    let Credential::Cookie(value) = &root else { panic!("a browser") };
    let cookie = format!("__Host-gantline={value}");
    let there = json!({ "sub": "root-1", "preferred_username": "root", "groups": ["staff"] });
    let asked = stage.go(&root, "link").await;
    stage.provider.tell(&there, &asked, stage.now_s());
    // Not in a browser that is signed out meanwhile, or signed in as somebody else.
    assert_eq!(stage.back_with_code(&asked).await.problem(401), "sign_in_over");
    let asked = stage.go(&root, "link").await;
    stage.provider.tell(&there, &asked, stage.now_s());
    let body = json!({ "state": asked.state, "code": "the-code" });
    let linked = stage.back(&asked, &cookie, body).await;
    assert_eq!(linked.json(), json!({ "success": true, "linked": true }));
    let login = login(&stage.sign_in(&there).await);
    assert_eq!(stage.me(&login).await.json()["role"], "system_admin", "not what the groups say");

    // Who they are there is nobody else's here.
    let listed = Request::get("/api/auth/identities").with(&root).send(&stage.house).await.json();
    assert_eq!(listed["identities"][0]["provider"], "Company");
    let id = listed["identities"][0]["identity_id"].as_str().unwrap();
    let path = format!("/api/auth/identities/{id}");
    let member = stage.cast.credential(Who::Member);
    Request::new("DELETE", &path).with(&member).send(&stage.house).await.problem(404);
    let gone = Request::new("DELETE", &path).with(&root).send(&stage.house).await;
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(stage.sign_in(&there).await.problem(409), "username_taken");
}

/// An account that only a provider opens keeps that way in.
#[tokio::test]
async fn the_last_way_in_stays() {
    let stage = Stage::set(staff()).await;
    let ana = login(&stage.sign_in(&ana(&["staff"])).await);
    let listed = Request::get("/api/auth/identities").with(&ana).send(&stage.house).await.json();
    let id = listed["identities"][0]["identity_id"].as_str().unwrap();
    let gone = Request::new("DELETE", format!("/api/auth/identities/{id}")).with(&ana);
    assert_eq!(gone.send(&stage.house).await.problem(409), "last_way_in");
    assert_eq!(stage.me(&ana).await.status, 200);
}

/// Providers change their keys; anybody can name one that there is not, which must not make us ask
/// every time.
#[tokio::test]
async fn new_keys_are_asked_for_and_not_too_often() {
    let stage = Stage::set(staff()).await;
    login(&stage.sign_in(&ana(&["staff"])).await);
    stage.clock.advance(Duration::from_mins(1));
    stage.provider.change(|said| {
        said.keys = vec![("two".to_owned(), key_pair())];
    });
    login(&stage.sign_in(&ana(&["staff"])).await);
    assert_eq!(stage.provider.said.lock().unwrap().key_reads, 2);
    for _ in 0..3 {
        let asked = stage.go(&Credential::None, "sign-in").await;
        stage.provider.tell(&ana(&["staff"]), &asked, stage.now_s());
        stage.provider.change(|said| said.header["kid"] = "unknown".into());
        assert_eq!(stage.back_with_code(&asked).await.problem(401), "sign_in_refused");
    }
    assert_eq!(stage.provider.said.lock().unwrap().key_reads, 2);
}

/// S87: a provider in one's own network is reached only where the operator has named it, and one that
/// says that it is another is none.
#[tokio::test]
async fn only_the_provider_that_was_named_is_asked() {
    let stage = Stage::set(staff()).await;
    stage.provider.change(|said| said.discovery["issuer"] = "https://id.example.org".into());
    let path = "/api/auth/providers/company/sign-in";
    let answer = Request::new("POST", path).send(&stage.house).await;
    assert_eq!(answer.problem(503), "provider_unavailable");
    let provider = Provider::start().await;
    let outside = Outside { providers: vec![provider.config(staff())], ..Outside::default() };
    let house = House::open_towards(stage.clock.clone(), outside).await;
    let answer = Request::new("POST", path).send(&house).await;
    assert_eq!(answer.problem(503), "provider_unavailable");
    let check = Request::get("/api/auth/check").send(&house).await.json();
    let expected = json!([{ "provider_id": "company", "name": "Company" }]);
    assert_eq!(check["providers"], expected);
}
