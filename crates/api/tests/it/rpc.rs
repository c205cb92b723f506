//! JSON-RPC as the documents print it, over both doors.

use serde_json::{Value, json};

use crate::cast::{Cast, Credential, Who};
use crate::house::House;
use crate::http::Request;
use crate::socket::Socket;

/// A house with the member's credential.
async fn house() -> (House, Cast, Credential) {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let member = cast.credential(Who::Member);
    (house, cast, member)
}

async fn post(house: &House, credential: &Credential, body: &str) -> crate::http::Answer {
    let request = Request::new("POST", "/rpc").header("content-type", "application/json");
    request.body(body).with(credential).send(house).await
}

#[track_caller]
fn code(answer: &Value) -> i64 {
    assert_eq!(answer["jsonrpc"], "2.0");
    answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"))
}

/// Errors of JSON-RPC are answers, and HTTP has nothing to say about them.
#[tokio::test]
async fn errors_have_the_documented_codes_and_the_status_200() {
    let (house, _, member) = house().await;
    for (body, expect, message) in [
        ("{", -32700, "Parse error"),
        ("\u{feff}{}", -32700, "Parse error"),
        ("[]", -32600, "Invalid Request"),
        ("{}", -32600, "Invalid Request"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"telepathy"}"#, -32601, "Method not found: telepathy"),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"session.subscribe","params":{}}"#,
            -32601,
            "Method not found: session.subscribe",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"session.get"}"#,
            -32602,
            "Missing required param: session_id",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"session.get","params":["x"]}"#,
            -32602,
            "Invalid params",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ask","params":{"content":"x","format":"xml"}}"#,
            -32602,
            "Invalid params",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ask","params":{"content":"x","channel":"web"}}"#,
            -32602,
            "Invalid params",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"session.rename","params":
                {"session_id":"01900000-0000-7000-8000-000000000000","name":"x"}}"#,
            -32602,
            "Session not found",
        ),
    ] {
        let answer = post(&house, &member, body).await;
        assert_eq!(answer.status, 200, "{body}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let answer = answer.json();
        assert_eq!(code(&answer), expect, "{answer}");
        let said = answer["error"]["message"].as_str().unwrap();
        assert!(said.starts_with(message), "{said}");
    }
}

#[tokio::test]
async fn an_id_comes_back_as_it_was_and_a_notification_gets_no_answer() {
    let (house, _, member) = house().await;
    for id in ["1", "\"1\"", "null", "-7.50"] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"session.list"}}"#);
        let answer = post(&house, &member, &body).await;
        assert!(answer.text().ends_with(&format!(r#""id":{id}}}"#)), "{}", answer.text());
        assert!(answer.json()["result"]["sessions"].is_array());
    }
    let body = r#"{"jsonrpc":"2.0","method":"session.list"}"#;
    let answer = post(&house, &member, body).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
}

#[tokio::test]
async fn a_batch_is_done_in_order_and_answered_as_one() {
    let (house, cast, member) = house().await;
    let chat = cast.chat;
    let batch = json!([
        { "jsonrpc": "2.0", "id": "a", "method": "session.rename",
            "params": { "session_id": chat, "name": "First" } },
        { "jsonrpc": "2.0", "method": "session.rename",
            "params": { "session_id": chat, "name": "Second" } },
        1,
        { "jsonrpc": "2.0", "id": "b", "method": "session.get", "params": { "session_id": chat } },
    ]);
    let answers = post(&house, &member, &batch.to_string()).await.json();
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), 3, "a notification gets no answer");
    assert_eq!((&answers[0]["id"], &answers[0]["result"]["title"]), (&json!("a"), &json!("First")));
    assert_eq!((code(&answers[1]), &answers[1]["id"]), (-32600, &Value::Null));
    assert_eq!(
        (&answers[2]["id"], &answers[2]["result"]["title"]),
        (&json!("b"), &json!("Second"))
    );
}

#[tokio::test]
async fn both_doors_have_the_same_methods() {
    let (house, cast, member) = house().await;
    let mut socket = Socket::open(&house, "/ws", &member).await;
    let request = json!({
        "jsonrpc": "2.0", "id": "one", "method": "session.get",
        "params": { "session_id": cast.chat },
    });
    socket.send_text(&request.to_string()).await;
    let over_socket = socket.answer(&json!("one")).await;
    let over_http = post(&house, &member, &request.to_string()).await.json();
    assert_eq!(over_socket, over_http);
    socket.send_text("[").await;
    assert_eq!(code(&socket.answer(&Value::Null).await), -32700);
}

