//! Real programs on real pseudo-terminals.
#![cfg(target_os = "linux")]

use std::ffi::OsString;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use processes::{Grace, Marker, Program, SpawnError, end_tree, inherited_environment, survivors};
use pty::{Event, Exit, InputError, Pty, Reading, Size, spawn};

/// Far more than anything here takes on a busy computer.
const DEADLINE: Duration = Duration::from_mins(1);

const SHORT: Grace = Grace { polite: Duration::from_millis(200), hard: Duration::from_secs(20) };

const SIZE: Size = Size { columns: 100, rows: 30 };

fn shell(script: &str) -> Program {
    let mut environment = inherited_environment(std::env::vars_os());
    environment.push(("TERM".into(), "xterm-256color".into()));
    Program {
        path: PathBuf::from("sh"),
        arguments: vec!["-c".into(), script.into()],
        environment,
        directory: std::env::temp_dir(),
    }
}

fn marker() -> Marker {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Marker::new(format_args!("pty-test-{}-{number}", std::process::id()))
}

fn start(script: &str) -> Pty {
    spawn(&shell(script), &marker(), SIZE).expect("a shell")
}

async fn next(pty: &mut Pty) -> Event<'_> {
    tokio::time::timeout(DEADLINE, pty.next(Reading::On)).await.expect("something happens in time")
}

/// Everything up to the end of the program.
async fn finish(pty: &mut Pty) -> (Vec<u8>, Exit) {
    let mut output = Vec::new();
    loop {
        match next(pty).await {
            Event::Output(bytes) => output.extend_from_slice(bytes),
            Event::Written(_) => {}
            Event::Exited(exit) => return (output, exit),
        }
    }
}

/// Output up to and including `text`.
async fn read_until(pty: &mut Pty, text: &str) -> String {
    let mut output = Vec::new();
    loop {
        match next(pty).await {
            Event::Output(bytes) => output.extend_from_slice(bytes),
            Event::Written(_) => {}
            Event::Exited(exit) => panic!("{exit:?} after {}", String::from_utf8_lossy(&output)),
        }
        let so_far = String::from_utf8_lossy(&output);
        if so_far.contains(text) {
            return so_far.into_owned();
        }
    }
}

