//! What real agents do differently, each as the sequence of messages that they send.

use super::*;

fn running() -> Stage {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage
}

/// Vibe's question carries nothing but the id of the tool call.
#[test]
fn a_question_with_only_an_id_is_about_the_call_announced_before() {
    let mut stage = running();
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t1", "kind": "execute",
        "title": "bash", "rawInput": { "command": "ls" } }));
    stage.asks(70, &json!({ "toolCallId": "t1" }));
    assert!(
        stage.facts.iter().any(|fact| matches!(fact, Fact::Asked { title, .. } if title == "ls"))
    );
}

/// Gemini and Qwen ask before they announce, or never announce.
#[test]
fn a_question_about_a_call_that_was_never_announced_shows_the_call() {
    let mut stage = running();
    stage.asks(70, &write_call("t1"));
    assert_eq!(stage.tool_call("t1").title.as_deref(), Some("Write notes.txt"));
    assert_eq!(stage.status("t1"), Some(ToolStatus::Pending));
    stage.done();
    assert_eq!(stage.status("t1"), Some(ToolStatus::Unfinished));
}

/// Kimi's question does not say the kind of the tool.
#[test]
fn a_tool_without_a_kind_is_one_that_nobody_knows() {
    let mut stage = running();
    stage.asks(70, &json!({ "toolCallId": "t1", "title": "Shell: ls" }));
    assert!(stage.transcript.iter().any(|update| matches!(update,
        Update::Permission(permission) if permission.tool.as_deref() == Some("other"))));
}

/// Kimi's question replaces what it wants to write by a sentence.
#[test]
fn a_question_does_not_hide_what_was_announced() {
    let mut stage = running();
    let text =
        |text: &str| json!({ "type": "content", "content": { "type": "text", "text": text } });
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t1", "title": "Write",
        "kind": "edit", "content": [text("{\"path\":\"notes.txt\"}")] }));
    stage.asks(70, &json!({ "toolCallId": "t1", "content": [text("Requesting approval")] }));
    let details = stage.facts.iter().find_map(|fact| match fact {
        Fact::Asked { details_json, .. } => Some(details_json.as_str()),
        _ => None,
    });
    let details = details.unwrap();
    assert!(details.contains("notes.txt") && details.contains("Requesting approval"), "{details}");
}

/// Cline updates a tool call before it announces it.
#[test]
fn an_update_before_the_announcement_is_the_same_call() {
    let mut stage = running();
    stage.update(&json!({ "sessionUpdate": "tool_call_update", "toolCallId": "t1",
        "status": "in_progress" }));
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t1", "title": "Edit a",
        "kind": "edit" }));
    stage.update(&json!({ "sessionUpdate": "tool_call_update", "toolCallId": "t1",
        "status": "completed" }));
    let call = stage.tool_call("t1");
    assert_eq!(call.title.as_deref(), Some("Edit a"));
    assert_eq!(call.status, Some(ToolStatus::Completed));
}

/// The older adapter of Claude announces each tool call twice.
#[test]
fn an_announcement_that_says_nothing_new_is_not_written_down_again() {
    let mut stage = running();
    let call = json!({ "sessionUpdate": "tool_call", "toolCallId": "t1", "title": "Read a",
        "kind": "read", "status": "pending" });
    stage.update(&call);
    stage.update(&call);
    let shown = stage.transcript.iter().filter(|update| matches!(update, Update::ToolCall(_)));
    assert_eq!(shown.count(), 1);
}

/// Codex ends the turn as cancelled when it is told no, and leaves the tool call open.
#[test]
fn a_denial_that_ends_the_turn_closes_the_call() {
    let mut stage = running();
    stage.asks(70, &run_call("t1", "ls"));
    stage.answer(PermissionAnswer::Deny, "").unwrap();
    stage.reply("session/prompt", &json!({ "stopReason": "cancelled" }));
    assert_eq!(stage.outcome(1), (TurnState::Cancelled, "the agent cancelled the turn"));
    assert_eq!(stage.status("t1"), Some(ToolStatus::Cancelled));
}

