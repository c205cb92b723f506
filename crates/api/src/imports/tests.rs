use model::rng::CountingRng;
use serde_json::{Value, json};

use super::*;

const AT: &str = "2026-04-03T16:37:10.007Z";

fn import(data: impl Into<String>) -> Result<ImportRequest, Error> {
    let (machine_id, project_path, idempotency_key) = (None, None, None);
    let body = ImportSession { data: data.into(), machine_id, project_path, idempotency_key };
    read(body, &CountingRng::default())
}

fn export(session: &Value) -> Value {
    let mut all = json!({ "id": "x", "name": "N", "created_at": AT, "last_active_at": AT });
    all.as_object_mut().unwrap().extend(session.as_object().unwrap().clone());
    json!({ "exported_at": AT, "format": "json", "version": "1.0", "session": all })
}

fn with_updates(updates: &[Value]) -> String {
    let updates: Vec<Value> = (1..)
        .zip(updates)
        .map(|(seq, update)| json!({ "seq": seq, "at": AT, "update": update }))
        .collect();
    export(&json!({ "updates": updates })).to_string()
}

fn texts(request: &ImportRequest) -> Vec<&str> {
    request.records.iter().map(|one| std::str::from_utf8(&one.update_json).unwrap()).collect()
}

#[test]
fn updates_stay_as_they_stand_but_for_the_blanks_between_their_parts() {
    let update = r#"{"kind":"agent_message_chunk","message_id":"1","content":{"kind":"text",
        "text":"a  \"b\\\" \\\\ 汉 \u0000"},
        "not_known_here": [1.50e3, {"b": 1, "a": 2}]}"#;
    let written = with_updates(&[json!("HERE")]).replace("\"HERE\"", update);
    let request = import(written).unwrap();
    assert_eq!(
        texts(&request),
        [
            r#"{"kind":"agent_message_chunk","message_id":"1","content":{"kind":"text","text":"a  \"b\\\" \\\\ 汉 \u0000"},"not_known_here":[1.50e3,{"b":1,"a":2}]}"#
        ]
    );
    assert_eq!(request.records[0].at_ms, 1_775_234_230_007);
}

#[test]
fn what_a_session_was_is_read_under_the_names_of_both_forms() {
    let ours = import(
        export(&json!({
            "session_id": "somebody-elses", "owner": { "user_id": "root" }, "machine_id": "other",
            "name": "重构", "title": "重构", "tags": ["b", "a"], "archived": true, "kind": "chat",
            "agent_name": "claude", "project_path": "/srv", "model": "m", "status": "running",
            "last_active": AT, "updates": [],
        }))
        .to_string(),
    );
    let ours = ours.unwrap();
    assert_eq!((ours.name.as_deref(), ours.archived), (Some("重构"), true));
    assert_eq!((ours.workspace.as_str(), ours.model.as_deref()), ("/srv", Some("m")));
    assert_eq!(ours.agent.unwrap().as_str(), "claude");
    assert_eq!(ours.tags, ["b", "a"]);
    assert!(ours.machine.is_none(), "where it lay does not say where it is to lie");

    // As the gateway writes it: indented, without a version, with nulls for empty lists.
    let session = json!({
        "id": "s", "channel": "cli", "account_id": "", "chat_id": "s", "agent_name": "",
        "created_at": "2026-04-04T00:37:10.007123456+08:00", "last_active": "2026-04-04T00:38:00Z",
        "status": "idle", "first_prompt": "你好\nand more", "tags": null, "metadata": {},
        "activity": [
            { "id": 1, "type": "prompt", "request_id": "r", "timestamp": AT, "prompt": "你好" },
            { "id": 2, "type": "event", "request_id": "r", "timestamp": AT, "content": "嗨",
              "event": { "type": "output_delta", "content": "嗨" } },
            { "id": 3, "type": "result", "request_id": "r", "timestamp": AT, "content": "嗨" },
        ],
    });
    let written = serde_json::to_string_pretty(&json!({ "session": session })).unwrap();
    let theirs = import(written).unwrap();
    assert_eq!((theirs.name, theirs.title.as_str()), (None, "你好"));
    assert_eq!(theirs.created_at, ours.created_at);
    assert!(theirs.last_active_at > theirs.created_at);
    let request = import(export(&json!({ "activity": [] })).to_string()).unwrap();
    assert!(request.records.is_empty(), "refused later on, like any session without a word");
    let kinds: Vec<String> = theirs
        .records
        .iter()
        .map(|one| serde_json::from_slice::<Value>(&one.update_json).unwrap())
        .map(|update| update["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["turn", "user_message", "agent_message_chunk", "turn"]);
    let numbers: Vec<u64> = theirs.records.iter().map(|one| one.seq).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

/// A file of somebody's is refused in one line that says what is wrong with it.
#[test]
fn what_cannot_be_read_is_refused_and_named() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let unknown = json!({ "kind": "unknown", "raw": "HERE" });
    let nested = with_updates(&[unknown]).replace("\"HERE\"", &deep(50_000));
    let tool = json!({ "kind": "tool_call", "title": "no identifier" });
    let doubled = with_updates(&[json!("HERE")])
        .replace("\"HERE\"", r#"{"kind":"notice","kind":"session_info"}"#);
    for (data, said) in [
        (String::new(), "no JSON export"),
        ("# Named\n".to_owned(), "no JSON export"),
        ("[]".to_owned(), "no JSON export"),
        ("{}".to_owned(), "missing field `session`"),
        (deep(100_000), "no JSON export"),
        (json!({ "session": {} }).to_string(), "missing field `created_at`"),
        (json!({ "version": "2.0", "session": {} }).to_string(), "version 2.0, not 1.0"),
        (json!({ "version": "\u{1b}[2J", "session": {} }).to_string(), "version \\u{1b}[2J"),
        (export(&json!({ "name": "no content" })).to_string(), "neither `updates` nor `activity`"),
        (export(&json!({ "updates": [], "activity": [] })).to_string(), "both"),
        (export(&json!({ "kind": "terminal", "updates": [] })).to_string(), "terminal"),
        (
            export(&json!({ "created_at": "yesterday", "updates": [] })).to_string(),
            "cannot be read",
        ),
        (export(&json!({ "updates": [{ "seq": 1, "at": AT }] })).to_string(), "missing field"),
        (export(&json!({ "updates": { "seq": 1 } })).to_string(), "cannot be read"),
        (with_updates(&[json!(null)]), "update 1 cannot be read"),
        (with_updates(&[json!({ "kind": "telepathy" })]), "unknown variant `telepathy`"),
        (with_updates(&[tool]), "missing field `tool_call_id`"),
        (nested, "recursion limit"),
        (doubled, "update 1 cannot be read"),
        (
            export(&json!({ "activity": [{ "type": "event", "timestamp": AT, "event":
                { "type": "telepathy" } }] }))
            .to_string(),
            "telepathy",
        ),
        (export(&json!({ "tags": "x".repeat(100_000), "updates": [] })).to_string(), "tags"),
    ] {
        let Err(error) = import(data) else { panic!("{said}") };
        assert_eq!(error.code, "invalid_export");
        assert!(error.message.contains(said) || said == "tags", "{} not {said}", error.message);
        assert!(error.message.len() < 400 && !error.message.contains(char::is_control));
    }
    for agent in ["../x", "a b", "\u{0}"] {
        let data = export(&json!({ "agent_name": agent, "updates": [] })).to_string();
        assert_eq!(import(data).unwrap_err().code, "agent_unknown");
    }
}
