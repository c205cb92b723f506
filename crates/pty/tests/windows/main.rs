//! Real programs on real pseudo-consoles.
#![cfg(windows)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acting;

use std::future::poll_fn;
use std::os::windows::process::CommandExt;
use std::path::PathBuf;
use std::pin::pin;
use std::process::Command;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use processes::{Grace, Marker, Program, SpawnError, gone_within, survivors};
use pty::{Event, Exit, InputError, Pty, Reading, Size, spawn};

use acting::{is_wine, marker, part};

/// Far more than anything here takes on a busy computer.
const DEADLINE: Duration = Duration::from_mins(1);

/// Flags of a daemon (Process Creation Flags, learn.microsoft.com).
const NEW_PROCESS_GROUP: u32 = 0x200;
const NO_WINDOW: u32 = 0x0800_0000;

/// What the system says where it has a function in name only.
const E_NOTIMPL: i32 = 0x8000_4001_u32.cast_signed();

const SIZE: Size = Size { columns: 100, rows: 30 };

fn start(program: &Program) -> (Pty, Marker) {
    let marker = marker();
    (spawn(program, &marker, SIZE).unwrap(), marker)
}

async fn next(pty: &mut Pty) -> Event<'_> {
    tokio::time::timeout(DEADLINE, pty.next(Reading::On)).await.expect("something happens in time")
}

/// Everything up to the end of the program.
async fn finish(pty: &mut Pty) -> (String, Exit) {
    let mut output = Vec::new();
    loop {
        match next(pty).await {
            Event::Output(bytes) => output.extend_from_slice(bytes),
            Event::Written(_) => {}
            Event::Exited(exit) => return (text(&output), exit),
        }
    }
}

/// Output up to and including `wanted`.
async fn read_until(pty: &mut Pty, wanted: &str) -> String {
    let mut output = Vec::new();
    loop {
        match next(pty).await {
            Event::Output(bytes) => output.extend_from_slice(bytes),
            Event::Written(_) => {}
            Event::Exited(exit) => panic!("{exit:?} after {:?}", text(&output)),
        }
        let so_far = text(&output);
        if so_far.contains(wanted) {
            return so_far;
        }
    }
}

/// What is on the screen, without what moves and colours it.
fn text(output: &[u8]) -> String {
    let output = String::from_utf8_lossy(output);
    let mut text = String::new();
    let mut rest = output.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\x1b' if rest.next_if_eq(&'[').is_some() => {
                let is_last = |character: &char| ('@'..='~').contains(character);
                // What is moved over is blank, or another line.
                match rest.find(is_last) {
                    Some('C') => text.push(' '),
                    Some('H') => text.push('\n'),
                    _ => {}
                }
            }
            '\x1b' if rest.next_if_eq(&']').is_some() => {
                rest.find(|character| *character == '\x07');
            }
            '\x1b' => {
                rest.next();
            }
            '\r' => {}
            character => text.push(character),
        }
    }
    text
}

#[tokio::test]
async fn what_is_typed_is_echoed_and_read() {
    let (mut pty, _) = start(&part("echoes", &[]));
    read_until(&mut pty, "ready").await;
    let position = pty.push(Bytes::from_static(b"hello\r")).unwrap();
    assert_eq!(position, 6);
    let (output, exit) = finish(&mut pty).await;
    assert!(output.contains("hello\n"), "{output:?}");
    assert!(output.contains("got <hello>"), "{output:?}");
    assert_eq!(exit, Exit::Code(0));
}

#[tokio::test]
async fn a_shell_of_the_system_works() {
    let mut program = part("", &[]);
    program.path = PathBuf::from("cmd");
    program.arguments = vec!["/q".into(), "/d".into()];
    if is_wine() {
        let around = ["/d", "/c", "cmd", "/q", "/d", "<CONIN$", ">CONOUT$"];
        program.arguments = around.map(Into::into).to_vec();
    }
    let (mut pty, _) = start(&program);
    read_until(&mut pty, "Microsoft").await;
    pty.push(Bytes::from_static(b"set /a 6*7\rexit 3\r")).unwrap();
    let (output, exit) = finish(&mut pty).await;
    assert!(output.contains("42"), "{output:?}");
    assert_eq!(exit, Exit::Code(3));
}

