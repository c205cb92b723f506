//! Going on with sessions that were begun outside of us.

use super::*;
use crate::update::{Content, HowOpened};

fn outside() -> Setup {
    Setup { continues: Some("s1".to_owned()), ..setup(Preset::Ask) }
}

fn opening(capabilities: &Value) -> Stage {
    let mut stage = Stage::new(outside());
    stage.plain(Conversation::start);
    stage.started();
    stage.reply("initialize", &json!({ "agentCapabilities": capabilities }));
    stage
}

fn chunk(kind: &str, id: &str, text: &str) -> Value {
    let content = json!({ "type": "text", "text": text });
    json!({ "sessionUpdate": kind, "messageId": id, "content": content })
}

/// What was said, in order: prompts with their turn's last state, and answers.
fn told(stage: &Stage) -> Vec<String> {
    let words = |content: &[Content]| {
        let texts = content.iter().map(|piece| match piece {
            Content::Text { text } => text.as_str(),
            other => panic!("{other:?}"),
        });
        texts.collect::<Vec<_>>().join("")
    };
    let line = |update: &Update| match update {
        Update::Turn(turn) => Some(format!("turn {}", turn.state)),
        Update::UserMessage(message) => Some(format!("> {}", words(&message.content))),
        Update::AgentMessageChunk(chunk) => Some(words(std::slice::from_ref(&chunk.content))),
        Update::ToolCall(call) => Some(format!("tool {:?}", call.status)),
        _ => None,
    };
    stage.transcript.iter().filter_map(line).collect()
}

#[test]
fn what_was_said_outside_goes_into_the_transcript() {
    let mut stage = opening(&json!({ "loadSession": true }));
    assert_eq!(stage.sent.last().unwrap()["params"]["sessionId"], "s1");
    stage.update(&chunk("user_message_chunk", "u1", "first "));
    stage.update(&chunk("user_message_chunk", "u1", "words"));
    stage.update(&chunk("agent_message_chunk", "a1", "answer"));
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t1", "title": "x",
        "status": "in_progress" }));
    stage.update(&chunk("user_message_chunk", "u2", "more"));
    stage.reply("session/load", &Value::Null);
    // Some go on telling after they have answered.
    stage.update(&chunk("agent_message_chunk", "a2", "late"));
    assert_eq!(stage.chat.state(), ChatState::Starting);
    stage.after(1);
    let expect = [
        "turn running",
        "> first words",
        "answer",
        "tool Some(InProgress)",
        "tool Some(Unfinished)",
        "turn done",
        "turn running",
        "> more",
        "late",
        "turn done",
    ];
    assert_eq!(told(&stage), expect);
    assert_eq!(stage.chat.state(), ChatState::Idle);
    assert!(!stage.facts.iter().any(|fact| matches!(fact, Fact::Turn { .. })), "{:?}", stage.facts);

    // What it repeats from now on is an echo, as ever.
    stage.forget();
    stage.prompt(1);
    stage.update(&chunk("user_message_chunk", "u3", "prompt 1"));
    stage.says("done");
    stage.done();
    assert_eq!(stage.outcome(1), (TurnState::Done, ""));
    assert_eq!(told(&stage).iter().filter(|line| line.starts_with('>')).count(), 1);
}

/// Whatever comes in its place would look as if the agent knew what was said.
#[test]
fn a_session_that_cannot_be_gone_on_with_is_not_begun_anew() {
    let mut stage = opening(&json!({ "loadSession": true }));
    stage.reply_error("session/load", -32002, "no such session");
    stage.exits();
    assert_eq!(stage.chat.state(), ChatState::Failed);
    assert!(!stage.sent.iter().any(|message| message["method"] == "session/new"));

    let mut stage = opening(&json!({}));
    stage.exits();
    assert_eq!(stage.chat.state(), ChatState::Failed);
    let said = stage.transcript.iter().find_map(|update| match update {
        Update::Notice(notice) => Some(notice.text.clone()),
        _ => None,
    });
    assert_eq!(
        said.unwrap(),
        "Agent cannot go on with the session that was begun outside: it cannot take up earlier \
         sessions; a newer release of it may"
    );
}

#[test]
fn an_agent_that_only_resumes_goes_on_without_telling() {
    let mut stage = opening(&json!({ "sessionCapabilities": { "resume": {} } }));
    stage.reply("session/resume", &json!({}));
    assert_eq!(stage.chat.state(), ChatState::Idle);
}

/// Once it has gone on, it is a session as every other: a fresh process tells what is known.
#[test]
fn history_is_told_once() {
    let mut stage = opening(&json!({ "loadSession": true }));
    stage.update(&chunk("user_message_chunk", "u1", "first"));
    stage.reply("session/load", &Value::Null);
    stage.after(1);
    stage.exits();
    stage.forget();
    stage.prompt(1);
    stage.started();
    stage.reply("initialize", &json!({ "agentCapabilities": { "loadSession": true } }));
    stage.update(&chunk("user_message_chunk", "u1", "first"));
    stage.reply("session/load", &Value::Null);
    stage.after(1);
    assert_eq!(stage.chat.running_turn(), Some(turn(1)));
    let opened = stage.transcript.iter().find_map(|update| match update {
        Update::Agent(agent) => Some(agent.opened),
        _ => None,
    });
    assert_eq!(opened, Some(HowOpened::Loaded));
    assert_eq!(told(&stage).iter().filter(|line| line.starts_with('>')).count(), 1);
}
