//! This program itself, started by the tests in the parts that it plays.

use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use processes::piped::ChildProcess;
use processes::{Grace, Marker, Program, inherited_environment, spawn_piped, survivors};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};

/// Far more than anything here takes on a busy computer.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

const PART: &str = "GANTLINE_TEST_PART";

/// Flags of processes that want to be by themselves (Process Creation Flags, learn.microsoft.com).
const DETACHED: u32 = 0x8 | 0x200;
const BREAKAWAY: u32 = 0x0100_0000;
const NO_WINDOW: u32 = 0x0800_0000;

/// Arguments that make this program play a part; its own follow.
pub(crate) const ACT: [&str; 5] = ["--ignored", "--exact", "acting::acts", "--nocapture", "--"];

/// This program in a part, with arguments.
pub(crate) fn part(name: &str, arguments: &[&str], directory: &Path) -> Program {
    let mut environment = inherited_environment(std::env::vars_os());
    environment.push((PART.into(), name.into()));
    Program {
        path: std::env::current_exe().unwrap(),
        arguments: ACT.iter().chain(arguments).map(OsString::from).collect(),
        environment,
        directory: directory.to_owned(),
    }
}

pub(crate) fn marker(name: &str) -> Marker {
    Marker::new(format_args!("test-{name}-{}", std::process::id()))
}

/// The same, not in any session.
pub(crate) fn outside(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(ACT).args(arguments).env(PART, name).creation_flags(NO_WINDOW);
    command
}

pub(crate) fn said_outside(name: &str, arguments: &[&str]) -> Vec<String> {
    let output = outside(name, arguments).stderr(Stdio::inherit()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.strip_prefix('@')).map(ToOwned::to_owned).collect()
}

/// What somebody says.
pub(crate) struct Words<R>(Lines<BufReader<R>>);

impl<R: AsyncRead + Unpin> Words<R> {
    pub(crate) fn of(output: R) -> Self {
        Self(BufReader::new(output).lines())
    }

    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            let line = tokio::time::timeout(DEADLINE, self.0.next_line()).await.unwrap();
            let Some(line) = line.unwrap() else { return None };
            if let Some(words) = line.strip_prefix('@') {
                return Some(words.to_owned());
            }
        }
    }

    pub(crate) async fn all(mut self) -> Vec<String> {
        let mut words = Vec::new();
        while let Some(word) = self.next().await {
            words.push(word);
        }
        words
    }
}

/// Starts one, and waits until it says that it is ready.
pub(crate) async fn ready(program: &Program, marker: &Marker) -> (ChildProcess, Vec<String>) {
    let child = spawn_piped(program, marker).unwrap();
    let (mut words, mut said) = (Words::of(child.stdout), Vec::new());
    loop {
        let word = words.next().await.expect("it says that it is ready");
        if word == "ready" {
            return (child.process, said);
        }
        said.push(word);
    }
}

/// Not a test of its own.
#[test]
#[ignore = "a part that the tests give"]
fn acts() {
    let Some(part) = std::env::var_os(PART) else { return };
    let arguments: Vec<_> =
        std::env::args_os().skip_while(|argument| argument != "--").skip(1).collect();
    match part.to_str().unwrap() {
        "arguments" => arguments.iter().for_each(|argument| say(format_args!("{argument:?}"))),
        "environment" => std::env::vars().for_each(|(name, _)| say(name)),
        "sleeps" => sleep(),
        "leaves" => leave_somebody(),
        "asked" => be_asked(),
        "asks" => ask(),
        "keeps" => keep_and_die(&arguments[0]),
        "looks" => say(survivors(&mark(&arguments[0]), None).len()),
        "counts" => count(Path::new(&arguments[0]), usize::MAX),
        "counts once" => count(Path::new(&arguments[0]), 1),
        "counters" => counters(),
        other => panic!("nobody plays {other}"),
    }
}

fn say(words: impl std::fmt::Display) {
    let mut out = std::io::stdout();
    write!(out, "\n@{words}\n").unwrap();
    out.flush().unwrap();
}

fn sleep() {
    say("ready");
    loop {
        std::thread::park();
    }
}

fn mark(argument: &OsStr) -> Marker {
    Marker::new(argument.to_str().unwrap())
}

/// Starts somebody who wants to be by itself in every way, and ends.
fn leave_somebody() {
    let start = |flags| {
        let mut command = outside("sleeps", &[]);
        command.creation_flags(flags).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null()).spawn()
    };
    say(start(DETACHED).unwrap().id());
    say(if start(DETACHED | BREAKAWAY).is_err() { "refused" } else { "broke away" });
    say("ready");
}

#[tokio::main(flavor = "current_thread")]
async fn be_asked() {
    let mut asked = tokio::signal::windows::ctrl_break().unwrap();
    say("ready");
    asked.recv().await;
    say("bye");
    std::io::stdout().flush().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the code is what the test looks at")]
    std::process::exit(7);
}

/// Asks somebody to end, and tells what it said and how it ended.
#[tokio::main(flavor = "current_thread")]
async fn ask() {
    let directory = std::env::temp_dir();
    let child = spawn_piped(&part("asked", &[], &directory), &marker("asked")).unwrap();
    let (mut words, mut process) = (Words::of(child.stdout), child.process);
    assert_eq!(words.next().await.as_deref(), Some("ready"));
    let grace = Grace { polite: DEADLINE, hard: Duration::ZERO };
    let status = process.end(grace).await.unwrap();
    say(format_args!("{:?} {:?}", words.next().await, status.code()));
}

/// Starts somebody in a session and ends as nobody should.
#[tokio::main(flavor = "current_thread")]
async fn keep_and_die(marker: &OsStr) {
    let directory = std::env::temp_dir();
    let child = spawn_piped(&part("leaves", &[], &directory), &mark(marker)).unwrap();
    let mut words = Words::of(child.stdout);
    while words.next().await.as_deref() != Some("ready") {}
    say(if survivors(&mark(marker), None).is_empty() { "gone" } else { "there" });
    std::process::abort();
}

fn count(file: &Path, times: usize) {
    for _ in 0..times {
        let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
        file.write_all(b".").unwrap();
    }
}

/// Four who count: this one, a child, one that is by itself, and one that is a new process each
/// time.
fn counters() {
    let start = |part: &str, file: &str, flags| {
        let mut command = outside(part, &[file]);
        command.creation_flags(flags).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null()).spawn().unwrap()
    };
    start("counts", "child", 0);
    start("counts", "alone", DETACHED);
    std::thread::spawn(move || {
        loop {
            start("counts once", "brood", 0).wait().unwrap();
        }
    });
    say("ready");
    count(Path::new("leader"), usize::MAX);
}