/// What `seq` writes.
fn numbers(last: u32) -> String {
    (1..=last).map(|number| number.to_string() + "\r\n").collect::<Vec<_>>().concat()
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[tokio::test]
async fn what_is_typed_is_echoed_and_read() {
    let mut pty = start("read line; printf 'got <%s>\\n' \"$line\"");
    let position = pty.push(Bytes::from_static(b"hello\r")).unwrap();
    assert_eq!(position, 6);
    let (output, exit) = finish(&mut pty).await;
    assert_eq!(text(&output), "hello\r\ngot <hello>\r\n");
    assert_eq!(exit, Exit::Code(0));
}

#[tokio::test]
async fn the_program_leads_a_session_with_the_terminal_as_its_own() {
    let mut pty = start("ps -o pid=,pgid=,sid=,tpgid=,tty= -p $$; tty");
    let leader = pty.tree().leader().to_string();
    let (output, _) = finish(&mut pty).await;
    let output = text(&output);
    let mut words = output.split_whitespace();
    for name in ["pid", "group", "session"] {
        assert_eq!(words.next(), Some(&leader[..]), "{name}");
    }
    assert_eq!(words.next(), Some(&leader[..]), "foreground group");
    assert!(words.next().unwrap().starts_with("pts/"));
    assert!(words.next().unwrap().starts_with("/dev/pts/"));
}

/// S73: the program's environment is what was given, and the mark.
#[tokio::test]
async fn nothing_is_inherited() {
    let marker = marker();
    let mut program = shell("");
    program.path = PathBuf::from("env");
    program.arguments.clear();
    program.environment.retain(|(name, _)| name == "PATH");
    program.environment.push(("COLORTERM".into(), "truecolor".into()));
    let mut pty = spawn(&program, &marker, SIZE).unwrap();
    let (output, _) = finish(&mut pty).await;
    let output = text(&output);
    let mut names: Vec<_> =
        output.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.sort_unstable();
    assert_eq!(names, ["COLORTERM", "GANTLINE_SESSION", "PATH"]);
}

#[tokio::test]
async fn every_byte_comes_through() {
    let all = (0..=255_u8).map(|byte| format!("\\{byte:03o}")).collect::<Vec<_>>().concat();
    let mut pty = start(&format!("stty -opost; printf '{all}'"));
    let (output, _) = finish(&mut pty).await;
    assert_eq!(output, (0..=255).collect::<Vec<u8>>());
}

#[tokio::test]
async fn utf8_comes_through_both_ways() {
    let mut pty = start("stty -echo; echo ready; read line; echo \"[$line]\"");
    read_until(&mut pty, "ready\r\n").await;
    pty.push("漢字 größe 👩‍💻\r".into()).unwrap();
    let (output, _) = finish(&mut pty).await;
    assert_eq!(text(&output), "[漢字 größe 👩‍💻]\r\n");
}

/// Ten megabytes come through, every byte once and in order, in bursts.
#[tokio::test]
async fn ten_megabytes_are_whole() {
    let last = 1_400_000;
    let mut pty = start(&format!("seq 1 {last}"));
    let (mut output, mut bursts) = (Vec::new(), 0);
    let exit = loop {
        match next(&mut pty).await {
            Event::Output(bytes) => {
                output.extend_from_slice(bytes);
                bursts += 1;
            }
            Event::Written(_) => {}
            Event::Exited(exit) => break exit,
        }
    };
    let expected = numbers(last);
    assert!(expected.len() > 10_000_000);
    assert!(output == expected.as_bytes(), "{} of {} bytes", output.len(), expected.len());
    assert_eq!(exit, Exit::Code(0));
    assert!(bursts < output.len() / 2000, "{bursts} wake-ups");
}

/// What a program writes and leaves unread is there after its end, every time.
#[tokio::test]
async fn the_last_words_come_before_the_exit() {
    for round in 0..50 {
        let mut pty = start("printf '%3000s' last; exit 3");
        let (output, exit) = finish(&mut pty).await;
        assert_eq!((output.len(), exit), (3000, Exit::Code(3)), "round {round}");
        assert!(output.ends_with(b"last"));
    }
}

/// A background process that keeps the terminal open does not keep the exit from being told.
#[tokio::test]
async fn the_exit_is_told_while_somebody_holds_the_terminal() {
    let mut pty = start("(trap '' HUP; exec sleep 1000) & echo parent; exit 4");
    let (output, exit) = finish(&mut pty).await;
    assert_eq!((text(&output).as_str(), exit), ("parent\r\n", Exit::Code(4)));
    assert_eq!(next(&mut pty).await, Event::Exited(Exit::Code(4)), "and again");
    pty.tree().end(SHORT).await;
}

#[tokio::test]
async fn exits_are_told_as_they_were() {
    for (script, expected) in [
        ("exit 0", Exit::Code(0)),
        ("exit 255", Exit::Code(255)),
        ("kill -TERM $$", Exit::Signal(15)),
        ("kill -KILL $$", Exit::Signal(9)),
    ] {
        let (_, exit) = finish(&mut start(script)).await;
        assert_eq!(exit, expected, "{script}");
    }
}

#[tokio::test]
async fn a_resize_is_seen_and_signalled() {
    let script = "sleep 1000 & stty size; trap 'stty size; kill $!; exit 0' WINCH;
        echo ready; wait";
    let mut pty = start(script);
    let before = read_until(&mut pty, "ready\r\n").await;
    assert_eq!(before, "30 100\r\nready\r\n");
    pty.resize(Size { columns: 121, rows: 41 }).unwrap();
    let (output, exit) = finish(&mut pty).await;
    assert_eq!((text(&output).as_str(), exit), ("41 121\r\n", Exit::Code(0)));
}

#[tokio::test]
async fn control_characters_become_signals() {
    let script = "sleep 1000 & trap 'echo interrupted; kill $!; exit 9' INT; echo ready; wait";
    let mut pty = start(script);
    read_until(&mut pty, "ready\r\n").await;
    pty.push(Bytes::from_static(b"\x03")).unwrap();
    let (output, exit) = finish(&mut pty).await;
    assert!(text(&output).contains("interrupted"));
    assert_eq!(exit, Exit::Code(9));
}

/// A daemon that a script has started in the background, or with `nohup`, ignores signals, and what
/// is ignored is inherited: its terminals hear them all the same.
#[tokio::test]
async fn control_characters_work_below_a_daemon_that_ignores_signals() {
    let test = "control_characters_become_signals";
    let script = format!("trap '' HUP INT QUIT TSTP; exec \"$0\" --exact {test}");
    let mut command = tokio::process::Command::new("sh");
    command.arg("-c").arg(script).arg(std::env::current_exe().unwrap()).kill_on_drop(true);
    let output = tokio::time::timeout(DEADLINE, command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("1 passed"), "{}", text(&output.stdout));
}

/// R22, S81: children that left the group, the session and their parent end with the session. The
/// feature `mutant-leader-only` turns this red.
#[tokio::test]
async fn the_whole_tree_ends_whatever_it_did_to_hide() {
    let script = "set -m; setsid sleep 1000 & nohup sleep 1000 >/dev/null 2>&1 &
        (sleep 1000 & sleep 1000 &); (setsid sh -c 'trap \"\" TERM HUP; sleep 1000; sleep 1000' &)
        trap '' TERM HUP; echo ready; while :; do sleep 1000; done";
    let marker = marker();
    let mut pty = spawn(&shell(script), &marker, SIZE).unwrap();
    read_until(&mut pty, "ready\r\n").await;
    let leader = pty.tree().leader();
    assert!(survivors(&marker, Some(leader)).len() >= 6);
    let ended = tokio::time::timeout(DEADLINE, pty.end(SHORT, |_| ())).await.unwrap();
    assert_eq!(ended, Exit::Signal(9));
    let left = survivors(&marker, Some(leader));
    end_tree(&marker, Some(leader), Grace::NONE).await;
    assert_eq!(left, Vec::<u32>::new());
}

#[tokio::test]
async fn a_program_that_ends_when_asked_says_its_last_words() {
    let script = "sleep 1000 & trap 'echo bye; exit 7' TERM; echo ready; while :; do wait; done";
    let mut pty = start(script);
    read_until(&mut pty, "ready\r\n").await;
    let grace = Grace { polite: Duration::from_secs(40), hard: Duration::from_secs(1) };
    let mut output = Vec::new();
    let end = pty.end(grace, |bytes| output.extend_from_slice(bytes));
    assert_eq!(tokio::time::timeout(DEADLINE, end).await.unwrap(), Exit::Code(7));
    assert!(text(&output).contains("bye\r\n"));
}

#[tokio::test]
async fn an_interactive_shell_ends_too() {
    let mut program = shell("");
    program.path = PathBuf::from("bash");
    program.arguments = ["--norc", "-i"].map(OsString::from).to_vec();
    program.environment.push(("PS1".into(), "ready> ".into()));
    let marker = marker();
    let mut pty = spawn(&program, &marker, SIZE).unwrap();
    read_until(&mut pty, "ready> ").await;
    pty.push(Bytes::from_static(b"sleep 1000 & disown\r")).unwrap();
    read_until(&mut pty, "ready> ").await;
    let leader = pty.tree().leader();
    tokio::time::timeout(DEADLINE, pty.end(SHORT, |_| ())).await.unwrap();
    assert_eq!(survivors(&marker, Some(leader)), Vec::<u32>::new());
}

/// Input for a program that never reads is bounded, and everything else goes on.
#[tokio::test]
async fn a_program_that_never_reads_wedges_nothing() {
    let script = "stty raw -echo; sleep 1000 & trap 'echo resized' WINCH; echo ready
        while :; do wait; done";
    let mut pty = start(script);
    read_until(&mut pty, "ready").await;
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    let mut pushed = 0;
    let mut push_until_refused = |pty: &mut Pty| loop {
        match pty.push(piece.clone()) {
            Ok(_) => pushed += piece.len(),
            Err(error) => return (error, pushed),
        }
        assert!(pushed < 4 * 1024 * 1024, "input is bounded");
    };
    let (refused, _) = push_until_refused(&mut pty);
    assert!(matches!(refused, InputError::Full { .. }) && refused.is_retryable());
    // What the terminal takes by itself makes room; then there is none any more.
    for columns in 50..55 {
        pty.resize(Size { columns, rows: 10 }).unwrap();
        read_until(&mut pty, "resized").await;
    }
    push_until_refused(&mut pty);
    let ended = tokio::time::timeout(DEADLINE, pty.end(Grace::NONE, |_| ())).await.unwrap();
    assert_eq!(ended, Exit::Signal(9));
    assert_eq!(pty.push(piece.clone()), Err(InputError::Closed));
}

/// A program that ends, or lets go of its terminal, with input waiting for it: the terminal looks
/// writable and takes nothing, which must not keep anybody busy or hide the exit.
#[tokio::test]
async fn input_that_waits_does_not_hide_the_exit() {
    for ending in ["head -c 1 >/dev/null", "exec </dev/null >/dev/null 2>&1; sleep 0.1"] {
        let mut pty = start(&format!("stty raw -echo; echo ready; {ending}; exit 5"));
        read_until(&mut pty, "ready").await;
        pty.push(vec![b'x'; 500_000].into()).unwrap();
        assert_eq!(finish(&mut pty).await.1, Exit::Code(5), "{ending}");
    }
}

/// R32: a paste of a megabyte arrives whole, at the pace of the program.
#[tokio::test]
async fn a_megabyte_pasted_is_whole() {
    let mut pty = start("stty raw -echo; echo ready; head -c 1048576 | cksum");
    read_until(&mut pty, "ready").await;
    let paste: Vec<u8> =
        (0..1_048_576_u32).map(|index| ((index * 31) >> 3).to_le_bytes()[0]).collect();
    let mut rest = Bytes::from(paste.clone());
    let (mut output, mut written) = (Vec::new(), 0);
    loop {
        while !rest.is_empty() {
            let piece = rest.slice(..rest.len().min(64 * 1024));
            match pty.push(piece.clone()) {
                Ok(_) => rest = rest.slice(piece.len()..),
                Err(error) => {
                    assert!(error.is_retryable());
                    break;
                }
            }
        }
        match next(&mut pty).await {
            Event::Output(bytes) => output.extend_from_slice(bytes),
            Event::Written(bytes) => {
                assert!(bytes > written);
                written = bytes;
            }
            Event::Exited(exit) => {
                assert_eq!(exit, Exit::Code(0));
                break;
            }
        }
    }
    assert_eq!(written, 1_048_576);
    let expected = format!("{} 1048576", cksum(&paste));
    assert!(text(&output).contains(&expected), "{} in {}", expected, text(&output));
}

/// The checksum of POSIX cksum(1).
fn cksum(bytes: &[u8]) -> u32 {
    let length = std::iter::successors(Some(bytes.len()), |left| Some(left >> 8));
    let length = length.take_while(|left| *left > 0).map(|left| left.to_le_bytes()[0]);
    let crc = bytes.iter().copied().chain(length).fold(0_u32, |crc, byte| {
        (0..8).fold(crc ^ (u32::from(byte) << 24), |crc, _| {
            if crc >> 31 == 1 { (crc << 1) ^ 0x04c1_1db7 } else { crc << 1 }
        })
    });
    !crc
}

/// While reading is held, the program waits for its reader, and nothing of what it says is lost.
#[tokio::test]
async fn a_program_waits_while_reading_is_held() {
    let mut pty = start("stty -echo; seq 1 200000; read line; echo \"$line\"");
    pty.push(Bytes::from_static(b"typed\r")).unwrap();
    let written = tokio::time::timeout(DEADLINE, pty.next(Reading::Held)).await.unwrap();
    assert_eq!(written, Event::Written(6), "input goes on");
    let held =
        poll_fn(|context| Poll::Ready(pin!(pty.next(Reading::Held)).poll(context).is_pending()));
    assert!(held.await);
    let (output, _) = finish(&mut pty).await;
    assert!(text(&output).ends_with(&(numbers(200_000) + "typed\r\n")));
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let error = |program: &Program| spawn(program, &marker(), SIZE).unwrap_err();
    let mut program = shell("true");
    program.path = PathBuf::from("no-such-program");
    let missing = error(&program);
    assert!(matches!(missing, SpawnError::NoProgram(_)));
    assert_eq!(missing.to_string(), "the program no-such-program was not found");

    let mut program = shell("true");
    program.directory = PathBuf::from("/no/such/directory");
    let missing = error(&program);
    assert!(matches!(missing, SpawnError::NoDirectory(_)));
    assert_eq!(missing.to_string(), "the directory /no/such/directory does not exist");

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plain.txt");
    std::fs::write(&file, "not a program").unwrap();
    let mut program = shell("true");
    program.path.clone_from(&file);
    let refused = error(&program);
    assert_eq!(refused.to_string(), format!("start {}", file.display()));
    assert!(std::error::Error::source(&refused).unwrap().to_string().contains("ermission"));
}

/// A dropped terminal takes its program with it.
#[tokio::test]
async fn a_dropped_program_ends() {
    let marker = marker();
    let mut pty = spawn(&shell("echo ready; exec sleep 1000"), &marker, SIZE).unwrap();
    read_until(&mut pty, "ready").await;
    drop(pty);
    let gone = async {
        while !survivors(&marker, None).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, gone).await.unwrap();
}
