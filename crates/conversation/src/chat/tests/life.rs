use policy::AuthPolicy;

use super::*;
use crate::update::{HowOpened, Level};
use model::session::SessionState;

fn remembering(capability: &Value) -> Value {
    json!({ "agentCapabilities": capability })
}

fn session_states(stage: &Stage) -> Vec<SessionState> {
    let state = |fact: &Fact| match fact {
        Fact::Session { state, .. } => Some(*state),
        _ => None,
    };
    stage.facts.iter().filter_map(state).collect()
}

fn opened(stage: &Stage) -> Vec<HowOpened> {
    let how = |update: &Update| match update {
        Update::Agent(agent) => Some(agent.opened),
        _ => None,
    };
    stage.transcript.iter().filter_map(how).collect()
}

#[test]
fn a_chat_starts_its_agent_and_is_idle() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    assert_eq!((stage.launches, stage.chat.state()), (1, ChatState::Starting));
    stage.started();
    assert_eq!(stage.sent[0]["params"]["clientInfo"]["version"], "1.0.0");
    stage.reply("initialize", &json!({ "agentInfo": { "name": "x", "version": "2" } }));
    assert_eq!(stage.sent[1]["params"]["cwd"], "/w");
    stage.reply("session/new", &json!({ "sessionId": "s1" }));
    assert_eq!(session_states(&stage), [SessionState::Starting, SessionState::Idle]);
    assert_eq!(opened(&stage), [HowOpened::New]);
}

#[test]
fn a_prompt_given_while_the_agent_starts_runs_when_it_is_ready() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.prompt(1);
    stage.started();
    stage.reply("initialize", &json!({}));
    stage.reply("session/new", &json!({ "sessionId": "s1" }));
    assert_eq!(stage.chat.running_turn(), Some(turn(1)));
    assert_eq!(stage.launches, 1);
}

#[test]
fn an_agent_that_cannot_be_started_fails_the_session_and_says_what_to_do() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.prompt(1);
    stage.plain(|chat| chat.launch_failed(&launch_failure()));
    assert_eq!(stage.chat.state(), ChatState::Failed);
    assert_eq!(stage.outcome(1), (TurnState::Failed, "the program codex-acp was not found"));
    let Some(Update::Notice(notice)) =
        stage.transcript.iter().find(|update| matches!(update, Update::Notice(_)))
    else {
        panic!("nobody was told")
    };
    assert_eq!((notice.level, notice.code), (Level::Error, NoticeCode::AgentStartFailed));
    assert!(notice.detail.as_deref().unwrap().starts_with("npm install"));
    let refused = stage.outside(|chat, outside| chat.prompt(outside, prompt(2)));
    assert_eq!(refused, Err(Refusal::SessionEnded));
}

#[test]
fn a_program_that_is_no_agent_is_given_up_after_a_while() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.started();
    stage.after(89);
    assert_eq!(stage.kills, 0);
    stage.after(1);
    assert_eq!((stage.kills, stage.notices()), (1, vec![NoticeCode::AgentUnresponsive]));
    stage.exits();
    assert_eq!(stage.chat.state(), ChatState::Failed);
}

#[test]
fn an_agent_that_dies_while_it_starts_fails_the_session_with_its_complaint() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.started();
    stage.exits();
    let Some(Update::Notice(notice)) =
        stage.transcript.iter().find(|update| matches!(update, Update::Notice(_)))
    else {
        panic!("nobody was told")
    };
    assert_eq!(notice.text, "Agent has ended (signal 9)");
    assert_eq!(notice.detail.as_deref(), Some("oops"));
    assert_eq!(stage.chat.state(), ChatState::Failed);
}

#[test]
fn another_version_of_the_protocol_is_refused_by_name() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.started();
    stage.reply("initialize", &json!({ "protocolVersion": 2 }));
    assert_eq!(stage.kills, 1);
    stage.exits();
    assert_eq!(stage.chat.state(), ChatState::Failed);
}

#[test]
fn a_dead_agent_fails_its_turn_and_the_session_stays() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t", "title": "T" }));
    stage.asks(70, &write_call("w"));
    stage.exits();
    assert_eq!(stage.outcome(1), (TurnState::Failed, "Agent has ended (signal 9)"));
    assert_eq!(stage.status("t"), Some(ToolStatus::Unfinished));
    assert_eq!(stage.answer_to(70), None);
    assert_eq!(stage.answer(PermissionAnswer::AllowOnce, ""), Err(Refusal::NotPending));
    assert_eq!(stage.chat.state(), ChatState::AgentDown);
    assert_eq!((stage.launches, stage.notices()), (1, vec![NoticeCode::AgentExited]));
}

