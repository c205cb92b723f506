use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use processes::{Grace, Marker, Program, survivors};
use terminal::Exit;
use tokio::task::JoinHandle;

use super::{AgentEvent, AgentStanding, HeldAgent};
use crate::keeper::{KeepError, hold};
use crate::protocol::{Request, StartAgent, Step, VERSION};
use crate::redaction::tests::TOKEN;
use crate::tests::say;
use crate::{AttachError, Held, Place, end_holder};

/// How long anything may take. It is there to end a test that hangs.
const PATIENCE: Duration = Duration::from_secs(30);

const LONGEST: usize = 1024 * 1024;

/// Answers each line with one.
const ECHO: &str = "echo ready\nwhile read -r line; do echo \"<$line>\"; done";

struct House {
    directory: tempfile::TempDir,
    place: Place,
    session: String,
    holder: JoinHandle<Result<(), KeepError>>,
}

impl House {
    /// A holder in which a script runs, and its first daemon.
    async fn with(script: &str) -> (Self, HeldAgent) {
        Self::with_patience(script, Duration::from_hours(1)).await
    }

    async fn with_patience(script: &str, alone_for: Duration) -> (Self, HeldAgent) {
        let (house, opened) = Self::try_with("/bin/sh".into(), script, alone_for).await;
        (house, opened.unwrap().0)
    }

    async fn try_with(
        shell: PathBuf,
        script: &str,
        alone_for: Duration,
    ) -> (Self, Result<(HeldAgent, AgentStanding), AttachError>) {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::new(directory.path().to_owned());
        let session = directory.path().file_name().unwrap().to_str().unwrap().to_owned();
        let listener = place.listen(&session).unwrap();
        let stream = place.connect(&session).await.unwrap();
        let name = session.clone();
        let holder = tokio::spawn(async move { hold(listener, &name).await });
        let start = StartAgent {
            version: VERSION,
            marker: session.clone(),
            alone_for,
            socket: place.socket(&session),
            ends_on_eof: true,
            program: Program {
                path: shell,
                arguments: vec!["-c".into(), script.into()],
                environment: vec![
                    ("PATH".into(), std::env::var_os("PATH").unwrap()),
                    ("TOKEN".into(), TOKEN.into()),
                ],
                directory: directory.path().to_owned(),
            },
        };
        let opened = HeldAgent::open(stream, Request::StartAgent(Box::new(start))).await;
        (Self { directory, place, session, holder }, opened)
    }

    async fn attach(&self) -> (HeldAgent, AgentStanding) {
        HeldAgent::attach(&self.place, &self.session, PATIENCE).await.unwrap()
    }

    /// Waits until the holder has ended, and looks that nothing is left.
    async fn ended(self) {
        tokio::time::timeout(PATIENCE, self.holder).await.unwrap().unwrap().unwrap();
        assert!(!self.place.socket(&self.session).exists());
        assert!(survivors(&Marker::new(&self.session), None).is_empty());
        drop(self.directory);
    }
}

async fn event(held: &mut HeldAgent) -> AgentEvent {
    tokio::time::timeout(PATIENCE, held.next(LONGEST)).await.unwrap()
}

/// The next line, and where the output goes on.
async fn line(held: &mut HeldAgent) -> (String, u64) {
    match event(held).await {
        AgentEvent::Line { line, end } => (String::from_utf8(line.to_vec()).unwrap(), end),
        other => panic!("a line is expected: {other:?}"),
    }
}

async fn exit(held: &mut HeldAgent) -> (Exit, Bytes) {
    loop {
        match event(held).await {
            AgentEvent::Exited { exit, complaint } => return (exit, complaint),
            AgentEvent::Line { .. } => {}
            other => panic!("the end is expected: {other:?}"),
        }
    }
}

