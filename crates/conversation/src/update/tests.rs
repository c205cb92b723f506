use super::*;
use crate::rules::{RuleScope, SessionRule};
use model::permission::{PermissionAnswer, PermissionState};
use model::rng::CountingRng;
use model::turn::TurnState;
use model::{PermissionRequestId, Timestamp, TurnId};
use serde_json::json;

fn turn_id() -> TurnId {
    TurnId::new(Timestamp::from_millis(1_700_000_000_000), &CountingRng::new(1))
}

fn request_id() -> PermissionRequestId {
    PermissionRequestId::new(Timestamp::from_millis(1_700_000_000_000), &CountingRng::new(2))
}

/// One update of every kind, with every member.
fn examples() -> Vec<Update> {
    let text = str::to_owned;
    vec![
        Update::Turn(TurnUpdate {
            turn_id: turn_id(),
            state: TurnState::Done,
            author: text("ana"),
            origin: TurnOrigin::Prompt,
            stop_reason: Some(text("max_tokens")),
            outcome: Some(text("the answer reached the model's length limit")),
        }),
        Update::Turn(TurnUpdate {
            turn_id: turn_id(),
            state: TurnState::OnMachine,
            author: text("ana"),
            origin: TurnOrigin::Note { request_id: request_id() },
            stop_reason: None,
            outcome: None,
        }),
        Update::Queue(Queue { turn_ids: vec![turn_id()] }),
        Update::State(StateUpdate { state: ChatState::AgentDown, detail: None }),
        Update::State(StateUpdate { state: ChatState::Stopped, detail: Some(text("enough")) }),
        Update::Agent(AgentUpdate {
            name: Some(text("Claude Code")),
            version: Some(text("0.100.0")),
            agent_session_id: text("s1"),
            opened: HowOpened::Resumed,
            prompt: PromptAbilities { image: true, audio: false, embedded_context: true },
            remembers: true,
            asks: true,
        }),
        Update::UserMessage(UserMessage {
            message_id: text("m1"),
            turn_id: turn_id(),
            author: text("ana"),
            content: vec![
                Content::text("look"),
                Content::Image { data: text("AA=="), mime_type: text("image/png"), uri: None },
                Content::Audio { data: text("AA=="), mime_type: text("audio/wav") },
                Content::ResourceLink {
                    uri: text("file:///a"),
                    name: text("a"),
                    mime_type: None,
                    size: Some(3),
                },
                Content::Resource {
                    uri: text("file:///a"),
                    mime_type: Some(text("text/plain")),
                    text: text("x"),
                },
                Content::Blob { uri: text("file:///b"), mime_type: None, data: text("AA==") },
                Content::Omitted { what: text("image"), mime_type: None, bytes: 2_000_000 },
                Content::Unknown { raw: json!({ "type": "hologram" }) },
            ],
        }),
        chunk(Update::AgentMessageChunk),
        chunk(Update::AgentThoughtChunk),
        Update::ToolCall(tool_call()),
        Update::ToolCall(ToolCall { status: Some(ToolStatus::Unfinished), ..ToolCall::new("t1") }),
        Update::TerminalOutput(TerminalOutput {
            tool_call_id: text("t1"),
            terminal_id: text("term-1"),
            text: text("ok\n"),
            exit_code: Some(0),
        }),
        Update::Plan(Plan {
            entries: vec![PlanEntry {
                content: text("Write it"),
                priority: Some(text("high")),
                status: Some(text("pending")),
            }],
        }),
    ]
}

fn more_examples() -> Vec<Update> {
    let text = str::to_owned;
    vec![
        Update::Usage(ContextUsage {
            used: 100,
            size: 200_000,
            cost: Some(Cost { amount: 0.25, currency: text("USD") }),
        }),
        Update::Modes(selection("default")),
        Update::Models(selection("gpt-5.5")),
        Update::Options(Options { options: options() }),
        Update::Commands(Commands {
            commands: vec![SlashCommand {
                name: text("compact"),
                description: text("Shorten the conversation"),
                hint: Some(text("what to keep")),
            }],
        }),
        Update::SessionInfo(SessionInfo { title: Some(text("Fix the build")) }),
        Update::Permission(asked()),
        Update::Permission(answered()),
        Update::PolicyDecision(PolicyDecision {
            rule_id: None,
            tool_call_id: text("t1"),
            title: text("Read a"),
            tool: text("Read"),
            allowed: true,
            reason: text("it only reads"),
            digest: text("00ff"),
        }),
        Update::Notice(
            Notice::new(Level::Error, NoticeCode::AgentExited, "Agent has ended (signal 9)")
                .with_detail("out of memory")
                .about(Some(turn_id())),
        ),
        Update::Unknown(Unknown { raw: json!({ "sessionUpdate": "new" }), cut_bytes: None }),
    ]
}

