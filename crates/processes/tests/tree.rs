//! Real process trees, as agents and shells leave them behind.
#![cfg(target_os = "linux")]

use std::path::PathBuf;
use std::time::Duration;

use processes::{
    Grace, Marker, Program, SpawnError, end_tree, inherited_environment, spawn_piped, survivors,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

fn shell(script: &str) -> Program {
    Program {
        path: PathBuf::from("sh"),
        arguments: vec!["-c".into(), script.into()],
        environment: inherited_environment(std::env::vars_os()),
        directory: std::env::temp_dir(),
    }
}

fn marker(name: &str) -> Marker {
    Marker::new(format_args!("test-{name}-{}", std::process::id()))
}

const SHORT: Grace = Grace { polite: Duration::from_millis(200), hard: Duration::from_secs(10) };

/// R22, S81: children that left the group, the session and their parent are ended as well.
#[tokio::test]
async fn the_whole_tree_ends_whatever_it_did_to_hide() {
    let script = "setsid sleep 1000 & nohup sleep 1000 >/dev/null 2>&1 &
        (sleep 1000 & sleep 1000 &) ; (setsid sh -c 'trap \"\" TERM HUP; sleep 1000; sleep 1000' &)
        trap '' TERM HUP; echo ready; while :; do sleep 1000; done";
    let marker = marker("tree");
    let mut child = spawn_piped(&shell(script), &marker).unwrap();
    let mut line = String::new();
    BufReader::new(&mut child.stdout).read_line(&mut line).await.unwrap();
    assert_eq!(line, "ready\n");
    assert!(survivors(&marker, Some(child.process.id())).len() >= 6);

    child.process.end(SHORT).await.unwrap();

    assert_eq!(survivors(&marker, Some(child.process.id())), Vec::<u32>::new());
}

/// R22, S81: a process has no environment for the moment in which it becomes another program, and
/// is found then as well. This one has left its group, its session and its parent, and does nothing
/// else.
#[tokio::test]
async fn who_becomes_another_program_all_the_time_is_found_at_every_look() {
    let script = r#"again='trap "" TERM HUP; exec sh -c "$again"'
        export again; (setsid sh -c "$again" &) ; echo ready"#;
    let marker = marker("exec");
    let mut child = spawn_piped(&shell(script), &marker).unwrap();
    let mut line = String::new();
    BufReader::new(&mut child.stdout).read_line(&mut line).await.unwrap();
    child.process.wait().await.unwrap();

    let missed = (0..400).filter(|_| survivors(&marker, None).is_empty()).count();
    end_tree(&marker, None, SHORT).await;

    assert_eq!(missed, 0);
    assert_eq!(survivors(&marker, None), Vec::<u32>::new());
}

#[tokio::test]
async fn a_child_that_ends_when_asked_is_not_killed() {
    let marker = marker("polite");
    let script = "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done";
    let mut child = spawn_piped(&shell(script), &marker).unwrap();
    let mut stdout = BufReader::new(child.stdout);
    let mut line = String::new();
    stdout.read_line(&mut line).await.unwrap();

    let grace = Grace { polite: Duration::from_secs(20), hard: Duration::from_secs(1) };
    let status = child.process.end(grace).await.unwrap();

    assert_eq!(status.code(), Some(7));
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "bye\n");
}

/// S73: the child's environment is what was given, and the mark.
#[tokio::test]
async fn a_child_gets_the_given_environment_and_the_mark() {
    let marker = marker("environment");
    let mut program = shell("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^PATH= | sort");
    program.environment.retain(|(name, _)| name == "PATH");
    program.environment.push(("COLOUR".into(), "blue".into()));
    let mut child = spawn_piped(&program, &marker).unwrap();
    let mut text = String::new();
    child.stdout.read_to_string(&mut text).await.unwrap();
    assert!(child.process.wait().await.unwrap().success());
    assert_eq!(text, format!("COLOUR=blue\nGANTLINE_SESSION={}\n", marker.value()));
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let mut program = shell("true");
    program.path = "no-such-program".into();
    let error = spawn_piped(&program, &marker("missing")).unwrap_err();
    assert!(matches!(error, SpawnError::NoProgram(_)), "{error:?}");

    let mut program = shell("true");
    program.directory = "/no/such/directory".into();
    let error = spawn_piped(&program, &marker("missing")).unwrap_err();
    assert!(matches!(error, SpawnError::NoDirectory(_)), "{error:?}");
}