fn step(number: u64, consumed: u64, inputs: &[&'static str], state: &'static str) -> Step {
    let inputs = inputs.iter().map(|input| Bytes::from_static(input.as_bytes())).collect();
    Step { number, consumed, inputs, state: Bytes::from_static(state.as_bytes()) }
}

/// R05: a daemon hears what the one before has not dealt with, all of it and nothing else, and the agent
/// is told everything once, wherever in between the daemon was killed. The feature
/// `mutant-heard-twice` turns this red.
#[tokio::test]
async fn a_later_daemon_goes_on_behind_the_last_step() {
    let (house, mut first) = House::with(ECHO).await;
    let (ready, end) = line(&mut first).await;
    assert_eq!(ready, "ready");
    // Nothing of this was dealt with.
    drop(first);
    let (mut second, standing) = house.attach().await;
    let fresh = AgentStanding { step: 0, is_kept: true, state: Bytes::new(), is_paused: false };
    assert_eq!(standing, fresh);
    assert_eq!(line(&mut second).await, (ready, end));

    // Handed on, and not written down.
    second.step(step(4, end, &["one", "two"], "four")).await.unwrap();
    drop(second);
    let (mut third, standing) = house.attach().await;
    assert_eq!((standing.step, standing.is_kept, &*standing.state), (4, false, &b"four"[..]));
    let told = tokio::time::timeout(Duration::from_millis(200), third.next(LONGEST)).await;
    assert!(told.is_err(), "the agent was not told yet: {told:?}");
    third.kept(4);
    third.kept(4);
    let (one, end) = line(&mut third).await;
    assert_eq!(one, "<one>");
    third.step(step(5, end, &["three"], "five")).await.unwrap();
    third.kept(5);
    drop(third);

    let (mut fourth, standing) = house.attach().await;
    assert_eq!((standing.step, standing.is_kept, &*standing.state), (5, true, &b"five"[..]));
    assert_eq!(line(&mut fourth).await.0, "<two>");
    assert_eq!(line(&mut fourth).await.0, "<three>");
    fourth.end(Grace::NONE);
    exit(&mut fourth).await;
    assert!(fourth.forget(PATIENCE).await);
    house.ended().await;
}

/// R05: half a step is none.
#[tokio::test]
async fn a_step_counts_whole_or_not_at_all() {
    let (house, mut first) = House::with(ECHO).await;
    let (_, end) = line(&mut first).await;
    drop(first);
    let mut whole = bytes::BytesMut::new();
    Request::AttachAgent { version: VERSION }.write(&mut whole);
    let begins = whole.len();
    Request::Step(step(1, end, &["never"], "state")).write(&mut whole);
    let stream = house.place.connect(&house.session).await.unwrap();
    say(&stream, &whole[..begins + 30]).await;
    drop(stream);
    let (mut second, standing) = house.attach().await;
    assert_eq!((standing.step, standing.state.len()), (0, 0));
    assert_eq!(line(&mut second).await.0, "ready");
    // A step that cannot follow is none of a daemon's, and changes nothing.
    let far = step(1, end + 1_000, &["never"], "state");
    second.step(far).await.unwrap();
    assert_eq!(event(&mut second).await, AgentEvent::Lost);
    let (mut third, standing) = house.attach().await;
    assert_eq!(standing.step, 0);
    third.end(Grace::NONE);
    exit(&mut third).await;
    assert!(third.forget(PATIENCE).await);
    house.ended().await;
}

/// R05: an agent that writes faster than anybody takes it in waits, with a daemon and without one, and
/// nothing of what it writes is lost.
#[tokio::test]
async fn an_agent_waits_and_nothing_is_lost() {
    const LINES: usize = 3_000_000;
    let (house, mut first) = House::with(&format!("seq 1 {LINES}\ntouch written\nexit 4")).await;
    let written = house.directory.path().join("written");
    for number in 1..=10 {
        assert_eq!(line(&mut first).await.0, number.to_string());
    }
    drop(first);
    let (mut held, _) = house.attach().await;
    let (mut number, mut steps) = (0, 0);
    loop {
        let taken = match event(&mut held).await {
            AgentEvent::Line { line, end } => {
                number += 1;
                assert_eq!(line, number.to_string().as_bytes());
                end
            }
            AgentEvent::Exited { exit, .. } => break assert_eq!(exit, Exit::Code(4)),
            other => panic!("{other:?}"),
        };
        if number % 50_000 == 0 {
            assert!(number > 100_000 || !written.exists(), "it has more to write than is kept");
            steps += 1;
            held.step(step(steps, taken, &[], "x")).await.unwrap();
            held.kept(steps);
        }
    }
    assert_eq!(number, LINES);
    assert!(held.forget(PATIENCE).await);
    house.ended().await;
}

/// R05: what an agent wrote last, what it complained and how it ended wait for the next daemon; the end
/// of a line that is missing does not hide it.
#[tokio::test]
async fn the_end_waits_for_a_daemon() {
    let script = "echo one\necho 'no key' >&2\nprintf last\nexit 3";
    let (house, first) = House::with(script).await;
    drop(first);
    for round in 0..2 {
        let (mut held, _) = house.attach().await;
        assert_eq!(line(&mut held).await.0, "one");
        assert_eq!(line(&mut held).await.0, "last");
        let (exit, complaint) = exit(&mut held).await;
        assert_eq!((exit, &*complaint), (Exit::Code(3), &b"no key\n"[..]));
        if round == 1 {
            assert!(held.forget(PATIENCE).await);
        }
    }
    house.ended().await;
}

/// R22: the end of an agent is the end of everything that it has started, and of its holder; one who
/// ends when its input is closed is not killed.
#[tokio::test]
async fn the_end_leaves_nothing() {
    let children = "setsid sleep 1000 &\n(trap '' HUP TERM; sleep 1000) &\n";
    let script = [children, "trap 'echo bye > bye' EXIT\n", ECHO].concat();
    let (house, mut held) = House::with(&script).await;
    line(&mut held).await;
    held.step(step(1, 0, &["heard"], "")).await.unwrap();
    held.kept(1);
    assert_eq!(line(&mut held).await.0, "<heard>");
    held.stop();
    assert_eq!(exit(&mut held).await.0, Exit::Code(0));
    assert!(house.directory.path().join("bye").exists());
    assert!(survivors(&Marker::new(&house.session), None).is_empty());
    assert!(held.forget(PATIENCE).await);
    house.ended().await;
}

/// R22: a holder to which no daemon comes ends its agent and itself.
#[tokio::test]
async fn a_holder_that_is_left_alone_ends() {
    let (house, mut held) = House::with_patience(ECHO, Duration::from_millis(200)).await;
    line(&mut held).await;
    drop(held);
    house.ended().await;
}

/// One daemon at a time; who asks for a terminal is not listened to; whoever ends what is held need not
/// know what it is.
#[tokio::test]
async fn a_later_daemon_displaces_an_earlier_one() {
    let (house, mut first) = House::with(ECHO).await;
    line(&mut first).await;
    let (mut second, _) = house.attach().await;
    assert_eq!(event(&mut first).await, AgentEvent::Displaced);
    let terminal = Held::attach(&house.place, &house.session, PATIENCE).await;
    assert!(matches!(terminal, Err(AttachError::Nobody)));
    assert_eq!(line(&mut second).await.0, "ready");
    end_holder(&house.place, &house.session, Grace::NONE).await;
    house.ended().await;
}

/// What stands still does so for the next daemon, and is killed where it stands.
#[tokio::test]
async fn a_pause_outlives_the_daemon() {
    let (house, mut held) = House::with(ECHO).await;
    let (_, end) = line(&mut held).await;
    held.pause(PATIENCE).await.unwrap();
    drop(held);
    let (mut held, standing) = house.attach().await;
    assert!(standing.is_paused);
    held.step(step(1, end, &["on"], "")).await.unwrap();
    held.kept(1);
    held.resume();
    assert_eq!(line(&mut held).await.0, "ready");
    assert_eq!(line(&mut held).await.0, "<on>");
    held.pause(PATIENCE).await.unwrap();
    held.stop();
    assert_eq!(exit(&mut held).await.0, Exit::Signal(9), "it is not asked");
    assert!(held.forget(PATIENCE).await);
    house.ended().await;
}

/// A line without end is told of, and ends nothing but itself.
#[tokio::test]
async fn a_line_that_is_too_long_is_told_of() {
    let (house, mut held) = House::with("exec cat /dev/zero").await;
    assert_eq!(event(&mut held).await, AgentEvent::LineTooLong);
    held.give_up();
    held.end(Grace::NONE);
    assert_eq!(
        event(&mut held).await,
        AgentEvent::Exited { exit: Exit::Signal(9), complaint: Bytes::new() }
    );
    assert!(held.forget(PATIENCE).await);
    house.ended().await;
}

/// An agent that cannot be started is told of, and nobody holds anything.
#[tokio::test]
async fn what_cannot_be_started_is_said() {
    let nowhere = PathBuf::from("/bin/no-such-agent");
    let (house, opened) = House::try_with(nowhere, "", Duration::from_hours(1)).await;
    let Err(AttachError::NotStarted(reason)) = opened else { panic!("it is not there") };
    assert_eq!(reason, "the program /bin/no-such-agent was not found");
    let ended = tokio::time::timeout(PATIENCE, house.holder).await.unwrap().unwrap();
    assert!(matches!(ended, Err(KeepError::NotStarted)));
    let gone = HeldAgent::attach(&house.place, &house.session, PATIENCE).await;
    assert!(matches!(gone, Err(AttachError::Nobody)));
}

/// S105: an agent that repeats its token, in a message or in its last words, gives it to nobody.
#[tokio::test]
async fn a_token_that_an_agent_repeats_is_not_kept() {
    let (_house, mut held) =
        House::with("echo \"{\\\"said\\\":\\\"$TOKEN\\\"}\"; echo \"refused: $TOKEN\" >&2; exit 3")
            .await;
    let (said, _) = line(&mut held).await;
    assert_eq!(said, format!("{{\"said\":\"{}\"}}", "*".repeat(TOKEN.len())));
    let (_, complaint) = exit(&mut held).await;
    let complaint = String::from_utf8_lossy(&complaint).into_owned();
    assert_eq!(complaint.trim(), format!("refused: {}", "*".repeat(TOKEN.len())));
}
