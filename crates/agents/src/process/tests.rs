//! Agents made of a few lines of shell, with everything that real ones do to whoever starts them.

use std::path::Path;

use conversation::Profile;
use processes::{Program, survivors};
use serde_json::{Value, json};

use super::*;
use crate::Launch;

/// A mark of the test's own: tests run side by side.
fn marker(name: &str) -> Marker {
    Marker::new(format_args!("agents-test-{name}-{}", std::process::id()))
}

struct Computer {
    directory: tempfile::TempDir,
}

impl Computer {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn launch(&self, script: &str) -> ChatLaunch {
        let program = Program {
            path: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            directory: self.directory.path().to_owned(),
        };
        let launch = Launch {
            program,
            state_directory: self.directory.path().join("state"),
            directories: Vec::new(),
            files: Vec::new(),
        };
        ChatLaunch { launch, profile: Profile::default(), ends_on_eof: true }
    }

    fn start(&self, name: &str, script: &str) -> Agent {
        start(&self.launch(script), &marker(name), Limits::default()).unwrap()
    }
}

async fn message(agent: &mut Agent) -> Value {
    match agent.next().await {
        Event::Message(message) => serde_json::from_str(&message.line).unwrap(),
        Event::Exited(exit) => panic!("the agent has ended: {exit:?}"),
    }
}

async fn exited(agent: &mut Agent) -> AgentExit {
    loop {
        if let Event::Exited(exit) = agent.next().await {
            return exit;
        }
    }
}

#[track_caller]
fn nobody_is_left(name: &str) {
    let left = survivors(&marker(name), None);
    assert!(left.is_empty(), "left over: {left:?}");
}

#[tokio::test]
async fn an_agent_is_spoken_with_until_it_ends() {
    let computer = Computer::new();
    let script = r#"read line; echo "{\"heard\":$line}"; echo 'no key' >&2; exit 3"#;
    let mut agent = computer.start("speaks", script);
    let question = serde_json::value::to_raw_value(&json!({ "x": 1 })).unwrap();
    assert!(agent.peer().send(question).await);
    assert_eq!(message(&mut agent).await, json!({ "heard": { "x": 1 } }));
    let exit = exited(&mut agent).await;
    let expect = AgentExit { status: "exit status 3".to_owned(), complaint: "no key".to_owned() };
    assert_eq!(exit, expect);
    assert!(matches!(agent.next().await, Event::Exited(again) if again == exit));
}

#[tokio::test]
async fn what_it_wrote_last_is_heard_before_its_end() {
    let computer = Computer::new();
    let script = r#"i=0; while [ $i -lt 500 ]; do echo "{\"n\":$i}"; i=$((i+1)); done"#;
    let mut agent = computer.start("last-words", script);
    for number in 0..500 {
        assert_eq!(message(&mut agent).await["n"], number);
    }
    assert_eq!(exited(&mut agent).await.status, "exit status 0");
}

#[tokio::test]
async fn an_agent_that_is_killed_says_by_what() {
    let computer = Computer::new();
    let mut agent = computer.start("suicide", "kill -9 $$");
    assert_eq!(exited(&mut agent).await.status, "signal 9");
}

/// R22: an agent that dies takes everything with it that it has started, however it hid it.
#[tokio::test]
async fn nothing_that_an_agent_has_started_outlives_it() {
    let computer = Computer::new();
    let script = "setsid sleep 1000 & nohup sleep 1000 >/dev/null 2>&1 & \
                  (setsid sh -c 'trap \"\" TERM HUP; sleep 1000 & wait' &) ; \
                  echo '{\"ready\":true}'; read line; exit 0";
    let mut agent = computer.start("orphans", script);
    message(&mut agent).await;
    assert!(survivors(&marker("orphans"), None).len() >= 4);
    agent.peer().send(serde_json::value::to_raw_value(&1).unwrap()).await;
    assert_eq!(exited(&mut agent).await.status, "exit status 0");
    nobody_is_left("orphans");
}

#[tokio::test]
async fn an_agent_that_heeds_the_end_of_its_input_ends_by_itself() {
    let computer = Computer::new();
    let mut agent = computer.start("eof", "echo '{}'; cat >/dev/null; exit 7");
    message(&mut agent).await;
    assert_eq!(agent.stop().await.status, "exit status 7");
    assert_eq!(agent.stop().await.status, "exit status 7");
}

/// Codex does not heed the end of its input, and is not waited for.
#[tokio::test]
async fn an_agent_that_ignores_the_end_of_its_input_is_asked_by_a_signal() {
    let computer = Computer::new();
    let script = "trap 'exit 5' TERM; echo '{}'; while :; do sleep 0.05; done";
    let launch = ChatLaunch { ends_on_eof: false, ..computer.launch(script) };
    let mut agent = start(&launch, &marker("term"), Limits::default()).unwrap();
    message(&mut agent).await;
    assert_eq!(agent.stop().await.status, "exit status 5");
    nobody_is_left("term");
}

