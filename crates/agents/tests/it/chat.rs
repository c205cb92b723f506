use std::time::Duration;

use conversation::Fact;
use conversation::acp::Call;
use conversation::acp::read::known_sessions;
use conversation::update::{
    ChatState, HowOpened, NoticeCode, OptionValue, ToolContent, ToolStatus, Update,
};
use model::permission::PermissionAnswer;
use model::turn::{TurnState, WhenBusy};
use policy::Preset;
use sim::agent::Environment;
use sim::provider::{Config, SimProvider};

use crate::stage::Stage;

fn notices(stage: &Stage) -> Vec<NoticeCode> {
    let code = |update: &Update| match update {
        Update::Notice(notice) => Some(notice.code),
        _ => None,
    };
    stage.transcript.iter().filter_map(code).collect()
}

#[tokio::test]
async fn a_newcomer_allows_and_the_file_is_there_with_its_diff() {
    let mut stage = Stage::start(Preset::Ask).await;
    stage.answer = Some(PermissionAnswer::AllowOnce);
    assert_eq!(stage.turn("Hello!").await, TurnState::Done);
    let file = stage.file("hello-gantline.md").unwrap();
    let calls = stage.tool_calls();
    let written = calls.last().unwrap();
    assert_eq!(written.status, Some(ToolStatus::Completed));
    assert!(matches!(&written.content.as_ref().unwrap()[0],
        ToolContent::Diff { old_text: None, new_text, .. } if *new_text == file));
    assert!(stage.said().contains("Thank you."));
    let title = stage.facts.iter().rev().find_map(|fact| match fact {
        Fact::Session { title, .. } => Some(title.as_str()),
        _ => None,
    });
    assert_eq!(title, Some("Hello!"));
    assert_eq!(notices(&stage), []);
}

#[tokio::test]
async fn a_denial_with_a_note_leaves_the_disk_alone_and_the_note_is_read() {
    let mut stage = Stage::start(Preset::Ask).await;
    let turn = stage.prompt("/write notes.txt hello").await;
    stage.until(|stage| stage.chat.state() == ChatState::Waiting).await;
    stage.answer_with(PermissionAnswer::Deny, "/say I read: use another name").await;
    assert_eq!(stage.finished(turn).await, TurnState::Done);
    stage.until(|stage| stage.chat.state() == ChatState::Idle).await;
    assert_eq!(stage.file("notes.txt"), None);
    assert!(stage.said().contains("I was not allowed to"));
    assert!(stage.said().ends_with("I read: use another name"));
}

#[tokio::test]
async fn the_policy_answers_what_needs_no_person() {
    let mut stage = Stage::start(Preset::FullAuto).await;
    assert_eq!(stage.turn("/write a.txt x\n/run echo hi > b.txt").await, TurnState::Done);
    assert!(stage.file("a.txt").is_some() && stage.file("b.txt").is_some());
    let mut stage = Stage::start(Preset::SafeReadonly).await;
    assert_eq!(stage.turn("/write a.txt x\n/run echo hi > b.txt").await, TurnState::Done);
    assert!(stage.file("a.txt").is_none() && stage.file("b.txt").is_none());
    let decided = stage.facts.iter().filter(|fact| {
        matches!(fact, Fact::Decided { allowed: false, tool, .. } if tool == "Write" || tool == "Bash")
    });
    assert_eq!(decided.count(), 2);
}

/// Windows writes a blank at the end of each line.
fn log(stage: &Stage) -> Vec<String> {
    stage.file("log").unwrap().lines().map(|line| line.trim_end().to_owned()).collect()
}

#[tokio::test]
async fn consent_for_the_session_is_ours_and_covers_the_same_command_only() {
    let mut stage = Stage::start(Preset::Ask).await;
    let turn = stage.prompt("/run echo one >> log").await;
    stage.until(|stage| stage.chat.state() == ChatState::Waiting).await;
    stage.allow_for_the_session().await;
    assert_eq!(stage.finished(turn).await, TurnState::Done);
    assert_eq!(stage.turn("/run echo one >> log").await, TurnState::Done);
    assert_eq!(log(&stage), ["one", "one"]);
    stage.prompt("/run echo two >> log").await;
    stage.until(|stage| stage.chat.state() == ChatState::Waiting).await;
    assert_eq!(log(&stage), ["one", "one"]);
}

