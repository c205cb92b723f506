//! A holder and its daemons in one process, with real programs on real terminals.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use processes::{Grace, Marker, Program, survivors};
use tempfile::TempDir;
use terminal::{Exit, Memory, Size, Terminal};
use tokio::io::Interest;
use tokio::task::JoinHandle;

use crate::keeper::hold;
use crate::local::Stream;
use crate::protocol::{Request, Start, VERSION};
use crate::redaction::tests::{TOKEN, hexadecimal};
use crate::{AttachError, Event, Held, KeepError, Place, Reading, Standing, end_holder};

/// Far more than anything here takes on a busy computer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Gives each line back, and says who it is.
const ECHO: &str =
    "stty -echo -onlcr\necho ready $$\nwhile read -r line; do echo \"<$line>\"; done";

struct House {
    directory: TempDir,
    place: Place,
    session: String,
    holder: JoinHandle<Result<(), KeepError>>,
}

impl House {
    /// A holder in which a script runs, and its first daemon.
    async fn with(script: &str) -> (Self, Daemon) {
        Self::with_patience(script, Duration::from_hours(1)).await
    }

    async fn with_patience(script: &str, alone_for: Duration) -> (Self, Daemon) {
        let (house, opened) = Self::try_with("/bin/sh".into(), script, alone_for).await;
        let (held, standing) = opened.unwrap();
        (house, Daemon { held, terminal: standing.terminal })
    }

    async fn try_with(
        shell: PathBuf,
        script: &str,
        alone_for: Duration,
    ) -> (Self, Result<(Held, Standing), AttachError>) {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::new(directory.path().to_owned());
        let session = directory.path().file_name().unwrap().to_str().unwrap().to_owned();
        let listener = place.listen(&session).unwrap();
        let stream = place.connect(&session).await.unwrap();
        let name = session.clone();
        let holder = tokio::spawn(async move { hold(listener, &name).await });
        let start = Start {
            version: VERSION,
            marker: session.clone(),
            size: Size::default(),
            alone_for,
            socket: place.socket(&session),
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
        let opened = Held::open(stream, Request::Start(Box::new(start))).await;
        (Self { directory, place, session, holder }, opened)
    }

    async fn attach(&self) -> (Daemon, Standing) {
        let (held, standing) = Held::attach(&self.place, &self.session, PATIENCE).await.unwrap();
        let memory = Memory::default();
        let other = Terminal::new(Size::default(), memory);
        let Standing { terminal, lease, is_paused } = standing;
        let daemon = Daemon { held, terminal };
        (daemon, Standing { terminal: other, lease, is_paused })
    }

    /// Waits until the holder has ended, and looks that nothing is left.
    async fn ended(self) {
        tokio::time::timeout(PATIENCE, self.holder).await.unwrap().unwrap().unwrap();
        assert!(!self.place.socket(&self.session).exists());
        assert!(survivors(&Marker::new(&self.session), None).is_empty());
        drop(self.directory);
    }
}

/// A daemon, with the terminal as it knows it.
struct Daemon {
    held: Held,
    terminal: Terminal,
}

impl Daemon {
    /// The next thing that is not output.
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

