use agent_client_protocol_schema::v1::{
    InitializeResponse, LoadSessionResponse, RequestPermissionRequest, SessionNotification,
};
use conversation::update::{
    Commands, Content, ContextUsage, Location, MessageChunk, OptionValue, Options, Plan, PlanEntry,
    Selectable, Selection, SessionOption, SlashCommand, TerminalOutput, ToolCall, ToolContent,
    ToolKind, ToolStatus,
};
use model::SessionId;
use serde_json::json;

use super::opening::{How, Opened};
use super::*;

fn chat() -> Chat {
    let session: SessionId = SessionId::from_slice(&[7; 16]).unwrap();
    let view = json!({
        "session_id": session, "id": session, "machine_id": session, "kind": "chat", "agent_name": "demo",
        "project_path": "/srv/project", "model": null, "permission_preset": "ask",
        "title": "A chat", "name": "A chat", "tags": [], "archived": false,
        "status": "idle", "active": false, "detail": null,
        "owner": { "user_id": session, "display_name": "Ana" },
        "created_at": "2026-01-01T00:00:00Z", "last_active_at": "2026-01-01T00:00:00Z",
        "last_active": "2026-01-01T00:00:00Z",
    });
    let mut chat = Chat::new(Opened {
        request: json!(1),
        how: How::Load,
        local_directory: "/home/ana/project".to_owned(),
        session: serde_json::from_value(with_session_defaults(view)).unwrap(),
        last: 9,
    });
    assert_eq!(chat.take_opening_if_ready(), None, "nothing was told yet");
    chat
}

/// Identifiers carry a prefix each.
fn with_session_defaults(mut view: Value) -> Value {
    let bytes = [7; 16];
    view["machine_id"] = json!(model::MachineId::from_slice(&bytes).unwrap());
    view["owner"]["user_id"] = json!(model::UserId::from_slice(&bytes).unwrap());
    view
}

/// What is told of an update, as a client of the protocol's own types reads it.
fn told(chat: &mut Chat, update: &Update) -> Vec<Value> {
    let told = chat.tell(1, update);
    for update in &told {
        let params = json!({ "sessionId": "s", "update": update });
        let read: SessionNotification =
            serde_json::from_value(params).unwrap_or_else(|error| panic!("{error}: {update}"));
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(written["update"]["sessionUpdate"], update["sessionUpdate"]);
    }
    told
}

fn said(text: &str) -> Update {
    let content = Content::text(text);
    Update::AgentMessageChunk(MessageChunk { message_id: "m".to_owned(), content })
}

#[test]
fn a_tool_call_is_announced_once_and_then_changed() {
    let mut chat = chat();
    let call = ToolCall {
        title: Some("Write notes.txt".to_owned()),
        tool_kind: Some(ToolKind::Edit),
        status: Some(ToolStatus::Pending),
        content: Some(vec![ToolContent::Diff {
            path: "/srv/project/notes.txt".to_owned(),
            old_text: None,
            new_text: "hello".to_owned(),
        }]),
        locations: Some(vec![Location { path: "/srv/project/notes.txt".to_owned(), line: None }]),
        ..ToolCall::new("c1")
    };
    let first = told(&mut chat, &Update::ToolCall(call));
    assert_eq!(first[0]["sessionUpdate"], "tool_call");
    let later = ToolCall { status: Some(ToolStatus::Unfinished), ..ToolCall::new("c1") };
    let second = told(&mut chat, &Update::ToolCall(later));
    assert_eq!(
        second,
        [json!({ "sessionUpdate": "tool_call_update", "toolCallId": "c1", "status": "failed" })]
    );
}

#[test]
fn what_a_terminal_shows_is_told_as_text() {
    let mut chat = chat();
    let output = |text: &str| {
        Update::TerminalOutput(TerminalOutput {
            tool_call_id: "c1".to_owned(),
            terminal_id: "t1".to_owned(),
            text: text.to_owned(),
            exit_code: None,
        })
    };
    told(&mut chat, &output("one\n"));
    let told = told(&mut chat, &output("two\n"));
    assert_eq!(told[0]["content"][0]["content"]["text"], "one\ntwo\n");
}