#[tokio::test]
async fn two_questions_at_once_are_two_questions() {
    let mut stage = Stage::start(Preset::Ask).await;
    let turn = stage.prompt("/ask-twice").await;
    stage
        .until(|stage| {
            stage.facts.iter().filter(|fact| matches!(fact, Fact::Asked { .. })).count() == 2
        })
        .await;
    stage.answer_with(PermissionAnswer::AllowOnce, "").await;
    assert_eq!(stage.chat.state(), ChatState::Waiting);
    stage.answer = Some(PermissionAnswer::Deny);
    let first = stage.facts.iter().find_map(|fact| match fact {
        Fact::Asked { request, digest, .. } => Some((*request, *digest)),
        _ => None,
    });
    let (request, digest) = first.unwrap();
    let reply = conversation::PermissionReply {
        request,
        digest,
        answer: PermissionAnswer::Deny,
        note: String::new(),
        author: "ana".to_owned(),
    };
    stage.act(|chat, outside| chat.answer(outside, reply)).await.unwrap();
    assert_eq!(stage.finished(turn).await, TurnState::Done);
    assert!(stage.said().contains("1 of 2 were allowed."));
}

/// The scripted agent refuses a second prompt, as Kimi does; it never sees one.
#[tokio::test]
async fn prompts_queue_and_steer() {
    let mut stage = Stage::start(Preset::Ask).await;
    let slow = stage.prompt("/slow 100000 1ms").await;
    let queued = stage.prompt("/say queued").await;
    stage.until(|stage| stage.said().contains('3')).await;
    let steered = stage.prompt_with("/say steered", WhenBusy::Steer).await;
    assert_eq!(stage.finished(queued).await, TurnState::Done);
    assert_eq!(stage.state_of(slow), Some(TurnState::Cancelled));
    assert_eq!(stage.state_of(steered), Some(TurnState::Done));
    assert!(stage.said().ends_with("steeredqueued"));
}

/// R23: an agent that does not heed cancelling is killed, and the session goes on with another one
/// that remembers.
#[tokio::test]
async fn an_agent_that_hangs_is_replaced() {
    let mut stage = Stage::start(Preset::Ask).await;
    let turn = stage.prompt("/say before\n/hang").await;
    stage.until(|stage| stage.said() == "before").await;
    stage.act(|chat, outside| chat.cancel(outside, Some(turn))).await.unwrap();
    assert_eq!(stage.state_of(turn), Some(TurnState::Running));
    stage.pass(Duration::from_secs(10)).await;
    assert_eq!(stage.state_of(turn), Some(TurnState::Cancelled));
    assert_eq!(stage.turn("/say after").await, TurnState::Done);
    assert_eq!(stage.said(), "beforeafter");
    assert_eq!(notices(&stage), [NoticeCode::AgentUnresponsive, NoticeCode::ContextResumed]);
}

#[tokio::test]
async fn an_agent_that_crashes_fails_its_turn_and_comes_back_with_what_it_knew() {
    let mut stage = Stage::start(Preset::Ask).await;
    assert_eq!(stage.turn("/say one").await, TurnState::Done);
    let crashed = stage.prompt("/crash 3").await;
    let next = stage.prompt("/say two").await;
    assert_eq!(stage.finished(next).await, TurnState::Done);
    assert_eq!(stage.state_of(crashed), Some(TurnState::Failed));
    assert_eq!(stage.said(), "onetwo");
    let opened: Vec<_> = stage
        .transcript
        .iter()
        .filter_map(|update| match update {
            Update::Agent(agent) => Some(agent.opened),
            _ => None,
        })
        .collect();
    assert_eq!(opened, [HowOpened::New, HowOpened::Resumed]);
}

#[tokio::test]
async fn a_daemon_that_is_restarted_goes_on_where_it_was() {
    let mut stage = Stage::start(Preset::Ask).await;
    assert_eq!(stage.turn("/say one").await, TurnState::Done);
    let running = stage.prompt("/append log.txt once\n/slow 100000 1ms").await;
    stage.until(|stage| stage.said().contains('3')).await;
    stage.restart().await;
    assert_eq!(stage.state_of(running), Some(TurnState::Unknown));
    assert_eq!(stage.turn("/say two").await, TurnState::Done);
    assert_eq!(stage.file("log.txt").unwrap(), "once\n");
    assert!(stage.said().ends_with("two"));
}

/// S74: an agent that leaves the mode in which it asks is put back before it can do harm.
#[tokio::test]
async fn an_agent_that_stops_asking_is_put_back() {
    let mut stage = Stage::start(Preset::Ask).await;
    assert_eq!(stage.turn("/mode auto\n/slow 50 1ms").await, TurnState::Done);
    assert_eq!(notices(&stage), [NoticeCode::ModeReset]);
    stage.prompt("/write a.txt x").await;
    stage.until(|stage| stage.chat.state() == ChatState::Waiting).await;
    assert_eq!(stage.file("a.txt"), None);
    let refused = stage.act(|chat, _| chat.set_mode("auto")).await;
    assert_eq!(refused.unwrap_err().code(), "does_not_ask");
}