    async fn acknowledged(&mut self, lease: u64, seq: u64) {
        let reaches = |event: Event| match event {
            Event::Acknowledged(now) => now.lease == lease && now.seq >= seq,
            _ => false,
        };
        while !reaches(self.event().await) {}
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
        tokio::time::timeout(PATIENCE, shown).await.unwrap();
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

/// Says what no daemon says.
pub(crate) async fn say(stream: &Stream, mut words: &[u8]) {
    while !words.is_empty() {
        stream.ready(Interest::WRITABLE).await.unwrap();
        match stream.try_write(words) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            written => words = &words[written.unwrap()..],
        }
    }
}

fn line(text: &str) -> Bytes {
    Bytes::from(format!("{text}\n"))
}

/// R05: input that was sent to a daemon that died counts once, whatever its end has told of it. The
/// feature `mutant-typed-again` turns this red.
#[tokio::test]
async fn input_counts_once_whoever_hands_it_on() {
    let (house, mut daemon) = House::with(ECHO).await;
    daemon.shows("ready").await;
    assert!(daemon.held.grant(1));
    assert_eq!(daemon.event().await, Event::Granted(Ok(0)));
    let mut expected = String::new();
    for round in 0..5_u64 {
        for number in 1..=10 {
            let seq = round * 10 + number;
            assert!(daemon.held.type_in(1, seq, line(&seq.to_string())));
            expected.push_str(&["<", &seq.to_string(), ">\n"].concat());
        }
        // Nobody hears what becomes of the last of them.
        daemon.acknowledged(1, round * 10 + 3).await;
        drop(daemon);
        (daemon, _) = house.attach().await;
        assert!(daemon.held.grant(1));
        let Event::Granted(Ok(taken)) = daemon.event().await else { panic!("the lease holds") };
        // All that was not acknowledged comes again, as the server sends it.
        for seq in taken + 1..=(round + 1) * 10 {
            assert!(daemon.held.type_in(1, seq, line(&seq.to_string())));
        }
        if taken < (round + 1) * 10 {
            daemon.acknowledged(1, (round + 1) * 10).await;
        }
    }
    daemon.shows("<50>\n").await;
    let output = daemon.output();
    assert_eq!(output.split_once('\n').map(|(_, echoed)| echoed), Some(expected.as_str()));

    assert!(daemon.held.grant(3));
    assert_eq!(daemon.event().await, Event::Granted(Ok(0)));
    assert!(daemon.held.grant(2));
    assert_eq!(daemon.event().await, Event::Granted(Err(3)), "somebody else types");
    daemon.held.end(Grace::NONE);
    assert_eq!(daemon.ends().await, Exit::Signal(9));
    daemon.held.forget(PATIENCE).await;
    house.ended().await;
}

/// R05: the screen is what it was, with every mode, the cursor, and the place in an unfinished
/// sequence; also where the output that has drawn it is long gone.
#[tokio::test]
async fn the_screen_is_kept_though_its_output_is_not() {
    const LONG: u64 = 12_000_000;
    let script = format!(
        "stty raw -echo\n\
         yes 'a line that scrolls away' | head -c {LONG}\n\
         printf '\\033]2;title\\007\\033[?1049h\\033[3;7H\\033[1;32m宽│\\033[?2004h\\033[5;20r'\n\
         touch drawn\nread -r line"
    );
    let (house, daemon) = House::with(&script).await;
    drop(daemon);
    let drawn = house.directory.path().join("drawn");
    let waiting = async {
        while !drawn.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    let (mut daemon, _) = house.attach().await;
    while daemon.terminal.ring().end() <= LONG || !daemon.terminal.screen().modes_are_drawn() {
        if let Event::Output(bytes) = daemon.held.next(Reading::On).await {
            daemon.terminal.append(&bytes);
        }
    }
    let ring = daemon.terminal.ring();
    let kept = ring.end() - ring.oldest();
    assert_eq!(kept, Memory::default().ring_bytes as u64);

    let mut expected = Terminal::new(Size::default(), Memory::default());
    let lines = "a line that scrolls away\n".repeat(1 + usize::try_from(LONG).unwrap() / 25);
    expected.append(&lines.as_bytes()[..usize::try_from(LONG).unwrap()]);
    expected.append(
        "\x1b]2;title\x07\x1b[?1049h\x1b[3;7H\x1b[1;32m宽│\x1b[?2004h\x1b[5;20r".as_bytes(),
    );
    assert_eq!(daemon.terminal.snapshot(100), expected.snapshot(100));
    daemon.held.end(Grace::NONE);
    daemon.ends().await;
    daemon.held.forget(PATIENCE).await;
    house.ended().await;
}

trait Drawn {
    fn modes_are_drawn(&self) -> bool;
}

impl Drawn for terminal::Screen {
    fn modes_are_drawn(&self) -> bool {
        self.is_alternate() && self.title() == "title"
    }
}

/// R05: a program that writes faster than its daemon reads waits for it, and nothing is lost.
#[tokio::test]
async fn a_program_waits_for_a_daemon_that_reads_slowly() {
    let script = "stty -echo -onlcr\nseq 1 200000\ntouch written\nexit 4";
    let (house, mut daemon) = House::with(script).await;
    let written = house.directory.path().join("written");
    // What the daemon has not granted stays with the program.
    let held = async {
        loop {
            let event = daemon.held.next(Reading::Held).await;
            if let Event::Output(bytes) = event {
                daemon.terminal.append(&bytes);
            }
        }
    };
    assert!(tokio::time::timeout(Duration::from_millis(300), held).await.is_err());
    assert!(!written.exists());
    assert_eq!(daemon.ends().await, Exit::Code(4));
    let output = daemon.output();
    assert_eq!(output.lines().count(), 200_000);
    assert!(output.lines().zip(1..).all(|(line, number)| line == number.to_string()));
    daemon.held.forget(PATIENCE).await;
    house.ended().await;
}

/// One daemon at a time: the newer one has it, and the older one ends nothing.
#[tokio::test]
async fn a_later_daemon_displaces_an_earlier_one() {
    let (house, mut first) = House::with(ECHO).await;
    first.shows("ready").await;
    let (mut second, standing) = house.attach().await;
    assert!(!standing.is_paused);
    assert_eq!(first.event().await, Event::Displaced);
    assert_eq!(first.event().await, Event::Lost);
    drop(first);
    assert!(second.held.type_in(1, 1, line("on")));
    second.shows("<on>").await;
    assert_eq!(second.output().matches("ready").count(), 1);
    end_holder(&house.place, &house.session, Grace::NONE).await;
    assert_eq!(second.event().await, Event::Displaced);
    house.ended().await;
}

/// R22: the end of a terminal is the end of everything that was started in it, and of its holder.
#[tokio::test]
async fn the_end_leaves_nothing() {
    let script = "setsid sleep 1000 &\n(trap '' HUP TERM; sleep 1000) &\n\
                  nohup sh -c 'sleep 1000' > /dev/null 2>&1 &\necho ready\nread -r line";
    let (house, mut daemon) = House::with(script).await;
    daemon.shows("ready").await;
    let marker = Marker::new(&house.session);
    assert!(survivors(&marker, None).len() >= 4);
    daemon.held.end(Grace { polite: Duration::from_millis(200), hard: PATIENCE });
    daemon.ends().await;
    assert!(survivors(&marker, None).is_empty());
    // Until its end is known it stays, and whoever comes is told of it.
    drop(daemon);
    let (mut next, _) = house.attach().await;
    next.ends().await;
    next.held.forget(PATIENCE).await;
    house.ended().await;
}

/// R22: a holder to which no daemon comes ends its terminal and itself.
#[tokio::test]
async fn a_holder_that_is_left_alone_ends() {
    let (house, mut daemon) = House::with_patience(ECHO, Duration::from_millis(200)).await;
    daemon.shows("ready").await;
    // Not while there is one.
    assert!(tokio::time::timeout(Duration::from_millis(600), daemon.event()).await.is_err());
    drop(daemon);
    house.ended().await;
}

/// What stands still does so for the next daemon, and is killed where it stands.
#[tokio::test]
async fn a_pause_outlives_the_daemon() {
    let (house, mut daemon) = House::with(ECHO).await;
    daemon.shows("ready").await;
    assert!(daemon.held.pause());
    assert_eq!(daemon.event().await, Event::Paused(Ok(())));
    drop(daemon);
    let (mut daemon, standing) = house.attach().await;
    assert!(standing.is_paused);
    assert!(daemon.held.resume() && daemon.held.type_in(1, 1, line("on")));
    daemon.shows("<on>").await;
    assert!(daemon.held.pause());
    while daemon.event().await != Event::Paused(Ok(())) {}
    daemon.held.end(Grace { polite: PATIENCE, hard: PATIENCE });
    assert_eq!(daemon.ends().await, Exit::Signal(9), "it is not asked");
    daemon.held.forget(PATIENCE).await;
    house.ended().await;
}

/// A program that cannot be started is told of, and nobody holds anything.
#[tokio::test]
async fn what_cannot_be_started_is_said() {
    let shell = PathBuf::from("/bin/no-such-shell");
    let (house, opened) = House::try_with(shell, "", Duration::from_hours(1)).await;
    let Err(AttachError::NotStarted(reason)) = opened else { panic!("it is not there") };
    assert_eq!(reason, "the program /bin/no-such-shell was not found");
    let ended = tokio::time::timeout(PATIENCE, house.holder).await.unwrap().unwrap();
    assert!(matches!(ended, Err(KeepError::NotStarted)));
    let gone = Held::attach(&house.place, &house.session, PATIENCE).await;
    assert!(matches!(gone, Err(AttachError::Nobody)));
}

/// Whoever says what no daemon says is not listened to, and changes nothing.
#[tokio::test]
async fn who_speaks_something_else_is_not_listened_to() {
    let (house, mut daemon) = House::with(ECHO).await;
    daemon.shows("ready").await;
    for words in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[1, 0, 0, 0, 10], &[0, 0, 0, 0]] {
        let stream = house.place.connect(&house.session).await.unwrap();
        say(&stream, words).await;
        let mut answer = BytesMut::new();
        let read = async {
            loop {
                stream.ready(Interest::READABLE).await.unwrap();
                match stream.try_read_buf(&mut answer) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    // It may be cut off before all it has said was read.
                    Ok(0) | Err(_) => break,
                    Ok(_) => {}
                }
            }
        };
        assert!(tokio::time::timeout(PATIENCE, read).await.is_ok() && answer.is_empty());
    }
    assert!(daemon.held.type_in(1, 1, line("on")));
    daemon.shows("<on>").await;
    daemon.held.end(Grace::NONE);
    daemon.ends().await;
    daemon.held.forget(PATIENCE).await;
    house.ended().await;
}

/// S105: what runs in a terminal prints its token in every usual way, and none of it reaches a daemon,
/// also where a program writes it in two pieces and where `base64` breaks its lines.
#[tokio::test]
async fn a_token_that_is_printed_is_not_kept() {
    let (house, mut daemon) = House::with(
        "echo plain $TOKEN; printf %s \"$TOKEN\" | base64; printf 'a%s' \"$TOKEN\" | base64 -w 0; echo; \
         printf %s \"$TOKEN\" | od -An -v -tx1 | tr -d ' \\n'; echo; \
         printf %.20s \"$TOKEN\"; sleep 0.1; echo \"${TOKEN#????????????????????}\"; \
         echo \"that was ${#TOKEN}\"",
    )
    .await;
    daemon.shows(&format!("that was {}", TOKEN.len())).await;
    let output = daemon.output();
    assert!(output.contains("plain ****"), "{output}");
    // The token from behind its beginning, which is no secret, to its end.
    let hex = hexadecimal(TOKEN);
    for secret in [&TOKEN[12..24], &TOKEN[40..52], &hex[24..36], &hex[60..72]] {
        assert!(!output.contains(secret), "{secret}: {output}");
    }
    let letters = |line: &&str| line.chars().filter(char::is_ascii_alphanumeric).count() > 30;
    let left: Vec<&str> = output.lines().filter(letters).collect();
    assert!(left.is_empty(), "{left:?}");
    daemon.ends().await;
    daemon.held.forget(PATIENCE).await;
    house.ended().await;
}
