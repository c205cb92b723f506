//! A server with the demonstration, and the program's other commands against it.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use host::SystemClock;
use model::Clock;
use serde_json::Value;
use tempfile::TempDir;

/// The server's token for scripts.
pub(crate) const TOKEN: &str = "a-token-for-scripts";

/// How long anything may take on a busy computer.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The program, with nothing of this computer's environment that it would heed.
pub(crate) fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gantline"));
    for name in [
        "DBUS_SESSION_BUS_ADDRESS",
        "GANTLINE_DATA_DIR",
        "GANTLINE_SERVER",
        "GANTLINE_TOKEN",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        command.env_remove(name);
    }
    command.env("HOME", home).env("LC_ALL", "C.UTF-8").current_dir(home).stdin(Stdio::null());
    command
}

/// Runs the program to its end with something on standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses what it was told before it reads is not there to take it.
    match child.stdin.take().unwrap().write_all(input.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => panic!("{error}"),
        _ => {}
    }
    child.wait_with_output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The one line of JSON that was printed.
pub(crate) fn json(output: &Output) -> Value {
    let text = stdout(output);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{}", stderr(output)))
}

#[track_caller]
pub(crate) fn check_code(output: &Output, code: i32) {
    let (out, err) = (stdout(output), stderr(output));
    assert_eq!(output.status.code(), Some(code), "stdout: {out}\nstderr: {err}");
}

/// Asks again and again until something is so.
#[track_caller]
pub(crate) fn wait_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let clock = SystemClock::start();
    let began = clock.tick();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(clock.tick().since(began) < PATIENCE, "{what} did not happen in time");
        #[expect(clippy::disallowed_methods, reason = "another process can only be looked at")]
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A program that goes on until it is stopped.
pub(crate) struct Running {
    child: Child,
    lines: std::sync::mpsc::Receiver<String>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn();
        let mut child = child.unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = std::sync::mpsc::sync_channel(1_000);
        let reader = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, reader: Some(reader) }
    }

    /// Waits for a line that holds this text.
    #[track_caller]
    pub(crate) fn line_with(&self, text: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return line,
                Ok(_) => {}
                Err(error) => panic!("no line with {text:?}: {error}"),
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and answers its exit code and how long it took.
    pub(crate) fn terminate(mut self) -> (Option<i32>, Duration) {
        let clock = SystemClock::start();
        let began = clock.tick();
        signal(self.id(), "TERM");
        let code = self.child.wait().unwrap().code();
        (code, clock.tick().since(began))
    }
}

pub(crate) fn signal(process: u32, name: &str) {
    let arguments = [format!("-{name}"), process.to_string()];
    assert!(Command::new("kill").args(arguments).status().unwrap().success());
}

impl Drop for Running {
    fn drop(&mut self) {
        // Killed, it would leave its terminals to the next one. It may have ended already.
        let _ = Command::new("kill").args(["-INT", &self.id().to_string()]).status();
        let _ = self.child.wait();
        // Whatever it still says is read, so that the thread ends.
        while self.lines.try_recv().is_ok() {}
        if let Some(reader) = self.reader.take() {
            while !reader.is_finished() {
                let _ = self.lines.recv_timeout(Duration::from_millis(20));
            }
        }
    }
}

/// `gantline up --demo` in a home of its own.
pub(crate) struct House {
    pub(crate) root: TempDir,
    pub(crate) url: String,
    pub(crate) up: Option<Running>,
}

impl House {
    /// Starts the server, with the directory `work` as this computer's workspace.
    pub(crate) fn start() -> Self {
        let root = tempfile::tempdir().unwrap();
        for directory in ["home", "work"] {
            std::fs::create_dir(root.path().join(directory)).unwrap();
        }
        let mut house = Self { root, url: String::new(), up: None };
        house.start_up("0");
        house
    }

    /// Starts it again at the same address.
    pub(crate) fn restart(&mut self) {
        let port = self.url.rsplit(':').next().unwrap().to_owned();
        self.start_up(&port);
    }

    fn start_up(&mut self, port: &str) {
        let mut command = program(&self.home());
        command.args(["up", "--demo", "--port", port, "--token", TOKEN, "--workspace"]);
        command.arg(self.work()).arg("--data-dir").arg(self.root.path().join("data"));
        let up = Running::start(&mut command);
        let line = up.line_with("http://");
        line.split_whitespace().last().unwrap().clone_into(&mut self.url);
        up.line_with("Demo agent");
        self.up = Some(up);
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// The program, signed in, in the workspace.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(&self.home());
        command.env("GANTLINE_SERVER", &self.url).env("GANTLINE_TOKEN", TOKEN);
        command.current_dir(self.work()).args(arguments);
        command
    }

    /// Runs the program, signed in, to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Asks the server itself, as an administrator.
    pub(crate) fn post(&self, path: &str, body: &str) -> Value {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {TOKEN}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let start = answer.find("\r\n\r\n").unwrap();
        let text = answer.get(start..).unwrap();
        let (from, to) = (text.find('{').unwrap(), text.rfind('}').unwrap());
        serde_json::from_str(text.get(from..=to).unwrap()).unwrap()
    }
}
