//! This program itself, started by the tests in the parts that it plays.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::windows::io::{AsHandle, AsRawHandle};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use processes::{Marker, Program, inherited_environment};
use windows_sys::Win32::System::Console::{CONSOLE_SCREEN_BUFFER_INFO, GetConsoleScreenBufferInfo};

const PART: &str = "GANTLINE_TEST_PART";

const ACT: [&str; 5] = ["--ignored", "--exact", "acting::acts", "--nocapture", "--"];

/// This program in a part, with arguments.
pub(crate) fn part(name: &str, arguments: &[&str]) -> Program {
    let mut environment = inherited_environment(std::env::vars_os());
    environment.push((PART.into(), name.into()));
    environment.push(("TERM".into(), "xterm-256color".into()));
    Program {
        path: std::env::current_exe().unwrap(),
        arguments: ACT.iter().chain(arguments).map(OsString::from).collect(),
        environment,
        directory: std::env::temp_dir(),
    }
}

pub(crate) fn marker() -> Marker {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Marker::new(format_args!("pty-test-{}-{number}", std::process::id()))
}

/// Not a test of its own.
#[test]
#[ignore = "a part that the tests give"]
fn acts() {
    let Some(part) = std::env::var_os(PART) else { return };
    let arguments: Vec<_> = std::env::args().skip_while(|word| word != "--").skip(1).collect();
    match part.to_str().unwrap() {
        "arguments" => arguments.iter().for_each(|argument| say(argument)),
        "environment" => std::env::vars().for_each(|(name, _)| say(name)),
        "echoes" => echo(),
        "sleeps" => sleep(),
        "rests" => rest(),
        "interrupted" => be_interrupted(),
        "leaves" => leave_somebody(),
        "sizes" => tell_sizes(),
        "counts" => count(arguments[0].parse().unwrap(), 0),
        "counts at length" => count(arguments[0].parse().unwrap(), 90),
        "ends" => end(&arguments[0]),
        other => panic!("nobody plays {other}"),
    }
}

/// Wine 8 connects a program that is started on a pseudo-console to it, but leaves its standard
/// handles empty.
pub(crate) fn is_wine() -> bool {
    std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("WINE"))
}

fn output() -> File {
    if is_wine() {
        return OpenOptions::new().read(true).write(true).open("CONOUT$").unwrap();
    }
    std::io::stdout().as_handle().try_clone_to_owned().unwrap().into()
}

fn input() -> BufReader<File> {
    if is_wine() {
        return BufReader::new(OpenOptions::new().read(true).write(true).open("CONIN$").unwrap());
    }
    BufReader::new(std::io::stdin().as_handle().try_clone_to_owned().unwrap().into())
}

fn say(words: impl std::fmt::Display) {
    let mut out = output();
    write!(out, "{words}\r\n").unwrap();
    out.flush().unwrap();
}

fn count(last: u32, width: usize) {
    let mut out = output();
    for number in 1..=last {
        write!(out, "{number:x>width$}\r\n").unwrap();
    }
}

fn echo() {
    say("ready");
    let line = input().lines().next().unwrap().unwrap();
    say(format_args!("got <{line}>"));
}

fn sleep() {
    say("ready");
    rest();
}

fn rest() {
    loop {
        std::thread::park();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn be_interrupted() {
    let mut interrupted = tokio::signal::windows::ctrl_c().unwrap();
    say("ready");
    interrupted.recv().await;
    say("interrupted");
    end("9");
}

/// Leaves somebody behind who has the terminal, and somebody who does not want it.
fn leave_somebody() {
    for flags in [0, 0x8 | 0x200] {
        use std::os::windows::process::CommandExt;
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(ACT).env(PART, "rests").creation_flags(flags).stdout(Stdio::null());
        command.stderr(Stdio::null()).spawn().unwrap();
    }
    say("parent");
    end("4");
}

/// Tells the size whenever something is typed, until it is a `q`.
fn tell_sizes() {
    let mut typed = input().bytes();
    loop {
        say(format_args!("size {}", size()));
        loop {
            match typed.next().unwrap().unwrap() {
                b'q' => return,
                b'\n' => break,
                _ => {}
            }
        }
    }
}

#[expect(unsafe_code, reason = "the size of a console has no safe wrapper")]
fn size() -> String {
    let (output, mut told) = (output(), CONSOLE_SCREEN_BUFFER_INFO::default());
    // SAFETY: the pointer is to a structure of ours.
    let answer = unsafe { GetConsoleScreenBufferInfo(output.as_raw_handle(), &raw mut told) };
    assert_ne!(answer, 0);
    let window = told.srWindow;
    format!("{}x{}", window.Right - window.Left + 1, window.Bottom - window.Top + 1)
}

fn end(code: &str) {
    let code: u32 = code.parse().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the code is what the test looks at")]
    std::process::exit(code.cast_signed());
}
