//! What is refused says what is wrong and what to do, and changes nothing.

use api::body::PROMPT_LIMIT_BYTES;
use contract::exports::MAX_IMPORT_BYTES;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::cast::{Cast, Credential, DIGEST, PASSWORD, Who};
use crate::house::House;
use crate::http::Request;
use crate::socket::{Ended, Socket};
use crate::table::{Entry, TABLE};

const UNKNOWN: &str = "019d527d-34ed-7272-b336-f67fd49024db";

/// Endpoints that take a body, with one that would do.
fn with_bodies(cast: &Cast) -> impl Iterator<Item = (&'static Entry, Value)> {
    // JSON-RPC refuses inside of its answer; it has tests of its own.
    let entries = TABLE.iter().filter(|entry| entry.path != "/rpc");
    entries.filter_map(|entry| Some((entry, entry.request(cast).json_body()?)))
}

struct Refusals {
    house: House,
    cast: Cast,
    before: u32,
}

impl Refusals {
    async fn begin() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        let before = house.mark();
        Self { house, cast, before }
    }

    /// The request is refused, by the member in their browser, and nothing is changed.
    async fn check(&self, request: Request, status: u16, code: &str) {
        let credential = self.cast.credential(Who::MemberInBrowser);
        let answer = request.with(&credential).send(&self.house).await;
        assert_eq!(answer.problem(status), code, "{}", answer.text());
        assert_eq!(self.house.mark(), self.before, "{code}");
    }
}

/// S40: a field that is not known is refused by every endpoint, privileged ones first of all.
#[tokio::test]
async fn unknown_fields_are_refused_everywhere() {
    let refusals = Refusals::begin().await;
    for (entry, body) in with_bodies(&refusals.cast) {
        for field in ["role", "tenant", "is_admin", "owner", "scopes", "user_id", "id"] {
            // Those who may make accounts say which role they have.
            if field == "role" && entry.path.starts_with("/api/users") {
                continue;
            }
            let mut body = body.clone();
            body[field] = json!("system_admin");
            let request = Request::new(entry.method, entry.request(&refusals.cast).target());
            refusals.check(request.json(&body), 400, "invalid_body").await;
        }
    }
}

#[tokio::test]
async fn unknown_fields_in_a_query_are_refused() {
    let refusals = Refusals::begin().await;
    let (chat, terminal) = (refusals.cast.chat, refusals.cast.terminal);
    for path in [
        "/api/sessions?machine=x".to_owned(),
        "/api/sessions?tenant_id=x".to_owned(),
        "/api/usage?user=x".to_owned(),
        "/api/permissions?owner=x".to_owned(),
        format!("/api/sessions/{chat}/updates?from=1"),
    ] {
        refusals.check(Request::get(path), 400, "invalid_query").await;
    }
    let path = format!("/api/sessions/{terminal}/attach?role=writer");
    let request = Request::upgrade(path).header("origin", refusals.house.origin());
    refusals.check(request, 400, "invalid_query").await;
}

/// S37: an identifier of nothing, and what is no identifier at all.
#[tokio::test]
async fn unknown_identifiers_are_refused_everywhere() {
    let refusals = Refusals::begin().await;
    let browser = &refusals.house.origin();
    // Presets have names, which are no identifiers.
    for entry in TABLE.iter().filter(|entry| entry.path.contains("_id}")) {
        let whole = entry.request(&refusals.cast).target();
        for (at, variable) in variables(entry.path) {
            for (id, codes) in [
                (unknown(variable), [(404, "not_found"), (403, "permission_denied")]),
                ("x", [(400, "invalid_id"); 2]),
                ("1", numbered(variable)),
                ("..%2f..%2fetc%2fpasswd", [(400, "invalid_id"); 2]),
                ("%ff", [(400, "invalid_path"); 2]),
                ("%00", [(400, "invalid_id"); 2]),
            ] {
                let mut parts: Vec<&str> = whole.split('/').collect();
                parts[at] = id;
                let path = parts.join("/");
                let request = entry.request(&refusals.cast).at(&path).header("origin", browser);
                let credential = refusals.cast.credential(Who::MemberInBrowser);
                let answer = request.with(&credential).send(&refusals.house).await;
                let got = (answer.status, answer.problem(answer.status));
                let fits = codes.iter().any(|(status, code)| got == (*status, (*code).to_owned()));
                assert!(fits, "{} {path}: {got:?}", entry.method);
                assert_eq!(refusals.house.mark(), refusals.before, "{} {path}", entry.method);
            }
        }
    }
}

/// What could be one, and is none. Copies are named by a hash.
const fn unknown(variable: &str) -> &'static str {
    match variable.as_bytes() {
        b"{copy_id}" => "0000000000000000000000000000000000000000000000000000000000000000",
        _ => UNKNOWN,
    }
}

