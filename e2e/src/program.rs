//! One run of a program: what it says, how it is told to stop, how it ends.

use std::process::{ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::patience::{PATIENCE, within};

/// How many lines are kept to be asked about; the oldest are dropped. All of them are shown with
/// a test that fails.
const LINES: usize = 10_000;

/// A running program. It is killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    lines: watch::Receiver<Vec<String>>,
    /// Read what it says; they end with it.
    readers: JoinSet<()>,
}

/// How a program has ended, and everything it said.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// What it said on both streams, in lines.
    pub said: Vec<String>,
}

impl Program {
    /// Starts it. `name` marks its lines in the output of the test.
    pub fn start(name: &str, mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start {name}"))?;
        let (sender, lines) = watch::channel(Vec::new());
        let mut readers = JoinSet::new();
        let stdout = child.stdout.take().context("its output is piped")?;
        let stderr = child.stderr.take().context("its complaints are piped")?;
        readers.spawn(read(name.to_owned(), stdout, sender.clone()));
        readers.spawn(read(name.to_owned(), stderr, sender));
        Ok(Self { name: name.to_owned(), child, lines, readers })
    }

    /// Waits until it has said a line in which `find` finds something.
    pub async fn said<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        self.has_said(what, |lines| lines.iter().find_map(|line| find(line))).await
    }

    /// Waits until `find` finds something in everything it has said, in lines.
    pub async fn has_said<T>(
        &mut self,
        what: &str,
        find: impl Fn(&[String]) -> Option<T>,
    ) -> Result<T> {
        let found = async {
            loop {
                let hit = find(&self.lines.borrow_and_update());
                if let Some(hit) = hit {
                    return Ok(hit);
                }
                if self.lines.changed().await.is_err() {
                    bail!("{} has ended, and said:\n{}", self.name, self.lines.borrow().join("\n"));
                }
            }
        };
        within(PATIENCE, what, found).await
    }

    /// Everything it has said so far, in lines.
    pub fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// Its process.
    pub fn pid(&self) -> Result<u32> {
        self.child.id().context("it has ended")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let raw = i32::try_from(self.pid()?)?;
        let pid = Pid::from_raw(raw).context("a process has a number")?;
        kill_process(pid, signal).with_context(|| format!("signal {}", self.name))
    }

    /// Kills it as a power cut would, without a chance to tidy up, and waits until it is gone.
    pub async fn kill(mut self) -> Result<Ended> {
        self.signal(Signal::KILL)?;
        self.ended().await
    }

    /// Waits until it has ended by itself or because it was told to.
    pub async fn ended(&mut self) -> Result<Ended> {
        within(PATIENCE, &format!("wait for the end of {}", self.name), async {
            let status = self.child.wait().await?;
            while self.readers.join_next().await.is_some() {}
            Ok(Ended { status, said: self.lines() })
        })
        .await
    }
}

impl Ended {
    /// What it said, as one text.
    pub fn text(&self) -> String {
        self.said.join("\n")
    }
}

/// Takes in what a program says, and shows it with the test's own output.
#[expect(clippy::print_stderr, reason = "what the program says is shown with a test that fails")]
async fn read(name: String, stream: impl AsyncRead + Unpin, lines: watch::Sender<Vec<String>>) {
    let mut stream = BufReader::new(stream);
    let mut bytes = Vec::new();
    while matches!(stream.read_until(b'\n', &mut bytes).await, Ok(read) if read > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        bytes.clear();
        eprintln!("[{name}] {line}");
        lines.send_modify(|lines| {
            if lines.len() == LINES {
                lines.remove(0);
            }
            lines.push(line);
        });
    }
}