fn all_examples() -> Vec<Update> {
    [examples(), more_examples()].concat()
}

fn chunk(kind: fn(MessageChunk) -> Update) -> Update {
    kind(MessageChunk { message_id: "m2".to_owned(), content: Content::text("# Hi") })
}

fn tool_call() -> ToolCall {
    let text = str::to_owned;
    ToolCall {
        tool_call_id: text("t1"),
        title: Some(text("Write a")),
        name: Some(text("Write")),
        tool_kind: Some(ToolKind::Edit),
        status: Some(ToolStatus::InProgress),
        content: Some(vec![
            ToolContent::Content { content: Content::text("ok") },
            ToolContent::Diff { path: text("/w/a"), old_text: None, new_text: text("x") },
            ToolContent::Diff {
                path: text("/w/b"),
                old_text: Some(text("x")),
                new_text: text("y"),
            },
            ToolContent::Terminal { terminal_id: text("term-1") },
            ToolContent::Unknown { raw: json!({ "type": "smell" }) },
        ]),
        locations: Some(vec![Location { path: text("/w/a"), line: Some(3) }]),
        raw_input: Some(json!({ "file_path": "/w/a" })),
        raw_output: Some(json!("ok")),
        cut_bytes: Some(7),
    }
}

fn selection(current: &str) -> Selection {
    let one = Selectable {
        id: current.to_owned(),
        name: current.to_uppercase(),
        description: Some("What it means".to_owned()),
    };
    Selection { current: Some(current.to_owned()), available: vec![one] }
}

fn options() -> Vec<SessionOption> {
    let text = str::to_owned;
    let choice = ChoiceOption {
        value: text("high"),
        name: text("High"),
        description: None,
        group: Some(text("Effort")),
    };
    vec![
        SessionOption {
            id: text("effort"),
            name: text("Effort"),
            description: None,
            category: Some(text("thought_level")),
            current: OptionValue::Choice(text("high")),
            choices: vec![choice],
        },
        SessionOption {
            id: text("fast"),
            name: text("Fast"),
            description: Some(text("Answers sooner")),
            category: None,
            current: OptionValue::Switch(true),
            choices: vec![],
        },
    ]
}

fn asked() -> PermissionUpdate {
    let text = str::to_owned;
    PermissionUpdate {
        tool_call_id: Some(text("t1")),
        turn_id: Some(turn_id()),
        title: Some(text("make test")),
        tool: Some(text("Bash")),
        reason: Some(text("changes need a person's consent")),
        digest: Some(text("00ff")),
        ..PermissionUpdate::of_state(request_id(), PermissionState::Pending)
    }
}

fn answered() -> PermissionUpdate {
    let text = str::to_owned;
    let scope = RuleScope::Command { command: text("make test"), digest: text("00ff") };
    PermissionUpdate {
        answer: Some(PermissionAnswer::AllowSession),
        by: Some(text("ben")),
        note: Some(text("go on")),
        rule: Some(SessionRule { tool: text("Bash"), scope }),
        ..PermissionUpdate::of_state(request_id(), PermissionState::Resolved)
    }
}

/// The JSON that journals hold and that the console draws. A change here is a change of a stored
/// format: old journals must still be read.
#[test]
fn the_json_of_every_kind_of_update() {
    let lines: Vec<String> =
        all_examples().iter().map(|update| serde_json::to_string(update).unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_update_is_read_back_as_it_was_written() {
    for update in all_examples() {
        let json = serde_json::to_vec(&update).unwrap();
        assert_eq!(Update::from_json(&json).unwrap(), update);
    }
}

#[test]
fn an_update_of_a_newer_version_is_kept_as_it_is() {
    let newer = br#"{"kind":"telepathy","z":1,"a":2}"#;
    let Update::Unknown(unknown) = Update::from_json(newer).unwrap() else {
        panic!("a kind that nobody knows was known")
    };
    assert_eq!(unknown.raw.to_string().as_bytes(), newer);
    assert!(Update::from_json(b"{\"kind\":").is_err());
}

#[test]
fn members_that_a_newer_version_adds_are_ignored() {
    let newer = br#"{"kind":"session_info","title":"x","colour":"blue"}"#;
    let expect = Update::SessionInfo(SessionInfo { title: Some("x".to_owned()) });
    assert_eq!(Update::from_json(newer).unwrap(), expect);
}

#[test]
fn an_upsert_changes_only_what_it_says() {
    let mut call = tool_call();
    call.absorb(ToolCall { status: Some(ToolStatus::Completed), ..ToolCall::new("t1") });
    assert_eq!(call, ToolCall { status: Some(ToolStatus::Completed), ..tool_call() });
    assert!(!ToolCall::new("t1").says_something());
    assert!(call.says_something());
}
