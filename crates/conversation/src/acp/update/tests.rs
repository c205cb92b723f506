use super::*;
use serde_json::json;

#[track_caller]
fn check(update: &Value, expect: &Said) {
    assert_eq!(read(update), *expect);
}

#[test]
fn chunks_are_read_with_and_without_a_message_id() {
    let text = json!({ "type": "text", "text": "hi" });
    check(
        &json!({ "sessionUpdate": "agent_message_chunk", "content": text }),
        &Said::Chunk { voice: Voice::Agent, message_id: None, content: Content::text("hi") },
    );
    check(
        &json!({ "sessionUpdate": "agent_thought_chunk", "messageId": "x", "content": text }),
        &Said::Chunk {
            voice: Voice::Thought,
            message_id: Some("x".to_owned()),
            content: Content::text("hi"),
        },
    );
}

#[test]
fn every_content_block_is_read_and_unknown_ones_survive() {
    #[track_caller]
    fn check(block: &Value, expect: &Content) {
        assert_eq!(content(block), *expect);
    }
    check(
        &json!({ "type": "image", "data": "AA==", "mimeType": "image/png" }),
        &Content::Image { data: "AA==".to_owned(), mime_type: "image/png".to_owned(), uri: None },
    );
    check(
        &json!({ "type": "resource", "resource": { "uri": "file:///a", "text": "x" } }),
        &Content::Resource { uri: "file:///a".to_owned(), mime_type: None, text: "x".to_owned() },
    );
    check(
        &json!({ "type": "resource", "resource": { "uri": "file:///a", "blob": "AA==" } }),
        &Content::Blob { uri: "file:///a".to_owned(), mime_type: None, data: "AA==".to_owned() },
    );
    let link = json!({ "type": "resource_link", "uri": "file:///a", "name": "a", "size": 3 });
    assert!(matches!(content(&link), Content::ResourceLink { size: Some(3), .. }));
    for raw in [json!({ "type": "hologram", "x": 1 }), json!({ "type": "text" }), json!(null)] {
        check(&raw, &Content::Unknown { raw: raw.clone() });
    }
}

#[test]
fn a_tool_call_keeps_what_it_says_and_nothing_else() {
    let update = json!({
        "sessionUpdate": "tool_call_update",
        "toolCallId": "t",
        "kind": "conjure",
        "status": "in_progress",
        "title": null,
        "content": [
            { "type": "diff", "path": "/a", "oldText": null, "newText": "x" },
            { "type": "content", "content": { "type": "text", "text": "ok" } },
            { "type": "smell", "of": "toast" },
        ],
        "locations": [{ "path": "/a", "line": 3 }, { "line": 1 }],
        "_meta": { "claudeCode": { "toolName": "Write" } },
    });
    let Said::ToolCall(call) = read(&update) else { panic!("not a tool call") };
    assert_eq!(call.tool_kind, Some(ToolKind::Other));
    assert_eq!(call.name.as_deref(), Some("Write"));
    assert_eq!((&call.title, &call.raw_input), (&None, &None));
    assert_eq!(call.creates_file(), Some(true));
    let content = call.content.unwrap();
    assert!(matches!(&content[2], ToolContent::Unknown { raw } if raw["of"] == "toast"));
    assert_eq!(call.locations.unwrap().len(), 1);
}

#[test]
fn a_status_nobody_knows_counts_as_open() {
    let update = json!({ "sessionUpdate": "tool_call", "toolCallId": "t", "status": "_dreaming" });
    let Said::ToolCall(call) = read(&update) else { panic!("not a tool call") };
    assert!(call.status.unwrap().is_open());
}

#[test]
fn what_is_not_known_is_said_to_be_unknown() {
    for update in [
        json!({ "sessionUpdate": "subagent_update", "id": 1 }),
        json!({ "sessionUpdate": "tool_call", "title": "without an id" }),
        json!({ "sessionUpdate": "usage_update" }),
        json!({}),
    ] {
        check(&update, &Said::Unknown);
    }
}

#[test]
fn an_info_update_without_a_title_shows_nothing() {
    check(&json!({ "sessionUpdate": "session_info_update", "_meta": { "x": 1 } }), &Said::Nothing);
    check(
        &json!({ "sessionUpdate": "session_info_update", "title": "Fix\nit" }),
        &Said::Info(SessionInfo { title: Some("Fix\\nit".to_owned()) }),
    );
}