/// The variable parts of a path that are identifiers, with their places.
fn variables(path: &'static str) -> impl Iterator<Item = (usize, &'static str)> {
    path.split('/').enumerate().filter(|(_, part)| part.ends_with("_id}"))
}

/// What a number is answered with: accounts have numbers, nothing else does.
const fn numbered(variable: &str) -> [(u16, &'static str); 2] {
    match variable.as_bytes() {
        b"{user_id}" => [(404, "not_found"), (403, "permission_denied")],
        _ => [(400, "invalid_id"); 2],
    }
}

/// S21, S119: bodies that are no JSON, of another kind, or too large.
#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_everywhere() {
    let refusals = Refusals::begin().await;
    let bodies: Vec<_> = with_bodies(&refusals.cast).collect();
    for (entry, body) in bodies {
        let target = entry.request(&refusals.cast).target();
        let request = || Request::new(entry.method, target.clone());
        let json = || request().header("content-type", "application/json");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let request = request().header("content-type", kind).body(body.to_string());
            refusals.check(request, 415, "not_json").await;
        }
        for text in [&b"{"[..], b"", b"[]", b"7", b"null", b"{\"name\":\"\xff\xfe\"}", b"{}{}"] {
            refusals.check(json().body(text), 400, "invalid_body").await;
        }
        let deep = "[".repeat(100_000);
        refusals.check(json().body(deep), 400, "invalid_body").await;
        let limit = match entry.path {
            "/api/sessions/import" => MAX_IMPORT_BYTES,
            _ => PROMPT_LIMIT_BYTES,
        };
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(limit));
        refusals.check(json().body(large), 413, "body_too_large").await;
        let bare = request().body(body.to_string());
        refusals.check(bare, 415, "not_json").await;
    }
}

/// The documented words for what is wrong, one by one.
#[tokio::test]
async fn what_is_wrong_is_named() {
    let refusals = Refusals::begin().await;
    let cast = &refusals.cast;
    let (chat, terminal, machine) = (cast.chat, cast.terminal, cast.machine);
    let session = |body: Value| {
        let mut all = json!({ "machine_id": machine });
        all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        Request::post("/api/sessions", &all)
    };
    let at = |session: model::SessionId, verb: &str, body: Value| {
        Request::post(format!("/api/sessions/{session}/{verb}"), &body)
    };
    for (request, status, code) in [
        (session(json!({})), 400, "agent_missing"),
        (session(json!({ "agent": "" })), 400, "agent_missing"),
        (session(json!({ "agent_name": "no-such-agent" })), 400, "agent_unknown"),
        (session(json!({ "agent_name": "../x" })), 400, "agent_unknown"),
        (session(json!({ "kind": "terminal" })), 503, "machine_offline"),
        (session(json!({ "kind": "daemon" })), 400, "invalid_body"),
        (session(json!({ "kind": "terminal", "preset": "all" })), 400, "unknown_preset"),
        (session(json!({ "kind": "terminal", "ttl": 60 })), 400, "ttl_not_offered"),
        (session(json!({ "ttl": 2_592_001 })), 400, "invalid_time"),
        (session(json!({ "allowed_tools": [] })), 400, "empty_allowed_tools"),
        (session(json!({ "allowed_tools": ["Bash", "Wirte"] })), 400, "invalid_body"),
        (session(json!({ "denied_tools": "read" })), 400, "invalid_body"),
        (session(json!({ "permissions": "approve" })), 400, "invalid_body"),
        (session(json!({ "max_turns": 0 })), 400, "invalid_max_turns"),
        (session(json!({ "permission_preset": "ask", "preset": "ask" })), 400, "invalid_body"),
        (at(chat, "prompt", json!({ "content": " " })), 400, "empty_prompt"),
        (at(chat, "prompt", json!({ "content": [] })), 400, "empty_prompt"),
        (at(chat, "prompt", json!({ "content": "hello" })), 503, "machine_offline"),
        (at(terminal, "prompt", json!({ "content": "hello" })), 409, "not_a_chat"),
        (at(chat, "cancel", json!({ "turn_id": UNKNOWN })), 404, "not_found"),
        (Request::get(format!("/api/sessions/{chat}/updates")), 503, "machine_offline"),
        (Request::get("/api/sessions?cursor=x"), 400, "invalid_cursor"),
        (Request::get("/api/sessions?limit=-1"), 400, "invalid_query"),
        (Request::post("/api/auth/tokens", &json!({ "name": "" })), 400, "invalid_name"),
        (
            Request::post("/api/auth/tokens", &json!({ "name": "n", "expires_in_days": 366 })),
            400,
            "invalid_lifetime",
        ),
        (
            Request::post("/api/auth/tokens", &json!({ "name": "n", "expires_in_days": 0 })),
            400,
            "invalid_lifetime",
        ),
        (
            Request::post("/api/auth/password", &json!({ "current": "x", "new": "long enough" })),
            403,
            "wrong_password",
        ),
        (
            Request::post("/api/auth/password", &json!({ "current": PASSWORD, "new": "short" })),
            400,
            "invalid_password",
        ),
        (Request::get("/api/nowhere"), 404, "no_such_endpoint"),
        (Request::new("PUT", "/api/sessions"), 405, "method_not_allowed"),
        (Request::get("/ws"), 426, "not_a_websocket"),
    ] {
        refusals.check(request, status, code).await;
    }
    let path = format!("/api/permissions/{}/answer", cast.question);
    for (body, status, code) in [
        (json!({ "answer": "allow_once", "digest": "x" }), 400, "invalid_digest"),
        (json!({ "answer": "perhaps", "digest": hex::encode(DIGEST) }), 400, "invalid_body"),
        (json!({ "answer": "deny", "digest": hex::encode([1; 32]) }), 409, "question_changed"),
        (
            json!({ "answer": "deny", "digest": hex::encode(DIGEST), "note": "x".repeat(5000) }),
            400,
            "note_too_long",
        ),
    ] {
        refusals.check(Request::post(&path, &body), status, code).await;
    }
    let attach = |path: String| Request::upgrade(path).header("origin", refusals.house.origin());
    for (query, status, code) in [
        ("?columns=0", 400, "invalid_size"),
        ("?columns=1001", 400, "invalid_size"),
        ("?rows=x", 400, "invalid_query"),
    ] {
        let request = attach(format!("/api/sessions/{terminal}/attach{query}"));
        refusals.check(request, status, code).await;
    }
    let request = attach(format!("/api/sessions/{chat}/attach"));
    refusals.check(request, 409, "not_a_terminal").await;
}