/// Copilot speaks of its session before it has answered that there is one.
#[test]
fn what_is_said_before_the_session_has_a_name_is_not_lost() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.chat.start();
    stage.started();
    stage.reply("initialize", &json!({}));
    let commands = json!({ "sessionUpdate": "available_commands_update",
        "availableCommands": [{ "name": "plan", "description": "Plan" }] });
    stage.update(&commands);
    stage.agent(&json!({ "method": "session/update",
        "params": { "sessionId": "another", "update": commands } }));
    assert!(!stage.transcript.iter().any(|update| matches!(update, Update::Commands(_))));
    stage.reply("session/new", &json!({ "sessionId": "s1" }));
    let shown = stage.transcript.iter().filter(|update| matches!(update, Update::Commands(_)));
    assert_eq!(shown.count(), 1);
}

/// A hostile agent cannot fill the memory with messages about a session that has no name yet.
#[test]
fn early_messages_are_bounded() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.chat.start();
    stage.started();
    stage.reply("initialize", &json!({}));
    for number in 0..2_000 {
        stage.says(&format!("{number} {}", "x".repeat(10_000)));
    }
    stage.reply("session/new", &json!({ "sessionId": "s1" }));
    let said = stage.messages();
    assert!(said[0].1.len() < 1_100_000, "{} bytes were kept", said[0].1.len());
    assert!(said[0].1.contains("1999 x"));
}

/// `OpenCode` and Kilo write files through the client although it does not offer that; Qwen has
/// requests of its own.
#[test]
fn requests_that_are_not_offered_are_refused() {
    let mut stage = running();
    for (id, method) in
        [(70, "fs/write_text_file"), (71, "craft/drainMidTurnQueue"), (72, "terminal/create")]
    {
        stage.agent(&json!({ "id": id, "method": method, "params": { "sessionId": "s1" } }));
        assert_eq!(stage.answer_to(id).unwrap()["error"]["code"], -32601);
    }
    assert_eq!(stage.chat.running_turn(), Some(turn(1)));
}

/// Claude and Codex tell things that nobody asked for.
#[test]
fn notifications_that_are_not_known_are_met_with_silence() {
    let mut stage = running();
    stage.forget();
    stage.agent(&json!({ "method": "_auth/status_update", "params": { "state": "ok" } }));
    assert!(stage.transcript.is_empty() && stage.sent.is_empty());
}

#[test]
fn junk_is_ignored() {
    let mut stage = running();
    for junk in ["", "Debugger listening on ws://127.0.0.1", "{", "[]", "{\"id\":999,\"result\":1}"]
    {
        stage.outside(|chat, outside| chat.receive(outside, junk));
    }
    stage.says("still here");
    stage.done();
    assert_eq!(stage.outcome(1).0, TurnState::Done);
}

/// Vibe repeats what the person wrote.
#[test]
fn an_echo_of_the_prompt_is_not_written_down_twice() {
    let mut stage = running();
    stage.update(&json!({ "sessionUpdate": "user_message_chunk",
        "content": { "type": "text", "text": "prompt 1" } }));
    let messages =
        stage.transcript.iter().filter(|update| matches!(update, Update::UserMessage(_)));
    assert_eq!(messages.count(), 1);
}

#[test]
fn messages_are_told_apart_by_voice_by_id_and_by_what_lies_between() {
    let mut stage = running();
    let chunk = |kind: &str, id: Option<&str>, text: &str| {
        let mut update =
            json!({ "sessionUpdate": kind, "content": { "type": "text", "text": text } });
        if let Some(id) = id {
            update["messageId"] = json!(id);
        }
        update
    };
    stage.update(&chunk("agent_thought_chunk", None, "hm"));
    stage.update(&chunk("agent_message_chunk", None, "a"));
    stage.update(&chunk("agent_message_chunk", None, "b"));
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t", "title": "T" }));
    stage.update(&chunk("agent_message_chunk", None, "c"));
    stage.update(&chunk("agent_message_chunk", Some("x"), "d"));
    stage.update(&chunk("agent_message_chunk", Some("y"), "e"));
    let texts: Vec<String> = stage.messages().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["hm", "ab", "c", "d", "e"]);
}