#[tokio::test]
async fn modes_and_options_are_set() {
    let mut stage = Stage::start(Preset::Ask).await;
    stage.act(|chat, _| chat.set_mode("plan")).await.unwrap();
    stage.act(|chat, _| chat.set_option("fast", OptionValue::Switch(true))).await.unwrap();
    assert_eq!(stage.turn("/write a.txt x").await, TurnState::Done);
    assert_eq!(stage.file("a.txt"), None);
    let fast = stage.transcript.iter().rev().find_map(|update| match update {
        Update::Options(options) => {
            options.options.iter().find(|option| option.id == "fast").map(|o| o.current.clone())
        }
        _ => None,
    });
    assert_eq!(fast, Some(OptionValue::Switch(true)));
}

#[tokio::test]
async fn everything_strange_is_survived_and_shown_as_what_it_is() {
    let mut stage = Stage::start(Preset::Ask).await;
    assert_eq!(stage.turn("/unknown\n/junk\n/say still here").await, TurnState::Done);
    let unknown = stage.transcript.iter().find_map(|update| match update {
        Update::Unknown(unknown) => Some(unknown.raw.to_string()),
        _ => None,
    });
    assert_eq!(unknown.unwrap(), r#"{"sessionUpdate":"hologram","z":1,"a":[true]}"#);
    assert!(stage.said().ends_with("still here"));
    assert_eq!(stage.turn("/stop max_tokens").await, TurnState::Done);
    assert_eq!(stage.turn("/error 401 no key").await, TurnState::Failed);
    let codes = notices(&stage);
    assert!(codes.contains(&NoticeCode::StopReason) && codes.contains(&NoticeCode::AgentError));
}

#[tokio::test]
async fn much_is_taken_in_whole() {
    let mut stage = Stage::start(Preset::Ask).await;
    assert_eq!(stage.turn("/flood 20000\n/big 3MB").await, TurnState::Done);
    let said = stage.said();
    assert!(said.contains("20000 ") && said.len() > 3_100_000);
    for update in &stage.transcript {
        let bytes = serde_json::to_string(update).unwrap().len();
        assert!(bytes <= conversation::update::limits::MAX_UPDATE_BYTES);
    }
}

#[tokio::test]
async fn a_stopped_session_ends_its_agent() {
    let mut stage = Stage::start(Preset::Ask).await;
    let turn = stage.prompt("/slow 100000 1ms").await;
    stage.until(|stage| stage.said().contains('2')).await;
    stage.act(|chat, _| chat.stop("enough")).await;
    assert_eq!(stage.state_of(turn), Some(TurnState::Cancelled));
    assert_eq!(stage.chat.state(), ChatState::Stopped);
}

/// Beside a chat, an agent can be asked on the side.
#[tokio::test]
async fn an_agent_says_which_sessions_it_knows() {
    let stage = Stage::start(Preset::Ask).await;
    let ask = Call::List { cursor: None };
    let answer = stage.ask_on_the_side(ask).await.unwrap();
    let (sessions, next) = known_sessions(&answer);
    assert_eq!((sessions[0].id.as_str(), next), ("demo-1", None));
    assert_eq!(sessions[0].cwd, stage.workspace().to_str().unwrap());
    let unknown = Call::Authenticate { method_id: "x".to_owned() };
    assert!(stage.ask_on_the_side(unknown).await.is_ok());
}

/// The whole chain but the gateway: a model that uses a tool, a person who is asked.
#[tokio::test]
async fn a_model_writes_a_file_when_a_person_allows_it() {
    let provider = SimProvider::start(Config::default()).await.unwrap();
    let environment = Environment::from_variables(
        [
            ("OPENAI_BASE_URL", provider.openai_base_url()),
            ("OPENAI_API_KEY", "glpt_fake".to_owned()),
            ("GANTLINE_DEMO_PACE_MS", "0".to_owned()),
        ]
        .map(|(name, value)| (name.into(), value.into())),
    );
    let mut stage = Stage::start_with(Preset::Ask, environment).await;
    stage.answer = Some(PermissionAnswer::AllowOnce);
    assert_eq!(stage.turn("[[write notes.txt hello]]").await, TurnState::Done);
    assert_eq!(stage.file("notes.txt").unwrap(), "hello");
    assert!(stage.transcript.iter().any(|update| matches!(update, Update::Usage(_))));
    provider.stop().await;
}