#[test]
fn an_agent_that_is_put_away_between_turns_is_no_error() {
    let mut stage = Stage::ready();
    stage.puts_away();
    assert_eq!((stage.launches, stage.notices()), (1, vec![]));
    assert_eq!(stage.chat.state(), ChatState::AgentDown);
    stage.prompt(1);
    assert_eq!(stage.launches, 2, "the next prompt has it started again");
}

#[test]
fn prompts_outlast_an_agent_that_is_put_away_before_it_was_ready() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.started();
    stage.prompt(1);
    stage.puts_away();
    assert_eq!(stage.notices(), []);
    assert!(!stage.chat.has_ended(), "it goes on later");
    assert!(!stage.outcome(1).0.is_final(), "and so does its prompt");
}

#[test]
fn a_turn_that_runs_fails_with_an_agent_that_is_put_away() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.puts_away();
    assert_eq!(stage.outcome(1), (TurnState::Failed, "Agent has ended (signal 9)"));
    assert_eq!(stage.notices(), [NoticeCode::AgentExited]);
}

#[test]
fn the_next_prompt_resumes_where_the_agent_can() {
    #[track_caller]
    fn check(capability: &Value, method: &str, how: HowOpened, notice: NoticeCode) {
        let able = remembering(capability);
        let mut stage = Stage::ready_with(setup(Preset::Ask), &able, &json!({ "sessionId": "s1" }));
        stage.exits();
        stage.forget();
        stage.prompt(2);
        assert_eq!(stage.launches, 2);
        stage.started();
        stage.reply("initialize", &able);
        let id = stage.asked(method);
        stage.agent(&json!({ "id": id, "result": { "sessionId": "s2" } }));
        stage.after(1);
        assert_eq!(opened(&stage), [how]);
        assert_eq!(stage.notices(), [notice]);
        assert_eq!(stage.chat.running_turn(), Some(turn(2)));
    }
    let both = json!({ "loadSession": true, "sessionCapabilities": { "resume": {} } });
    check(&both, "session/resume", HowOpened::Resumed, NoticeCode::ContextResumed);
    let loads = json!({ "loadSession": true });
    check(&loads, "session/load", HowOpened::Loaded, NoticeCode::ContextResumed);
    check(&json!({}), "session/new", HowOpened::New, NoticeCode::ContextLost);
}

#[test]
fn history_that_is_told_again_is_not_written_down_twice() {
    let able = remembering(&json!({ "loadSession": true }));
    let mut stage = Stage::ready_with(setup(Preset::Ask), &able, &json!({ "sessionId": "s1" }));
    stage.exits();
    stage.prompt(2);
    stage.started();
    stage.reply("initialize", &able);
    stage.forget();
    stage.says("old");
    stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": "t", "title": "old",
        "status": "completed" }));
    stage.update(&json!({ "sessionUpdate": "available_commands_update",
        "availableCommands": [{ "name": "new", "description": "" }] }));
    stage.agent(&json!({ "id": stage_load(&stage), "result": null }));
    // Gemini answers before it has told everything.
    stage.says("old, and late");
    assert_eq!(stage.chat.running_turn(), None);
    stage.after(1);
    assert_eq!(stage.chat.running_turn(), Some(turn(2)));
    stage.says("fresh");
    assert_eq!(stage.messages().len(), 1);
    assert!(!stage.transcript.iter().any(|update| matches!(update, Update::ToolCall(_))));
    assert!(stage.transcript.iter().any(|update| matches!(update, Update::Commands(_))));
}

#[test]
fn an_agent_that_never_stops_telling_history_is_prompted_in_the_end() {
    let able = remembering(&json!({ "loadSession": true }));
    let mut stage = Stage::ready_with(setup(Preset::Ask), &able, &json!({ "sessionId": "s1" }));
    stage.exits();
    stage.prompt(2);
    stage.started();
    stage.reply("initialize", &able);
    stage.reply("session/load", &Value::Null);
    for _ in 0..100 {
        stage.says("old");
        stage.clock.advance(std::time::Duration::from_millis(100));
        let now = stage.clock.tick();
        stage.plain(|chat| chat.handle_timeout(now));
    }
    assert_eq!(stage.chat.running_turn(), Some(turn(2)));
}

/// The id of the question that was sent before the record was cleared: the second of its process.
fn stage_load(stage: &Stage) -> u64 {
    *stage.chat.asked.keys().next_back().unwrap()
}

#[test]
fn a_session_that_the_agent_has_forgotten_begins_anew() {
    let able = remembering(&json!({ "sessionCapabilities": { "resume": {} } }));
    let mut stage = Stage::ready_with(setup(Preset::Ask), &able, &json!({ "sessionId": "s1" }));
    stage.exits();
    stage.prompt(2);
    stage.started();
    stage.reply("initialize", &able);
    stage.forget_transcript();
    stage.reply_error("session/resume", -32002, "no such session");
    stage.reply("session/new", &json!({ "sessionId": "s2" }));
    assert_eq!(stage.notices(), [NoticeCode::ContextLost]);
    assert_eq!(opened(&stage), [HowOpened::New]);
    let prompt = stage.sent.last().unwrap();
    assert_eq!(prompt["params"]["sessionId"], "s2");
}

