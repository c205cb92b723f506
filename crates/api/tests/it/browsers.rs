//! What browsers are told and what pages of other sites can do: nothing.

use serde_json::json;

use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::table::{Entry, TABLE};

fn foreign_origins(house: &House) -> Vec<String> {
    let address = house.address;
    let port = address.port();
    vec![
        "null".to_owned(),
        String::new(),
        "https://evil.example".to_owned(),
        format!("https://{address}"),
        format!("http://{address}.evil.example"),
        format!("http://evil.example/{address}"),
        format!("http://127.0.0.1:{port}0"),
        "http://127.0.0.1".to_owned(),
        format!("http://localhost:{port}"),
        format!("ws://{address}"),
    ]
}

fn changing() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter().filter(|entry| entry.method != "GET")
}

fn sockets() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter().filter(|entry| entry.is_socket())
}

/// S17: a WebSocket that a page of another site opens is refused before anything is switched.
#[tokio::test]
async fn other_sites_open_no_websocket() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    for entry in sockets() {
        for who in [Who::MemberInBrowser, Who::Member, Who::Nobody] {
            for origin in foreign_origins(&house) {
                let request = entry.request(&cast).with(&cast.credential(who));
                let answer = request.header("origin", &origin).send(&house).await;
                assert_eq!(answer.problem(403), "foreign_origin", "{} {origin}", entry.path);
            }
            let request = entry.request(&cast).with(&cast.credential(who));
            let answer = request.header("sec-fetch-site", "same-site").send(&house).await;
            assert_eq!(answer.problem(403), "foreign_origin", "{}", entry.path);
        }
        // A browser that does not say from where is none.
        let browser = cast.credential(Who::MemberInBrowser);
        let answer = entry.request(&cast).with(&browser).send(&house).await;
        assert_eq!(answer.problem(403), "origin_missing", "{}", entry.path);
    }
}

/// S18: the link of machines is nothing for a page, not even for one of ours.
#[tokio::test]
async fn no_page_speaks_as_a_machine() {
    let house = House::open().await;
    let own = Request::upgrade("/api/remote/agent/ws").header("origin", house.origin());
    assert_eq!(own.send(&house).await.problem(403), "not_a_machine");
    let plain = Request::upgrade("/api/remote/agent/ws").send(&house).await;
    assert_eq!(plain.status, 101);
    let poll = || {
        let poll = Request::new("POST", "/api/remote/agent/poll");
        poll.header("content-type", "application/octet-stream")
    };
    let own = poll().header("origin", house.origin()).send(&house).await;
    assert_eq!(own.problem(403), "not_a_machine");
    let with_a_cookie = poll().header("cookie", "a=b").send(&house).await;
    assert_eq!(with_a_cookie.problem(403), "not_a_machine");
    assert_eq!(poll().send(&house).await.status, 200);
}

/// S19: nothing is changed by a page of another site, whatever it carries.
#[tokio::test]
async fn other_sites_change_nothing() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let before = house.mark();
    for entry in changing() {
        for (name, value) in foreign_origins(&house)
            .into_iter()
            .map(|origin| ("origin", origin))
            .chain([("sec-fetch-site", "cross-site".to_owned())])
            .chain([("sec-fetch-site", "same-site".to_owned())])
        {
            let credential = cast.credential(Who::MemberInBrowser);
            let request = entry.request(&cast).with(&credential).header(name, &value);
            let request = request.header("sec-fetch-mode", "no-cors");
            let answer = request.send(&house).await;
            assert_eq!(answer.problem(403), "foreign_origin", "{} {name}: {value}", entry.path);
        }
    }
    assert_eq!(house.mark(), before);
}

/// S22: whoever is addressed by another name is not us, whatever is asked.
#[tokio::test]
async fn other_names_are_not_answered() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let before = house.mark();
    let port = house.address.port();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        String::new(),
    ] {
        for entry in TABLE {
            let request = entry.request(&cast).with(&cast.credential(Who::SystemAdmin));
            let answer = request.header("host", &host).send(&house).await;
            assert_eq!(answer.problem(421), "unknown_host", "{} {host}", entry.path);
        }
        let page = Request::get("/").header("host", &host).send(&house).await;
        assert_eq!(page.problem(421), "unknown_host");
    }
    assert_eq!(house.mark(), before);
}

/// S23: no answer lets another site's page read it, and no preflight succeeds.
#[tokio::test]
async fn no_answer_is_shared_with_other_sites() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let credential = cast.credential(Who::MemberInBrowser);
    for entry in TABLE.iter().filter(|entry| !entry.is_socket() && entry.method == "GET") {
        let request = entry.request(&cast).with(&credential);
        let answer = request.header("origin", "https://evil.example").send(&house).await;
        // Files have a stricter policy of their own.
        let is_file = answer.header("content-disposition").is_some();
        if !(is_file && entry.path.contains("/copies/")) {
            check_headers(&answer, entry.path);
        }
    }
    for entry in TABLE {
        let path = entry.request(&cast);
        let preflight = path.preflight("https://evil.example").send(&house).await;
        assert_eq!(preflight.problem(405), "method_not_allowed", "{}", entry.path);
        check_headers(&preflight, entry.path);
    }
}