/// S68: arguments arrive as they were given.
#[tokio::test]
async fn a_program_gets_its_arguments_literally() {
    let nasty = ["two words", r#"say "hi"&calc|%PATH%^"#, r"C:\a b\", "!x!"];
    let (mut pty, _) = start(&part("arguments", &nasty));
    let (output, _) = finish(&mut pty).await;
    for argument in nasty {
        assert!(output.contains(&format!("{argument}\n")), "{argument} in {output:?}");
    }
}

/// S73: the program's environment is what was given, and the mark.
#[tokio::test]
async fn nothing_is_inherited() {
    let mut program = part("environment", &[]);
    program.environment.retain(|(name, _)| name == "GANTLINE_TEST_PART" || name == "SYSTEMROOT");
    let (mut pty, _) = start(&program);
    let (output, _) = finish(&mut pty).await;
    let names: Vec<_> = output.lines().collect();
    assert!(names.contains(&"GANTLINE_SESSION"), "{output:?}");
    for absent in ["PATH", "Path", "USERNAME", "TEMP"] {
        assert!(!names.contains(&absent), "{output:?}");
    }
}

/// What a program writes last is there after its end, every time.
#[tokio::test]
async fn the_last_words_come_before_the_exit() {
    for round in 0..10 {
        let (mut pty, _) = start(&part("counts", &["200"]));
        let (output, exit) = finish(&mut pty).await;
        assert!(output.contains("199\n200\n"), "round {round}: {output:?}");
        assert_eq!(exit, Exit::Code(0));
        assert_eq!(next(&mut pty).await, Event::Exited(Exit::Code(0)), "and again");
    }
}

#[tokio::test]
async fn exits_are_told_as_they_were() {
    for (code, expected) in [("0", 0), ("255", 255), ("3221225786", -1_073_741_510)] {
        let (mut pty, _) = start(&part("ends", &[code]));
        assert_eq!(finish(&mut pty).await.1, Exit::Code(expected), "{code}");
    }
}

/// Wine 8 cannot do it, and says so.
#[tokio::test]
async fn a_resize_is_seen() {
    let (mut pty, _) = start(&part("sizes", &[]));
    read_until(&mut pty, "size 100x30").await;
    if is_wine() {
        assert_eq!(pty.resize(SIZE).unwrap_err().raw_os_error(), Some(E_NOTIMPL));
        return;
    }
    pty.resize(Size { columns: 121, rows: 41 }).unwrap();
    // The terminal hears of it when it does.
    let mut output = String::new();
    while !output.contains("size 121x41") {
        pty.push(Bytes::from_static(b"\r")).unwrap();
        output.push_str(&read_until(&mut pty, "size ").await);
        output.push_str(&read_until(&mut pty, "\n").await);
    }
    pty.push(Bytes::from_static(b"q\r")).unwrap();
    assert_eq!(finish(&mut pty).await.1, Exit::Code(0));
}

/// Wine 8 has its `conhost` end at Ctrl-C, with whoever is on it.
#[tokio::test]
async fn control_characters_become_events() {
    let (mut pty, _) = start(&part("interrupted", &[]));
    read_until(&mut pty, "ready").await;
    pty.push(Bytes::from_static(b"\x03")).unwrap();
    let (output, exit) = finish(&mut pty).await;
    if !is_wine() {
        assert!(output.contains("interrupted"), "{output:?}");
        assert_eq!(exit, Exit::Code(9));
    }
}

/// A daemon in a process group of its own does not hear Ctrl-C, and that is inherited: its terminals
/// hear it all the same.
#[test]
fn control_characters_work_below_a_daemon_that_does_not_hear_them() {
    let mut below = Command::new(std::env::current_exe().unwrap());
    below.args(["--exact", "control_characters_become_events"]);
    below.creation_flags(NEW_PROCESS_GROUP | NO_WINDOW);
    let output = below.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// R22, S81: whoever is left behind, on the terminal or not, ends with the session; who is on the
/// terminal when it is closed.
#[tokio::test]
async fn the_whole_tree_ends_whatever_it_did_to_hide() {
    let (mut pty, marker) = start(&part("leaves", &[]));
    read_until(&mut pty, "parent").await;
    assert!(survivors(&marker, None).len() >= 2);
    let exit = pty.end(Grace::NONE, |_| ()).await;
    assert_eq!(survivors(&marker, None), Vec::<u32>::new());
    assert!(matches!(exit, Exit::Code(1 | 4)), "{exit:?}");
}

/// Somebody who is left on the terminal does not keep the exit from being told.
#[tokio::test]
async fn the_exit_is_told_while_somebody_holds_the_terminal() {
    let (mut pty, marker) = start(&part("leaves", &[]));
    let (output, exit) = finish(&mut pty).await;
    assert!(output.contains("parent"), "{output:?}");
    assert_eq!(exit, Exit::Code(4));
    pty.tree().end(Grace::NONE).await;
    assert_eq!(survivors(&marker, None), Vec::<u32>::new());
}

#[tokio::test]
async fn a_tree_is_ended_politely_and_at_once() {
    // Who is asked ends with a code of the system's, or of its own.
    for (grace, expected) in [(Grace::default(), None), (Grace::NONE, Some(Exit::Code(1)))] {
        let (mut pty, marker) = start(&part("sleeps", &[]));
        read_until(&mut pty, "ready").await;
        let ended = tokio::time::timeout(DEADLINE, pty.end(grace, |_| ())).await.unwrap();
        assert_eq!(ended, expected.unwrap_or(ended));
        assert_eq!(survivors(&marker, None), Vec::<u32>::new());
        assert_eq!(pty.push(Bytes::from_static(b"x")), Err(InputError::Closed));
    }
}

/// While reading is held, the program waits for its reader, and its last words are not lost.
#[tokio::test]
async fn a_program_waits_while_reading_is_held() {
    // Far more than the system holds. Wine draws the whole screen for each line.
    let last = if is_wine() { "200" } else { "20000" };
    let (mut pty, marker) = start(&part("counts at length", &[last]));
    let held =
        poll_fn(|context| Poll::Ready(pin!(pty.next(Reading::Held)).poll(context).is_pending()));
    assert!(held.await);
    // It would be over in this time if nobody held it.
    let (mut other, _) = start(&part("counts at length", &[last]));
    finish(&mut other).await;
    assert!(!survivors(&marker, None).is_empty());
    let (output, exit) = finish(&mut pty).await;
    assert!(output.contains(&format!("x{last}\n")));
    assert_eq!(exit, Exit::Code(0));
}

/// What runs stands still, and goes on when it is let.
#[tokio::test]
async fn a_paused_program_says_nothing() {
    let (mut pty, _) = start(&part("echoes", &[]));
    read_until(&mut pty, "ready").await;
    let paused = pty.tree().pause().await.unwrap();
    pty.push(Bytes::from_static(b"hello\r")).unwrap();
    let (mut other, _) = start(&part("echoes", &[]));
    other.push(Bytes::from_static(b"hello\r")).unwrap();
    let (answer, _) = finish(&mut other).await;
    assert!(answer.contains("got <hello>"));
    let said = tokio::time::timeout(Duration::from_millis(200), async {
        loop {
            if let Event::Output(bytes) = pty.next(Reading::On).await {
                assert!(!text(bytes).contains("got"));
            }
        }
    });
    assert!(said.await.is_err());
    paused.resume();
    let (output, exit) = finish(&mut pty).await;
    assert!(output.contains("got <hello>"), "{output:?}");
    assert_eq!(exit, Exit::Code(0));
}

/// A dropped terminal takes its program with it.
#[tokio::test]
async fn a_dropped_program_ends() {
    let (mut pty, marker) = start(&part("sleeps", &[]));
    read_until(&mut pty, "ready").await;
    drop(pty);
    assert!(gone_within(&marker, None, DEADLINE).await);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let error = |program: &Program| spawn(program, &marker(), SIZE).unwrap_err();
    let mut program = part("sleeps", &[]);
    program.path = PathBuf::from("no-such-program");
    assert!(matches!(error(&program), SpawnError::NoProgram(_)));

    let mut program = part("sleeps", &[]);
    program.directory = PathBuf::from(r"C:\no\such\directory");
    assert!(matches!(error(&program), SpawnError::NoDirectory(_)));

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plain.exe");
    std::fs::write(&file, "not a program").unwrap();
    let mut program = part("sleeps", &[]);
    program.path = file;
    assert!(matches!(error(&program), SpawnError::System { .. }));
}