/// S01, S02, S03: setting up works once, with the secret that was printed, and never again.
#[tokio::test]
async fn setting_up_works_once() {
    let house = House::open().await;
    let set_up = |secret: &str, name: &str| {
        let body = json!({ "secret": secret, "username": name, "password": PASSWORD });
        Request::post("/api/setup", &body)
    };
    let secret = house.link().await;
    assert_eq!(set_up("wrong", "eve").send(&house).await.problem(403), "link_invalid");
    let foreign = another_link();
    assert_eq!(set_up(&foreign, "eve").send(&house).await.problem(403), "link_used");
    let both = tokio::join!(async { set_up(&secret, "ana").send(&house).await.status }, async {
        set_up(&secret, "eve").send(&house).await.status
    },);
    let statuses = [both.0, both.1];
    assert!(statuses.contains(&201), "{statuses:?}");
    assert!(statuses.contains(&409) || statuses.contains(&403), "{statuses:?}");
    let before = house.mark();
    let again = set_up(&secret, "eve").send(&house).await;
    assert!(matches!(again.status, 403 | 409), "{}", again.text());
    again.problem(again.status);
    // A link that was made since signs in and sets nothing up.
    let fresh = house.link().await;
    let marked = house.mark();
    assert_ne!(marked, before);
    assert_eq!(set_up(&fresh, "eve").send(&house).await.problem(409), "already_set_up");
    assert_eq!(house.mark(), marked);
    let check = Request::get("/api/auth/check").send(&house).await.json();
    assert_eq!((&check["required"], &check["setup_required"]), (&json!(true), &json!(false)));
    let link = Request::post("/api/auth/link", &json!({ "secret": fresh }));
    assert_eq!(link.send(&house).await.status, 200);
    assert_eq!(link.send(&house).await.problem(403), "link_used");
}

/// A link of another server.
fn another_link() -> String {
    use model::{Clock, ExposeSecret, SignInId};
    let rng = host::SystemRng::default();
    let id = SignInId::new(host::SystemClock::start().now(), &rng);
    let token = vault::Token::<vault::token::SignIn>::mint(&rng, id);
    token.text().expose_secret().to_owned()
}

/// S51, S52: a registration token makes one machine, whoever comes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_token_works_once() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let Credential::Bearer(token) = cast.credential(Who::Registration) else { panic!("a token") };
    let register = |number: u8| {
        let body = json!({
            "registration_token": token,
            "public_key": hex::encode([number; 32]),
            "machine_name": "m",
        });
        Request::post("/api/remote/agent/register", &body)
    };
    let requests: Vec<_> = (0..50).map(register).collect();
    let answers = futures_util::future::join_all(requests.iter().map(|r| r.send(&house))).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert!(matches!(answer.status, 401 | 429), "{}", answer.text());
        answer.problem(answer.status);
    }
    let machines = house.store().machines(Some(cast.tenant), None).await.unwrap();
    assert_eq!(machines.len(), 2, "the cast's and the new one");
}