#[test]
fn every_kind_of_update_is_one_of_the_protocol() {
    let mut chat = chat();
    let selectable = |id: &str| Selectable {
        id: id.to_owned(),
        name: id.to_owned(),
        description: Some("what it is".to_owned()),
    };
    let selection = |ids: &[&str]| Selection {
        current: Some(ids[0].to_owned()),
        available: ids.iter().map(|id| selectable(id)).collect(),
    };
    let option = SessionOption {
        id: "fast".to_owned(),
        name: "Fast".to_owned(),
        description: None,
        category: None,
        current: OptionValue::Switch(true),
        choices: vec![],
    };
    let updates = [
        said("hello"),
        Update::Plan(Plan {
            entries: vec![PlanEntry {
                content: "look".to_owned(),
                priority: None,
                status: Some("done already".to_owned()),
            }],
        }),
        Update::Usage(ContextUsage { used: 1, size: 2, cost: None }),
        Update::Modes(selection(&["ask", "auto"])),
        Update::Models(selection(&["small", "large"])),
        Update::Options(Options { options: vec![option] }),
        Update::Commands(Commands {
            commands: vec![SlashCommand {
                name: "write".to_owned(),
                description: "Writes".to_owned(),
                hint: Some("file".to_owned()),
            }],
        }),
    ];
    for update in updates {
        assert_eq!(told(&mut chat, &update).len(), 1, "{update:?}");
    }
    let answer = chat.controls.in_answer();
    assert_eq!(answer["modes"]["currentModeId"], "ask");
    let read: LoadSessionResponse = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(read.config_options.unwrap().len(), 2, "{answer}");
    assert!(chat.controls.is_model_of_ours("model"));
    let options = chat.controls.with_option("model", &json!("large"));
    assert_eq!(options[1]["currentValue"], "large");
}

#[test]
fn files_of_the_editor_are_files_of_the_machine() {
    let directories = ("/home/ana/project".to_owned(), "/srv/project".to_owned());
    let prompt = json!([
        { "type": "text", "text": "look at", "annotations": {} },
        { "type": "resource_link", "uri": "file:///home/ana/project/a.rs", "name": "a.rs" },
        { "type": "resource_link", "uri": "file:///home/ana/project2/b.rs", "name": "b.rs" },
        { "type": "resource", "resource": { "uri": "file:///home/ana/project/c", "text": "c" } },
    ]);
    let blocks = serde_json::to_value(blocks::of_editor(&prompt, &directories).unwrap()).unwrap();
    assert_eq!(blocks[1]["uri"], "file:///srv/project/a.rs");
    assert_eq!(blocks[2]["uri"], "file:///home/ana/project2/b.rs");
    assert_eq!(blocks[3]["resource"]["uri"], "file:///srv/project/c");
    for bad in [json!([]), json!(null), json!([{ "type": "audio" }]), json!([{ "type": "text" }])] {
        assert!(blocks::of_editor(&bad, &directories).is_err(), "{bad}");
    }
}

#[test]
fn a_question_is_one_of_the_protocol() {
    let call = ToolCall { title: Some("Run ls".to_owned()), ..ToolCall::new("c1") };
    let question = json!({
        "sessionId": "s",
        "toolCall": updates::tool_call(&call, "Run ls -l"),
        "options": questions::options(),
    });
    let read: RequestPermissionRequest = serde_json::from_value(question).unwrap();
    assert_eq!(read.options.len(), 3);
}

#[test]
fn the_abilities_are_those_of_the_protocol() {
    let read: InitializeResponse = serde_json::from_value(requests::abilities()).unwrap();
    assert!(read.agent_capabilities.load_session);
}

#[test]
fn a_line_is_a_request_a_notification_or_an_answer() {
    let read = |line: &str| rpc::read(Ok(line.to_owned())).unwrap();
    assert!(matches!(read(r#"{"id":0,"method":"a"}"#), Read::Request { .. }));
    assert!(matches!(read(r#"{"method":"a","params":{}}"#), Read::Notification { .. }));
    assert!(matches!(read(r#"{"id":"x","result":null}"#), Read::Answer { result: Ok(_), .. }));
    assert!(matches!(read(r#"{"id":"x","error":{}}"#), Read::Answer { result: Err(_), .. }));
    for bad in ["", "[]", "{", r#"{"id":1}x"#, r#"{"jsonrpc":"2.0"}"#, r#"{"method":7}"#] {
        assert!(matches!(read(bad), Read::Refused { .. }), "{bad}");
    }
}
