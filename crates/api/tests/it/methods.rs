//! Who may call which method of JSON-RPC, over both doors. A method that is not in here fails.

use std::collections::BTreeSet;

use api::rpc::call::Door;
use policy::Action;
use serde_json::{Value, json};

use crate::cast::{Cast, Credential, Who};
use crate::house::House;
use crate::http::Request;
use crate::matrix::{Expected, expected};
use crate::socket::Socket;
use crate::table::{Object, Rule};

/// A method: what it asks of whoever calls it, and parameters with which it would work.
struct Entry {
    method: &'static str,
    rule: Rule,
    params: fn(&Cast) -> Value,
}

const fn entry(method: &'static str, rule: Rule, params: fn(&Cast) -> Value) -> Entry {
    Entry { method, rule, params }
}

const VIEW: Rule = Rule::Right(Action::SessionView, Object::Session);
const DRIVE: Rule = Rule::Right(Action::SessionDrive, Object::Session);
const START: Rule = Rule::Right(Action::SessionStart, Object::Machine);
const STOP: Rule = Rule::Right(Action::SessionStop, Object::Session);

fn chat(cast: &Cast) -> Value {
    json!({ "session_id": cast.chat })
}

fn job(cast: &Cast) -> Value {
    json!({ "job_id": cast.job })
}

/// A session that was written down.
pub(crate) fn export() -> String {
    let at = "2026-04-03T16:37:10.007Z";
    let update = json!({ "kind": "session_info", "title": "Old" });
    json!({
        "exported_at": at, "format": "json", "version": "1.0",
        "session": {
            "name": "Old", "agent_name": "demo", "project_path": "/srv", "created_at": at,
            "last_active_at": at, "updates": [{ "seq": 1, "at": at, "update": update }],
        },
    })
    .to_string()
}

const TABLE: &[Entry] = &[
    entry("ask", DRIVE, |cast| json!({ "session_id": cast.chat, "content": "hello" })),
    entry("ask_stream", DRIVE, |cast| json!({ "session_id": cast.chat, "content": "hello" })),
    entry("ask.cancel", DRIVE, chat),
    entry("$/cancel_request", DRIVE, chat),
    entry("job.list", Rule::SignedIn, |_| json!({})),
    entry("job.submit", Rule::Right(Action::SessionStart, Object::Machine), |cast| {
        json!({
            "prompt": "hello", "agent": "demo", "preset": "safe-readonly",
            "machine_id": cast.machine, "machine_wait": 60, "idempotency_key": "key",
        })
    }),
    entry("job.get", VIEW, job),
    entry("job.logs", VIEW, job),
    entry("job.cancel", STOP, job),
    // What is refused to the owner is the state of the job.
    entry("job.retry", DRIVE, job),
    entry("job.send_webhook", DRIVE, job),
    entry("job.delete", STOP, job),
    entry("session.list", Rule::SignedIn, |_| json!({})),
    entry("session.init", VIEW, chat),
    entry("session.new", START, |cast| json!({ "machine_id": cast.machine, "agent": "demo" })),
    entry("session.get", VIEW, chat),
    entry("session.update", DRIVE, |cast| json!({ "session_id": cast.chat, "tags": ["a"] })),
    entry("session.rename", DRIVE, |cast| json!({ "session_id": cast.chat, "name": "Another" })),
    entry("session.tag", DRIVE, |cast| json!({ "session_id": cast.chat, "tag": "a" })),
    entry("session.untag", DRIVE, |cast| json!({ "session_id": cast.chat, "tag": "a" })),
    entry("session.archive", DRIVE, chat),
    entry("session.unarchive", DRIVE, chat),
    entry("session.delete", STOP, chat),
    entry("session.export", VIEW, chat),
    entry("session.import", START, |cast| json!({ "machine_id": cast.machine, "data": export() })),
    entry("agents.list", Rule::SignedIn, |_| json!({})),
    entry("session.subscribe", VIEW, chat),
    // It is one's own connection, whatever the session.
    entry("session.unsubscribe", Rule::SignedIn, chat),
];

/// What came of a call.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    Served,
    Refused(u16),
}

impl Came {
    /// Answers about sessions that are not there are the same as about those of others.
    fn of(answer: &Value) -> Self {
        if answer["result"].is_null() && answer["error"].is_null() {
            return Self::Refused(404);
        }
        match answer["error"]["data"]["code"].as_str() {
            Some("not_found") => Self::Refused(404),
            Some("permission_denied" | "not_a_user") => Self::Refused(403),
            Some("internal") => Self::Refused(500),
            _ => Self::Served,
        }
    }
}

async fn call(house: &House, entry: &Entry, cast: &Cast, who: Who) -> Came {
    let request = json!({
        "jsonrpc": "2.0", "id": 1, "method": entry.method, "params": (entry.params)(cast),
    });
    let credential = cast.credential(who);
    let method = api::rpc::methods().find(|method| method.name == entry.method).unwrap();
    if method.door == Door::Socket && cast.actor(who).is_some() {
        let mut socket = Socket::open(house, "/ws", &credential).await;
        socket.send_text(&request.to_string()).await;
        return Came::of(&socket.answer(&json!(1)).await);
    }
    let request = Request::post("/rpc", &request).with(&credential);
    let request = match credential {
        Credential::Cookie(_) => request.header("origin", house.origin()),
        _ => request,
    };
    let answer = request.send(house).await;
    if answer.status != 200 {
        return Came::Refused(answer.status);
    }
    Came::of(&answer.json())
}

/// S35: every method by everybody, as the policy's own table has it; whatever is refused changes
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_may_call_what_the_policy_says_and_nothing_else() {
    let house = House::open().await;
    let mut wrong = Vec::new();
    for entry in TABLE {
        let mut cast = Cast::assemble(&house).await;
        for who in Who::ALL {
            let before = house.mark();
            let came = call(&house, entry, &cast, who).await;
            let name = format!("{} by {who:?}", entry.method);
            match expected(entry.rule, &cast, who) {
                Expected::Refused(status) => {
                    if came != Came::Refused(status) {
                        wrong.push(format!("{name}: {came:?} instead of {status}"));
                    }
                    if house.mark() != before {
                        wrong.push(format!("{name} was refused and has changed something"));
                    }
                }
                Expected::Served | Expected::Exactly(_) => {
                    if came != Came::Served {
                        wrong.push(format!("{name}: {came:?} instead of served"));
                    }
                    cast = Cast::assemble(&house).await;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// S35: a method that nobody has thought about is a method that anybody may call.
#[test]
fn every_method_is_in_the_table() {
    let known: BTreeSet<_> = api::rpc::methods().map(|method| method.name).collect();
    assert_eq!(known.len(), api::rpc::methods().count(), "no method is there twice");
    let listed: BTreeSet<_> = TABLE.iter().map(|entry| entry.method).collect();
    assert_eq!(listed.len(), TABLE.len(), "no method is listed twice");
    assert_eq!(known, listed);
}