/// Qoder heeds neither; R23: it is gone in time all the same.
#[tokio::test]
async fn an_agent_that_ignores_everything_is_killed() {
    let computer = Computer::new();
    let script = "trap '' TERM HUP INT; echo '{}'; while :; do sleep 0.05; done";
    let mut agent = computer.start("stubborn", script);
    message(&mut agent).await;
    let stopped = tokio::time::timeout(Duration::from_secs(11), agent.stop()).await;
    assert_eq!(stopped.unwrap().status, "signal 9");
    nobody_is_left("stubborn");
}

#[tokio::test]
async fn an_agent_that_floods_can_still_be_stopped() {
    let computer = Computer::new();
    let mut agent = computer.start("flood", "while :; do echo '{\"m\":1}'; done");
    message(&mut agent).await;
    let stopped = tokio::time::timeout(Duration::from_secs(11), agent.stop()).await;
    assert!(stopped.is_ok());
    nobody_is_left("flood");
}

#[tokio::test]
async fn killing_is_at_once() {
    let computer = Computer::new();
    let script = "trap '' TERM HUP; echo '{}'; while :; do sleep 1000 & wait; done";
    let mut agent = computer.start("kill", script);
    message(&mut agent).await;
    let killed = tokio::time::timeout(Duration::from_secs(2), agent.kill()).await;
    assert_eq!(killed.unwrap().status, "signal 9");
    nobody_is_left("kill");
}

#[tokio::test]
async fn an_agent_that_closes_its_output_is_ended() {
    let computer = Computer::new();
    let mut agent = computer.start("mute", "exec >&-; exec sleep 1000");
    assert_eq!(exited(&mut agent).await.status, "signal 15");
    nobody_is_left("mute");
}

#[tokio::test]
async fn an_agent_that_writes_an_endless_line_is_ended_and_people_are_told() {
    let computer = Computer::new();
    let launch = computer.launch("head -c 1000000 /dev/zero | tr '\\0' x; sleep 1000");
    let limits = Limits { line_bytes: 1_000, ..Limits::default() };
    let mut agent = start(&launch, &marker("endless"), limits).unwrap();
    let exit = exited(&mut agent).await;
    assert!(exit.status.ends_with("; it wrote a line longer than 1000 bytes"), "{exit:?}");
    nobody_is_left("endless");
}

/// The pipe of a dead agent may be held open by what it has left behind.
#[tokio::test]
async fn a_pipe_that_stays_open_does_not_hide_the_end() {
    let computer = Computer::new();
    let script = "setsid sh -c 'trap \"\" TERM HUP; sleep 1000' & echo '{\"n\":1}'; exit 4";
    let mut agent = computer.start("held", script);
    assert_eq!(message(&mut agent).await["n"], 1);
    assert_eq!(exited(&mut agent).await.status, "exit status 4");
    nobody_is_left("held");
}

/// The caller waits for several things at once; what it drops must not be lost.
#[tokio::test]
async fn dropping_the_wait_loses_nothing() {
    let computer = Computer::new();
    let script = r#"i=0; while [ $i -lt 200 ]; do echo "{\"n\":$i}"; i=$((i+1)); done"#;
    let mut agent = computer.start("dropped", script);
    let mut heard = 0;
    loop {
        tokio::select! {
            biased;
            () = tokio::task::yield_now() => {}
            event = agent.next() => match event {
                Event::Message(message) => {
                    let message: Value = serde_json::from_str(&message.line).unwrap();
                    assert_eq!(message["n"], heard);
                    heard += 1;
                }
                Event::Exited(exit) => {
                    assert_eq!(exit.status, "exit status 0");
                    break;
                }
            }
        }
    }
    assert_eq!(heard, 200);
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let computer = Computer::new();
    let mut launch = computer.launch("");
    launch.launch.program.path = "/nowhere/codex-acp".into();
    let error = start(&launch, &marker("missing"), Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "the program /nowhere/codex-acp was not found");
    assert_eq!(error.hint(), "install codex-acp");
    let mut launch = computer.launch("");
    launch.launch.program.directory = Path::new("/nowhere").to_owned();
    let error = start(&launch, &marker("missing"), Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "the directory /nowhere does not exist");
    let mut launch = computer.launch("");
    launch.launch.state_directory = "/proc/nowhere/state".into();
    let error = start(&launch, &marker("missing"), Limits::default()).unwrap_err();
    assert!(matches!(error, StartError::Seed(_)));
}

/// S73: what the daemon has in its environment is not the agent's.
#[tokio::test]
async fn an_agent_has_only_the_environment_it_was_given() {
    let computer = Computer::new();
    let script = r#"env | while IFS= read -r line; do echo "{\"name\":\"${line%%=*}\"}"; done"#;
    let mut agent = computer.start("environment", script);
    let mut names = Vec::new();
    while let Event::Message(message) = agent.next().await {
        let variable: Value = serde_json::from_str(&message.line).unwrap();
        names.push(variable["name"].as_str().unwrap().to_owned());
    }
    names.sort();
    // The shell itself adds the last three.
    names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(&name.as_str()));
    assert_eq!(names, ["GANTLINE_SESSION", "PATH"]);
}
