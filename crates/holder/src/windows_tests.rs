//! A holder and its daemons in one process, with real programs of Windows.
//!
//! What holders do is proven on Unix; here is what another system may make of it.

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::time::Duration;

use bytes::Bytes;
use processes::{Grace, Marker, Program, inherited_environment, survivors};
use tempfile::TempDir;
use terminal::{Exit, Size, Terminal};
use tokio::task::JoinHandle;

use crate::agent::{AgentEvent, HeldAgent};
use crate::keeper::hold;
use crate::protocol::{Request, Start, StartAgent, Step, VERSION};
use crate::{AttachError, Event, Held, KeepError, Place, Reading, end_holder};

/// Far more than anything here takes on a busy computer.
const PATIENCE: Duration = Duration::from_mins(1);

const LONGEST: usize = 1024 * 1024;

/// Makes this program the agent of a test; how many lines it writes at once to begin with.
const PART: &str = "GANTLINE_TEST_PART";

struct House {
    directory: TempDir,
    place: Place,
    session: String,
    holder: JoinHandle<Result<(), KeepError>>,
}

impl House {
    async fn empty() -> (Self, crate::local::Stream) {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::new(directory.path().to_owned());
        let session = directory.path().file_name().unwrap().to_str().unwrap().to_owned();
        let bound = place.listen(&session).unwrap();
        let stream = place.connect(&session).await.unwrap();
        let name = session.clone();
        let holder = tokio::spawn(async move { hold(bound, &name).await });
        (Self { directory, place, session, holder }, stream)
    }

    fn program(&self, path: OsString, arguments: &[&str], part: &str) -> Program {
        let mut environment = inherited_environment(std::env::vars_os());
        environment.push((PART.into(), part.into()));
        let arguments = arguments.iter().map(OsString::from).collect();
        let directory = self.directory.path().to_owned();
        Program { path: path.into(), arguments, environment, directory }
    }

    /// The system's shell, on a terminal.
    async fn shell(alone_for: Duration) -> (Self, Daemon) {
        let (house, stream) = Self::empty().await;
        let path = std::env::var_os("ComSpec").unwrap();
        // Where Wine leaves a program on a pseudo-console without standard handles.
        let around: &[_] = &["/d", "/c", "cmd", "/q", "/d", "<CONIN$", ">CONOUT$"];
        let arguments = if is_wine() { around } else { &["/q", "/d"] };
        let start = Start {
            version: VERSION,
            marker: house.session.clone(),
            size: Size::default(),
            alone_for,
            socket: house.place.socket(&house.session),
            program: house.program(path, arguments, ""),
        };
        let opened = Held::open(stream, Request::Start(Box::new(start))).await;
        let (held, standing) = opened.unwrap();
        (house, Daemon { held, terminal: standing.terminal })
    }

    /// This program as an agent.
    async fn agent(lines: usize) -> (Self, HeldAgent) {
        let (house, stream) = Self::empty().await;
        let path = std::env::current_exe().unwrap().into();
        let arguments = ["--ignored", "--exact", "windows_tests::acts", "--nocapture"];
        let start = StartAgent {
            version: VERSION,
            marker: house.session.clone(),
            alone_for: Duration::from_hours(1),
            socket: house.place.socket(&house.session),
            ends_on_eof: true,
            program: house.program(path, &arguments, &lines.to_string()),
        };
        let opened = HeldAgent::open(stream, Request::StartAgent(Box::new(start))).await;
        (house, opened.unwrap().0)
    }

    async fn attach(&self) -> Daemon {
        let (held, standing) = Held::attach(&self.place, &self.session, PATIENCE).await.unwrap();
        Daemon { held, terminal: standing.terminal }
    }

    async fn attach_agent(&self) -> (HeldAgent, u64) {
        let attached = HeldAgent::attach(&self.place, &self.session, PATIENCE).await;
        let (held, standing) = attached.unwrap();
        (held, standing.step)
    }

    /// Waits until the holder has ended, and looks that nothing is left.
    async fn ended(self) {
        tokio::time::timeout(PATIENCE, self.holder).await.unwrap().unwrap().unwrap();
        assert!(!self.place.socket(&self.session).exists());
        assert!(survivors(&Marker::new(&self.session), None).is_empty());
    }
}

fn is_wine() -> bool {
    std::env::var_os("WINEPREFIX").is_some()
}

struct Daemon {
    held: Held,
    terminal: Terminal,
}