/// S53, S54: the documented request names a machine and has no key. It makes nothing, uses nothing up
/// and says what to run; what a machine calls itself is checked and takes nothing over.
#[tokio::test]
async fn the_documented_registration_says_what_is_missing() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let Credential::Bearer(token) = cast.credential(Who::Registration) else { panic!("a token") };
    let mut body = json!({
        "registration_token": token, "machine_id": cast.machine, "machine_name": "prod-01",
        "hostname": "prod-01", "os_type": "linux", "os_version": "6.1", "capabilities": {},
        "agent_version": "1.0.0",
    });
    let register = |body: &Value| Request::post("/api/remote/agent/register", body);
    let before = house.mark();
    let answer = register(&body).send(&house).await;
    assert_eq!(answer.problem(400), "public_key_missing");
    assert!(answer.json()["hint"].as_str().unwrap().contains("gantline machine enroll"));
    body["public_key"] = json!(hex::encode([5; 32]));
    body["machine_id"] = json!("prod-01");
    let answer = register(&body).send(&house).await;
    assert_eq!(answer.problem(400), "invalid_id");
    assert_eq!(answer.json()["error"], "machine_id must be a valid UUID string");
    assert_eq!(house.mark(), before);
    body["machine_id"] = json!(cast.machine);
    let made = register(&body).send(&house).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_ne!(made.json()["machine_id"], json!(cast.machine));
    assert_eq!(register(&body).send(&house).await.problem(401), "token_unusable");
}

/// S120: what has no meaning on a WebSocket ends it or is answered, and never more than that.
#[tokio::test]
async fn websockets_refuse_what_has_no_meaning() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let member = cast.credential(Who::Member);
    let before = house.mark();
    let mut live = Socket::open(&house, "/ws", &member).await;
    for (text, code) in [
        ("{", -32700),
        ("7", -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"x"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#, -32601),
        (r#"{"jsonrpc":"2.0","id":1,"method":"session.subscribe"}"#, -32602),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"session.subscribe","params":{"session_id":"019d527d-34ed-7272-b336-f67fd49024db"}}"#,
            -32602,
        ),
    ] {
        live.send_text(text).await;
        loop {
            let answer = live.json().await;
            if let Some(error) = answer.get("error") {
                assert_eq!(error["code"], code, "{text}: {answer}");
                break;
            }
        }
    }
    live.send(Message::Binary(vec![0; 10].into())).await;
    assert_eq!(live.ended().await, Ended::Closed(1007));

    let path = format!("/api/sessions/{}/attach", cast.terminal);
    for message in [
        Message::Text("{".into()),
        Message::Text(r#"{"type":"resize","columns":0,"rows":0}"#.into()),
        Message::Text(r#"{"type":"ack","offset":0,"force":true}"#.into()),
        Message::Binary(vec![0; 7].into()),
    ] {
        let mut attached = Socket::open(&house, &path, &member).await;
        attached.send(message).await;
        assert_eq!(attached.ended().await, Ended::Closed(1007));
    }
    for (path, size) in [("/ws", 6 * 1024 * 1024 + 1), (&path[..], 64 * 1024 + 9)] {
        let mut socket = Socket::open(&house, path, &member).await;
        socket.offer(Message::Binary(vec![0; size].into())).await;
        assert!(matches!(socket.ended().await, Ended::Broken | Ended::Closed(_)), "{path}");
    }
    assert_eq!(house.mark(), before);
}

/// Names of both documents for one field.
#[tokio::test]
async fn both_documents_names_of_a_field_are_taken() {
    let refusals = Refusals::begin().await;
    let cast = &refusals.cast;
    for name in ["agent", "agent_name", "cli_tool"] {
        let mut body = json!({ "machine_id": cast.machine });
        body[name] = json!("no-such-agent");
        refusals.check(Request::post("/api/sessions", &body), 400, "agent_unknown").await;
    }
    for name in ["cwd", "project_path", "workspace"] {
        let mut body = json!({ "machine_id": cast.machine, "kind": "terminal" });
        body[name] = json!("/srv/project");
        refusals.check(Request::post("/api/sessions", &body), 503, "machine_offline").await;
    }
    for name in ["prompt", "content"] {
        for verb in ["prompt", "chat"] {
            let path = format!("/api/remote/sessions/{}/{verb}", cast.chat);
            let request = Request::post(path, &json!({ name: "hello" }));
            refusals.check(request, 503, "machine_offline").await;
        }
    }
}