#[test]
fn updates_that_nobody_knows_survive_as_they_were_said() {
    let mut stage = running();
    let update = json!({ "sessionUpdate": "hologram", "z": 1, "a": { "deep": [1.5, null] } });
    stage.update(&update);
    let kept = stage.transcript.iter().find_map(|update| match update {
        Update::Unknown(unknown) => Some(unknown.raw.clone()),
        _ => None,
    });
    assert_eq!(kept.unwrap().to_string(), update.to_string());
}

/// The agent's own message lies beside the first entry that was made of it, byte for byte.
#[test]
fn the_raw_message_is_kept_beside() {
    let mut stage = running();
    let line = r#"{"method":"session/update", "params":{"update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"x","big":12345678901234567890123}},"sessionId":"s1"}}"#;
    let Stage { chat, clock, rng, .. } = &mut stage;
    chat.receive(Outside { clock, rng }, line);
    let Some(Effect::Append(entry)) = chat.poll_effect() else { panic!("nothing was appended") };
    assert_eq!(entry.raw.as_deref(), Some(line));
}

/// Codex puts what its terminals show beside the tool call, piece by piece.
#[test]
fn the_output_of_an_agents_terminal_is_shown_piece_by_piece() {
    let mut stage = running();
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t", "title": "make",
        "kind": "execute", "content": [{ "type": "terminal", "terminalId": "t" }],
        "_meta": { "terminal_info": { "cwd": "/w", "terminal_id": "t" } } }));
    for (member, meta) in [
        ("terminal_output_delta", json!({ "data": "one\n", "terminal_id": "t" })),
        ("terminal_output", json!({ "data": "two\n", "terminal_id": "t" })),
        ("terminal_exit", json!({ "exit_code": 2, "signal": null, "terminal_id": "t" })),
    ] {
        stage.update(&json!({ "sessionUpdate": "tool_call_update", "toolCallId": "t",
            "_meta": { member: meta } }));
    }
    let (mut shown, mut exit_code) = (String::new(), None);
    for update in &stage.transcript {
        if let Update::TerminalOutput(output) = update {
            shown.push_str(&output.text);
            exit_code = output.exit_code;
        }
    }
    assert_eq!((shown.as_str(), exit_code), ("one\ntwo\n", Some(2)));
    let calls = stage.transcript.iter().filter(|update| matches!(update, Update::ToolCall(_)));
    assert_eq!(calls.count(), 1);
}

/// Word of a call that has ended does not open it again.
#[test]
fn a_late_word_about_an_ended_call_does_not_reopen_it() {
    let mut stage = running();
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t", "title": "T",
        "status": "completed" }));
    stage.update(&json!({ "sessionUpdate": "tool_call_update", "toolCallId": "t",
        "rawOutput": { "exit": 0 } }));
    stage.done();
    assert_eq!(stage.status("t"), Some(ToolStatus::Completed));
    assert_eq!(stage.tool_call("t").raw_output, Some(json!({ "exit": 0 })));
}

#[test]
fn more_open_tool_calls_than_are_kept_are_closed_and_people_are_told() {
    let mut stage = running();
    for number in 0..=crate::setup::MAX_OPEN_TOOL_CALLS {
        let update = json!({ "sessionUpdate": "tool_call", "toolCallId": format!("t{number:04}"),
            "title": "T", "status": "pending" });
        stage.update(&update);
    }
    assert_eq!(stage.status("t0000"), Some(ToolStatus::Unfinished));
    assert_eq!(stage.notices(), [NoticeCode::TooMuchOpen]);
}

#[test]
fn what_is_about_another_session_is_not_ours() {
    let mut stage = running();
    stage.forget();
    stage.agent(&json!({ "method": "session/update", "params": { "sessionId": "s2", "update": {
        "sessionUpdate": "agent_message_chunk", "content": { "type": "text", "text": "x" } } } }));
    assert!(stage.transcript.is_empty());
    stage.agent(&json!({ "id": 70, "method": "session/request_permission",
        "params": { "sessionId": "s2", "toolCall": write_call("t"), "options": options() } }));
    assert_eq!(stage.chose(70), "cancelled");
}