/// S21: a page of somebody else's can send text without asking, and a stranger gets no answer.
#[tokio::test]
async fn calls_pass_the_same_guards_as_everything_else() {
    let (house, cast, _) = house().await;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "session.list" });
    Request::post("/rpc", &body).send(&house).await.problem(401);
    let browser = cast.credential(Who::MemberInBrowser);
    let foreign = Request::post("/rpc", &body).header("origin", "https://evil.example");
    foreign.with(&browser).send(&house).await.problem(403);
    let text = Request::new("POST", "/rpc").header("content-type", "text/plain");
    text.body(body.to_string()).with(&browser).send(&house).await.problem(415);
    let large = format!("\"{}\"", "x".repeat(7 * 1024 * 1024));
    post(&house, &cast.credential(Who::Member), &large).await.problem(413);
}

/// What people say about a session, over every method that says it.
#[tokio::test]
async fn sessions_are_named_tagged_and_put_away() {
    let (house, cast, member) = house().await;
    let id = cast.chat.to_string();
    let call = async |method: &str, params: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        post(&house, &member, &body.to_string()).await.json()
    };
    let of = |more: Value| {
        let mut params = json!({ "session_id": id });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    let renamed = call("session.rename", of(json!({ "name": "Release" }))).await;
    assert_eq!(renamed["result"]["name"], "Release");
    assert_eq!(renamed["result"]["id"], id.as_str());
    call("session.tag", of(json!({ "tag": "b" }))).await;
    call("session.tag", of(json!({ "tag": "a" }))).await;
    let tagged = call("session.tag", of(json!({ "tag": "a" }))).await;
    assert_eq!(tagged["result"]["tags"], json!(["a", "b"]));
    let updated = json!({ "add_tags": ["c"], "remove_tags": ["a"], "name": "Shipping" });
    let updated = call("session.update", of(updated)).await;
    assert_eq!(updated["result"]["tags"], json!(["b", "c"]));
    let found = call("session.list", json!({ "tag": "c" })).await;
    assert_eq!(found["result"]["count"], 1);
    let found = call("session.list", json!({ "q": "SHIPP" })).await;
    assert_eq!(found["result"]["sessions"][0]["session_id"], id.as_str());
    let by_name = call("session.get", json!({ "session_id": "Shipping" })).await;
    assert_eq!(by_name["result"]["session_id"], id.as_str());
    let archived = call("session.archive", of(json!({}))).await;
    assert_eq!(archived["result"]["archived"], true);
    assert_eq!(call("session.list", json!({ "q": "shipp" })).await["result"]["count"], 0);
    let away = Request::get("/api/sessions/archive/").with(&member).send(&house).await.json();
    assert_eq!((&away["count"], &away["sessions"][0]["id"]), (&json!(1), &json!(id)));
    let listed = Request::get("/api/sessions?archived=true&tag=b").with(&member);
    assert_eq!(listed.send(&house).await.json()["count"], 1);
    let back = call("session.unarchive", of(json!({}))).await;
    assert_eq!(back["result"]["archived"], false);
    let untagged = call("session.untag", of(json!({ "tag": "b" }))).await;
    assert_eq!(untagged["result"]["tags"], json!(["c"]));
    let agent = call("session.update", of(json!({ "agent": "codex" }))).await;
    assert_eq!(
        (code(&agent), &agent["error"]["data"]["code"]),
        (-32603, &json!("session_has_other"))
    );
    for (more, expect) in
        [(json!({ "tag": "" }), "invalid_name"), (json!({ "tag": "x".repeat(51) }), "invalid_name")]
    {
        let refused = call("session.tag", of(more)).await;
        assert_eq!(refused["error"]["data"]["code"], expect);
    }
    let offline = call("session.export", of(json!({ "format": "markdown" }))).await;
    assert_eq!(offline["error"]["data"]["code"], "machine_offline");
    let format = call("session.export", of(json!({ "format": "pdf" }))).await;
    assert_eq!(code(&format), -32602);
    let format = Request::get(format!("/api/sessions/export/{id}?format=pdf")).with(&member);
    format.send(&house).await.problem(400);
    let export = Request::get(format!("/api/sessions/export/{id}")).with(&member);
    assert_eq!(export.send(&house).await.problem(503), "machine_offline");
}