#[test]
fn an_agent_that_must_be_logged_in_says_how_and_can_be_tried_again() {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.started();
    let able =
        json!({ "authMethods": [{ "id": "x", "name": "Log in", "description": "run x login" }] });
    stage.reply("initialize", &able);
    stage.reply_error("session/new", -32000, "Authentication required");
    let Some(Update::Notice(notice)) =
        stage.transcript.iter().find(|update| matches!(update, Update::Notice(_)))
    else {
        panic!("nobody was told")
    };
    assert_eq!(notice.code, NoticeCode::LoginRequired);
    assert_eq!(notice.detail.as_deref(), Some("Log in: run x login"));
    stage.exits();
    assert_eq!(stage.chat.state(), ChatState::AgentDown);
    stage.prompt(1);
    assert_eq!(stage.launches, 2);
}

#[test]
fn the_adapters_way_to_log_in_is_tried_once() {
    let mut setup = setup(Preset::Ask);
    setup.profile.authenticate = Some("key".to_owned());
    let mut stage = Stage::new(setup);
    stage.plain(Conversation::start);
    stage.started();
    stage.reply("initialize", &json!({}));
    stage.reply_error("session/new", -32000, "Authentication required");
    assert_eq!(stage.sent.last().unwrap()["params"]["methodId"], "key");
    stage.reply("authenticate", &json!({}));
    stage.reply_error("session/new", -32000, "Authentication required");
    assert_eq!((stage.kills, stage.notices()), (1, vec![NoticeCode::LoginRequired]));
}

/// S75: `skip` tries the work without a login that cannot be done, `fail` ends it with an error.
#[test]
fn a_login_that_fails_is_left_out_or_ends_the_turn_as_the_policy_says() {
    let refused = |auth| {
        let mut setup = setup(Preset::Ask);
        setup.profile.authenticate = Some("key".to_owned());
        setup.policy.auth = auth;
        let mut stage = Stage::new(setup);
        stage.plain(Conversation::start);
        stage.prompt(1);
        stage.started();
        stage.reply("initialize", &json!({}));
        stage.reply_error("session/new", -32000, "Authentication required");
        stage.reply_error("authenticate", -32000, "no such key");
        assert_eq!(stage.notices(), [NoticeCode::LoginRequired]);
        stage
    };
    let stage = refused(AuthPolicy::Fail);
    assert_eq!(stage.kills, 1);
    assert_eq!(stage.outcome(1).0, TurnState::Failed);
    let said = stage.facts.iter().rev().find_map(|fact| match fact {
        Fact::Turn { stop_reason, .. } => stop_reason.as_deref(),
        _ => None,
    });
    assert_eq!(said, Some("login_required"));
    let mut stage = refused(AuthPolicy::Skip);
    assert_eq!(stage.kills, 0);
    stage.reply("session/new", &json!({ "sessionId": "s1" }));
    assert_eq!(stage.chat.running_turn(), Some(turn(1)));
}

#[test]
fn a_session_stopped_while_its_agent_starts_ends_when_that_is_gone() {
    for step in 0..3 {
        let mut stage = Stage::new(setup(Preset::Ask));
        stage.plain(Conversation::start);
        if step > 0 {
            stage.started();
        }
        if step > 1 {
            stage.reply("initialize", &json!({}));
        }
        stage.plain(|chat| chat.stop("enough"));
        assert_eq!(stage.stops, 1);
        stage.started();
        stage.exits();
        assert_eq!(stage.chat.state(), ChatState::Stopped);
        assert_eq!(stage.launches, 1);
    }
}

#[test]
fn a_session_without_an_agent_stops_at_once() {
    let mut stage = Stage::ready();
    stage.exits();
    stage.plain(|chat| chat.stop("enough"));
    assert_eq!((stage.chat.state(), stage.stops), (ChatState::Stopped, 0));
    stage.plain(|chat| chat.stop("again"));
    let end = stage.facts.last().unwrap();
    assert!(matches!(end, Fact::Session { detail, .. } if detail == "enough"));
}

#[test]
fn what_the_agent_calls_the_session_is_reported() {
    let mut stage = Stage::ready();
    stage.update(&json!({ "sessionUpdate": "session_info_update", "title": "Fix the build" }));
    stage.update(&json!({ "sessionUpdate": "session_info_update", "title": "Fix the build" }));
    let titles: Vec<_> = stage
        .facts
        .iter()
        .filter(|fact| matches!(fact, Fact::Session { title, .. } if title == "Fix the build"))
        .collect();
    assert_eq!(titles.len(), 1);
}

impl Stage {
    fn forget_transcript(&mut self) {
        self.transcript.clear();
    }
}
