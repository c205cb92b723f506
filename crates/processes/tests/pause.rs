//! Real process trees that stand still and go on.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use processes::{
    Grace, Marker, PipedChild, Program, inherited_environment, pause_tree, spawn_piped, survivors,
};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Who counts: the shell itself, a child, a grandchild in a session of its own whose parent is
/// gone, and one that is a new process each time.
const COUNTERS: [&str; 4] = ["leader", "child", "grandchild", "brood"];

const COUNTING: &str = "count() { while :; do echo >> $1; done; }
    (while :; do sh -c 'echo >> brood'; done) &
    count child &
    setsid sh -c '(while :; do echo >> grandchild; done) & echo ready'
    count leader";

fn start(script: &str, directory: &Path, name: &str) -> (PipedChild, Marker) {
    let marker = Marker::new(format_args!("test-{name}-{}", std::process::id()));
    let program = Program {
        path: PathBuf::from("sh"),
        arguments: vec!["-c".into(), script.into()],
        environment: inherited_environment(std::env::vars_os()),
        directory: directory.to_owned(),
    };
    (spawn_piped(&program, &marker).unwrap(), marker)
}

async fn ready(child: &mut PipedChild) {
    let mut line = String::new();
    BufReader::new(&mut child.stdout).read_line(&mut line).await.unwrap();
    assert_eq!(line, "ready\n");
}

fn counts(directory: &Path) -> [u64; 4] {
    COUNTERS.map(|name| fs::metadata(directory.join(name)).map_or(0, |file| file.len()))
}

/// Waits until every counter has counted on. A counter that never does ends the test by its time.
async fn all_count_on_from(directory: &Path, before: [u64; 4]) {
    while counts(directory).iter().zip(before).any(|(now, before)| *now <= before) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Somebody else's work, which takes as long as it takes: in that time what runs would have gone on.
async fn somebody_else_counts() {
    let script = "i=0; while [ $i -lt 300 ]; do i=$((i + 1)); sh -c :; done";
    assert!(Command::new("sh").args(["-c", script]).status().await.unwrap().success());
}

fn state(pid: u32) -> char {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat[stat.rfind(')').unwrap()..].chars().nth(2).unwrap()
}

/// Whatever they did to hide, and however fast they multiply.
#[tokio::test]
async fn nothing_of_a_paused_tree_runs_and_all_of_it_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    let (mut child, marker) = start(COUNTING, place, "pause");
    ready(&mut child).await;
    all_count_on_from(place, [0; 4]).await;
    for _ in 0..3 {
        let paused = child.process.pause().await.unwrap();
        let members = survivors(&marker, Some(child.process.id()));
        assert!(members.len() >= 4, "{members:?}");
        // Whoever waits in the system for a child that is stopped before its first step runs no
        // more than it.
        let states: Vec<char> = members.iter().map(|pid| state(*pid)).collect();
        assert!(states.iter().all(|state| matches!(state, 'T' | 'D')), "{states:?}");
        let before = counts(place);
        somebody_else_counts().await;
        assert_eq!(counts(place), before);
        paused.resume();
        all_count_on_from(place, before).await;
    }
    child.process.end(Grace::NONE).await.unwrap();
}

#[tokio::test]
async fn what_stood_still_before_stands_still_after() {
    let directory = tempfile::tempdir().unwrap();
    let script = "sleep 1000 & kill -STOP $!; echo $! > aside; echo ready; sleep 1000";
    let (mut child, marker) = start(script, directory.path(), "aside");
    ready(&mut child).await;
    let aside: u32 =
        fs::read_to_string(directory.path().join("aside")).unwrap().trim().parse().unwrap();
    let leader = Some(child.process.id());
    while state(aside) != 'T' {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    pause_tree(&marker, leader).await.unwrap().resume();

    assert_eq!(state(aside), 'T');
    assert_ne!(state(child.process.id()), 'T');
    child.process.end(Grace::NONE).await.unwrap();
    assert_eq!(survivors(&marker, leader), Vec::<u32>::new());
}

/// A signal to terminate does not reach what stands still.
#[tokio::test]
async fn a_paused_tree_can_be_ended_politely_and_at_once() {
    for grace in [Grace { polite: Duration::from_mins(1), hard: Duration::ZERO }, Grace::NONE] {
        let directory = tempfile::tempdir().unwrap();
        let (mut child, marker) =
            start("sleep 1000 & echo ready; sleep 1000", directory.path(), "end");
        ready(&mut child).await;
        let paused = child.process.pause().await.unwrap();
        child.process.end(grace).await.unwrap();
        assert_eq!(survivors(&marker, Some(child.process.id())), Vec::<u32>::new());
        drop(paused);
    }
}