/// S25: what browsers are told about every answer, whichever it is.
#[track_caller]
fn check_headers(answer: &Answer, what: &str) {
    let shared = |(name, _): &&(String, String)| name.starts_with("access-control-");
    assert_eq!(answer.headers.iter().find(shared), None, "{what}");
    let policy = answer.header("content-security-policy").expect("a policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self';",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "connect-src 'self'",
    ] {
        assert!(policy.contains(rule), "{what}: {rule} in {policy}");
    }
    assert!(!policy.contains("unsafe-eval") && !policy.contains("http"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{what}");
    }
    let cache = answer.header("cache-control").expect("how long it may be kept");
    let is_page = !what.starts_with("/api") && what != "/health";
    assert!(cache == "no-store" || is_page || is_script(what), "{what}: {cache}");
}

/// The installers are the same bytes for everybody (S126), and may be kept.
fn is_script(path: &str) -> bool {
    let name = path.strip_prefix("/api/remote/agent/");
    name.is_some_and(|name| name.starts_with("install.") || name.starts_with("uninstall."))
}

/// S25, S31: refusals, pages and things that are not there included.
#[tokio::test]
async fn every_answer_has_the_headers() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let member = cast.credential(Who::Member);
    for (path, request) in [
        ("/", Request::get("/")),
        ("/inbox", Request::get("/inbox")),
        ("/assets/none.js", Request::get("/assets/none.js")),
        ("/api/none", Request::get("/api/none")),
        ("/api/auth/me", Request::get("/api/auth/me")),
        ("/api/auth/me", Request::get("/api/auth/me").with(&member)),
        ("/api/auth/me", Request::new("POST", "/api/auth/me").with(&member)),
        ("/api/sessions", Request::get("/api/sessions?limit=x").with(&member)),
        ("/api/sessions", Request::post("/api/sessions", &json!(7)).with(&member)),
        ("/ws", Request::get("/ws").with(&member)),
        ("/ws", Request::upgrade("/ws").with(&member)),
        ("/api/remote/llm-proxy/v1/models", Request::get("/api/remote/llm-proxy/v1/models")),
    ] {
        let answer = request.send(&house).await;
        check_headers(&answer, path);
    }
}

/// S24: the cookie of somebody who signs in has every attribute there is.
#[tokio::test]
async fn the_cookie_is_bound_to_this_host() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let body = json!({ "username": cast.username, "password": PASSWORD });
    let answer = Request::post("/api/auth/login", &body).send(&house).await;
    assert_eq!(answer.status, 200);
    let cookie = answer.header("set-cookie").unwrap();
    let (value, attributes) = cookie.split_once(';').unwrap();
    assert!(value.starts_with("__Host-gantline=gll_"), "{value}");
    assert_eq!(attributes.trim(), "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure");
    assert!(!answer.text().contains("gll_"), "the secret is in the cookie alone");
    let given = value.strip_prefix("__Host-gantline=").unwrap().to_owned();
    let me = Request::get("/api/auth/me").with(&Credential::Cookie(given)).send(&house).await;
    assert_eq!(me.status, 200);
}

/// S14, S15: a token counts in its one place, and nowhere else.
#[tokio::test]
async fn tokens_count_in_one_place_only() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let Credential::Bearer(token) = cast.credential(Who::SystemAdmin) else { panic!("a token") };
    let Credential::Cookie(cookie) = cast.credential(Who::MemberInBrowser) else {
        panic!("a cookie")
    };
    for request in [
        Request::get(format!("/api/auth/me?token={token}")),
        Request::get(format!("/api/auth/me?access_token={token}")),
        Request::get("/api/auth/me").header("x-api-key", &token),
        Request::get("/api/auth/me").header("api-key", &token),
        Request::get("/api/auth/me").header("cookie", format!("__Host-gantline={token}")),
        Request::get("/api/auth/me").header("authorization", format!("Bearer {cookie}")),
        Request::get("/api/auth/me").header("authorization", format!("Basic {token}")),
        Request::upgrade(format!("/ws?token={token}")),
    ] {
        let answer = request.send(&house).await;
        answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
}

/// S20: looking changes nothing.
#[tokio::test]
async fn looking_changes_nothing() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let before = house.mark();
    for entry in TABLE.iter().filter(|entry| entry.method == "GET") {
        for method in ["GET", "HEAD"] {
            let request = entry.request(&cast).with_method(method);
            request.with(&cast.credential(Who::SystemAdmin)).send(&house).await;
        }
    }
    assert_eq!(house.mark(), before);
}
