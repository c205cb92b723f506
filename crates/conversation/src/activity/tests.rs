use TurnState::{Done, Running, Unknown};
use model::rng::CountingRng;
use serde_json::json;

use super::*;
use crate::events::{Event, Narrator};

const AT: Timestamp = Timestamp::from_millis(1_775_234_230_007);

fn retold(activity: Value) -> Vec<Update> {
    let (mut retelling, rng) = (Retelling::new("Ana"), CountingRng::default());
    let activity: Vec<Activity> = serde_json::from_value(activity).unwrap();
    let mut updates: Vec<Update> =
        activity.into_iter().flat_map(|one| retelling.take(AT, one, &rng)).collect();
    updates.extend(retelling.finish());
    updates
}

fn events(updates: Vec<Update>) -> Vec<Event> {
    let mut narrator = Narrator::default();
    updates.into_iter().flat_map(|update| narrator.take(update)).collect()
}

fn lines(updates: Vec<Update>) -> Vec<String> {
    let line = |event: Event| format!("{} {}", event.kind, event.content).trim().to_owned();
    events(updates).into_iter().map(line).collect()
}

fn entry(kind: &str, rest: &Value) -> Value {
    let mut entry = json!({ "id": 1, "type": kind, "request_id": "r", "timestamp": "unread" });
    entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    entry
}

fn event(kind: &str, rest: &Value) -> Value {
    let mut event = json!({ "type": kind, "version": "v1", "id": "r", "session_id": "s" });
    event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    entry("event", &json!({ "event": event }))
}

#[test]
fn a_turn_is_told_back_from_its_events() {
    let updates = retold(json!([
        entry("prompt", &json!({ "prompt": "修好它" })),
        event("thinking_start", &json!({})),
        event("thinking_delta", &json!({ "content": "hm" })),
        event("thinking_end", &json!({})),
        event("tool_start", &json!({ "name": "Read" })),
        event("tool_input", &json!({ "name": "Read", "input": "notes.txt" })),
        event("tool_end", &json!({ "name": "Read", "input": "notes.txt", "output": "一二三" })),
        event("output_delta", &json!({ "content": "好" })),
        event("output_delta", &json!({ "content": "了" })),
        event("output_final", &json!({ "content": "好了" })),
        event("done", &json!({ "content": "end_turn" })),
        entry("result", &json!({ "content": "好了" })),
    ]));
    let Update::UserMessage(message) = &updates[1] else { panic!("{updates:?}") };
    assert_eq!((message.author.as_str(), &message.content[0]), ("Ana", &Content::text("修好它")));
    let ends = updates.iter().filter(|update| matches!(update, Update::Turn(_))).count();
    assert_eq!(ends, 2, "it runs and is done, once");
    assert_eq!(
        lines(updates.clone()),
        [
            "thinking_start",
            "thinking_delta hm",
            "thinking_end",
            "tool_start Read",
            "tool_input",
            "tool_output",
            "tool_end completed",
            "output_delta 好",
            "output_delta 了",
            "output_final 好了",
            "done end_turn",
        ]
    );
    let output = events(updates).into_iter().find(|event| event.kind == EventType::ToolEnd);
    assert_eq!(output.unwrap().output.as_deref(), Some("一二三"));
}

#[test]
fn an_answer_that_was_not_told_in_pieces_is_told_whole() {
    let updates = retold(json!([
        entry("prompt", &json!({ "prompt": "a" })),
        entry("result", &json!({ "content": "b" })),
    ]));
    assert_eq!(lines(updates), ["output_delta b", "output_final b", "done done"]);
}

#[test]
fn what_went_wrong_is_told_once_and_the_turn_has_failed() {
    let updates = retold(json!([
        entry("prompt", &json!({ "prompt": "a" })),
        event("error", &json!({ "content": "no key" })),
        entry("error", &json!({ "error": "no key" })),
    ]));
    assert_eq!(lines(updates), ["error no key", "output_final", "error no key", "done failed"]);
}

#[test]
fn a_turn_whose_end_is_not_told_is_unknown() {
    let updates = retold(json!([
        entry("prompt", &json!({ "prompt": "a" })),
        entry("prompt", &json!({ "prompt": "b" })),
        { "type": "result", "request_id": "another", "content": "c" },
    ]));
    let states: Vec<TurnState> = updates
        .iter()
        .filter_map(|update| match update {
            Update::Turn(turn) => Some(turn.state),
            _ => None,
        })
        .collect();
    assert_eq!(states, [Running, Unknown, Running, Unknown, Running, Done]);
}

#[test]
fn calls_are_told_apart_by_what_is_known_of_them() {
    let updates = retold(json!([
        event("tool_start", &json!({ "name": "Read", "tool_call_id": "1", "content": "Read a" })),
        event("tool_start", &json!({ "name": "Read", "tool_call_id": "2", "content": "Read b" })),
        event("tool_end", &json!({ "tool_call_id": "1", "content": "failed" })),
        event("tool_end", &json!({ "tool_call_id": "2", "output": "b" })),
        event("tool_end", &json!({ "name": "Bash", "content": "error" })),
    ]));
    let ended: Vec<_> = events(updates)
        .into_iter()
        .filter(|event| event.kind == EventType::ToolEnd)
        .map(|event| (event.tool_call_id.unwrap(), event.content))
        .collect();
    let ended: Vec<_> = ended.iter().map(|(id, how)| (id.as_str(), how.as_str())).collect();
    assert_eq!(ended[..2], [("1", "failed"), ("2", "completed")]);
    assert_eq!(ended[2].1, "failed");
}

#[test]
fn what_is_no_entry_is_refused_by_name() {
    for (wrong, said) in [
        (json!({ "type": "telepathy" }), "telepathy"),
        (json!({ "type": "event", "event": { "type": "tool_error" } }), "tool_error"),
        (json!({ "request_id": "r" }), "type"),
    ] {
        let error = serde_json::from_value::<Activity>(wrong).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}