impl Daemon {
    async fn event(&mut self) -> Event {
        let next = async {
            loop {
                match self.held.next(Reading::On).await {
                    Event::Output(bytes) => drop(self.terminal.append(&bytes)),
                    event => return event,
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.unwrap()
    }

    /// Waits until the output holds a text.
    async fn shows(&mut self, text: &str) {
        let shown = async {
            while !self.output().contains(text) {
                if let Event::Output(bytes) = self.held.next(Reading::On).await {
                    self.terminal.append(&bytes);
                }
            }
        };
        let shown = tokio::time::timeout(PATIENCE, shown).await;
        assert!(shown.is_ok(), "{text:?} is not in {:?}", self.output());
    }

    fn output(&self) -> String {
        let ring = self.terminal.ring();
        let (mut offset, mut bytes) = (ring.oldest(), Vec::new());
        while let terminal::ring::Read::Chunk(chunk) = ring.read(offset, usize::MAX) {
            offset = chunk.end();
            bytes.extend_from_slice(&chunk.data);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    async fn ends(&mut self) -> Exit {
        loop {
            match self.event().await {
                Event::Exited(exit) => return exit,
                Event::Lost => panic!("the holder is gone"),
                _ => {}
            }
        }
    }
}

/// What is typed here is not what is shown: the shell takes the marks out.
fn line(text: &str) -> Bytes {
    Bytes::from(format!("{text}\r"))
}

/// R05: input counts once whoever hands it on; what is shown is there for the next daemon; the end waits
/// for it.
#[tokio::test]
async fn a_later_daemon_goes_on_with_the_terminal() {
    let (house, mut first) = House::shell(Duration::from_hours(1)).await;
    assert!(first.held.grant(1));
    assert_eq!(first.event().await, Event::Granted(Ok(0)));
    assert!(first.held.type_in(1, 1, line("echo fir^st")));
    first.shows("first").await;
    drop(first);
    let mut second = house.attach().await;
    assert!(second.output().contains("first"));
    assert!(second.held.grant(1));
    assert_eq!(second.event().await, Event::Granted(Ok(1)));
    assert!(second.held.type_in(1, 1, line("echo again^again")));
    assert!(second.held.resize(Size::new(100, 30).unwrap()));
    assert!(second.held.type_in(1, 2, line("echo sec^ond")));
    second.shows("second").await;
    assert!(!second.output().contains("again"), "it has come before");
    assert!(second.held.type_in(1, 3, line("exit 7")));
    drop(second);
    let mut third = house.attach().await;
    assert_eq!(third.ends().await, Exit::Code(7));
    third.held.forget(PATIENCE).await;
    house.ended().await;
}

/// One daemon at a time; whoever ends what is held leaves nothing of it.
#[tokio::test]
async fn a_later_daemon_displaces_an_earlier_one() {
    let (house, mut first) = House::shell(Duration::from_hours(1)).await;
    assert!(first.held.type_in(1, 1, line("echo fir^st")));
    first.shows("first").await;
    let _second = house.attach().await;
    while first.event().await != Event::Displaced {}
    assert_eq!(first.event().await, Event::Lost);
    let foreign = HeldAgent::attach(&house.place, &house.session, PATIENCE).await;
    assert!(matches!(foreign, Err(AttachError::Nobody)), "it is no agent");
    end_holder(&house.place, &house.session, Grace::NONE).await;
    house.ended().await;
}

/// R22: a holder to which no daemon comes ends its terminal and itself.
#[tokio::test]
async fn a_holder_that_is_left_alone_ends() {
    let (house, daemon) = House::shell(Duration::from_millis(200)).await;
    drop(daemon);
    house.ended().await;
}

/// The agent that this program is: says so many lines, and then answers each with one.
#[test]
#[ignore = "the tests start it"]
fn acts() {
    let Ok(lines) = std::env::var(PART) else { return };
    let mut out = std::io::stdout().lock();
    for number in 0..lines.parse().unwrap() {
        writeln!(out, "@{number}").unwrap();
    }
    writeln!(out, "@ready").unwrap();
    for line in std::io::stdin().lock().lines() {
        writeln!(out, "@<{}>", line.unwrap()).unwrap();
    }
}

/// The next line of the agent's own, and where the output goes on.
async fn said(held: &mut HeldAgent) -> (String, u64) {
    loop {
        match tokio::time::timeout(PATIENCE, held.next(LONGEST)).await.unwrap() {
            AgentEvent::Line { line, end } => {
                if let Some(own) = line.strip_prefix(b"@") {
                    return (String::from_utf8(own.to_vec()).unwrap(), end);
                }
            }
            other => panic!("a line is expected: {other:?}"),
        }
    }
}

fn step(number: u64, consumed: u64, inputs: Vec<Bytes>) -> Step {
    Step { number, consumed, inputs, state: Bytes::from_static(b"state") }
}

/// R05: a step that was handed on is the holder's, however much it is; the agent is told everything once.
#[tokio::test]
async fn a_later_daemon_goes_on_behind_the_last_step() {
    const LINES: usize = 20_000;
    let (house, mut first) = House::agent(LINES).await;
    for number in 0..LINES {
        assert_eq!(said(&mut first).await.0, number.to_string());
    }
    let (ready, end) = said(&mut first).await;
    assert_eq!(ready, "ready");
    let long = Bytes::from("x".repeat(1_000_000));
    first.step(step(3, end, vec![long.clone(), "short".into()])).await.unwrap();
    drop(first);
    let (mut second, taken) = house.attach_agent().await;
    assert_eq!(taken, 3);
    second.kept(3);
    second.kept(3);
    assert_eq!(said(&mut second).await.0.len(), long.len() + 2);
    assert_eq!(said(&mut second).await.0, "<short>");
    second.stop();
    let exit = loop {
        match tokio::time::timeout(PATIENCE, second.next(LONGEST)).await.unwrap() {
            AgentEvent::Exited { exit, .. } => break exit,
            AgentEvent::Line { .. } => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(exit, Exit::Code(0), "its input was closed");
    assert!(second.forget(PATIENCE).await);
    house.ended().await;
}

/// A program that cannot be started is told of, and nobody holds anything.
#[tokio::test]
async fn what_cannot_be_started_is_said() {
    let (house, stream) = House::empty().await;
    let start = Start {
        version: VERSION,
        marker: house.session.clone(),
        size: Size::default(),
        alone_for: PATIENCE,
        socket: house.place.socket(&house.session),
        program: house.program(r"C:\no\such\shell.exe".into(), &[], ""),
    };
    let opened = Held::open(stream, Request::Start(Box::new(start))).await;
    assert!(matches!(opened, Err(AttachError::NotStarted(_))), "{opened:?}");
    let ended = tokio::time::timeout(PATIENCE, house.holder).await.unwrap().unwrap();
    assert!(matches!(ended, Err(KeepError::NotStarted)));
    let gone = Held::attach(&house.place, &house.session, PATIENCE).await;
    assert!(matches!(gone, Err(AttachError::Nobody)));
}
