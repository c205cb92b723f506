//! A window in which the program runs: a real pseudo-terminal, and what it shows.

use std::time::Duration;

use bytes::Bytes;
use processes::{Grace, Marker, Program};
use pty::{Event, Exit, Pty, Reading};
use terminal::Screen;

use super::support::{House, PATIENCE, TOKEN};

const COLUMNS: u16 = 100;
const ROWS: u16 = 40;

/// What windows are asked for: where the cursor is (ECMA-48 §8.3.35, DSR 6).
const WHERE_IS_THE_CURSOR: &[u8] = b"\x1b[6n";

/// A window in which the program runs.
pub(crate) struct Window {
    pty: Pty,
    screen: Screen,
    exit: Option<Exit>,
}

impl Window {
    /// Runs the program, signed in, in the workspace.
    pub(crate) fn open(house: &House, arguments: &[&str]) -> Self {
        let variables = [
            ("HOME", house.home().into_os_string()),
            ("PATH", std::env::var_os("PATH").unwrap()),
            ("TERM", "xterm-256color".into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("GANTLINE_SERVER", house.url.clone().into()),
            ("GANTLINE_TOKEN", TOKEN.into()),
        ];
        let program = Program {
            path: env!("CARGO_BIN_EXE_gantline").into(),
            arguments: arguments.iter().map(Into::into).collect(),
            environment: variables.map(|(name, value)| (name.into(), value)).to_vec(),
            directory: house.work(),
        };
        let size = pty::Size { columns: COLUMNS, rows: ROWS };
        // Whatever carries the same mark ends with the window, so that each has its own.
        let marker = Marker::new(format!("{} {}", house.url, arguments.join(" ")));
        let pty = pty::spawn(&program, &marker, size).unwrap();
        let size = terminal::Size::new(u32::from(COLUMNS), u32::from(ROWS)).unwrap();
        Self { pty, screen: Screen::new(size, 0), exit: None }
    }

    /// Types. It arrives while something is waited for.
    pub(crate) fn type_in(&mut self, text: &str) {
        self.pty.push(Bytes::copy_from_slice(text.as_bytes())).unwrap();
    }

    /// What is shown.
    pub(crate) fn text(&self) -> String {
        self.screen.text().join("\n").trim_end().to_owned()
    }

    /// Waits until this is shown.
    pub(crate) async fn shows(&mut self, text: &str) {
        self.until(text, |shown| shown.contains(text)).await;
    }

    /// Waits until what is shown is as it should be.
    pub(crate) async fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        let shown = tokio::time::timeout(PATIENCE, async {
            while !is_so(&self.text()) {
                assert!(self.exit.is_none(), "it ended before {what:?}:\n{}", self.text());
                self.read().await;
            }
        });
        let is_shown = shown.await.is_ok();
        assert!(is_shown, "{what:?} is not shown:\n{}", self.text());
    }

    /// Waits for the end of the program.
    pub(crate) async fn ends(&mut self) -> Exit {
        let ended = tokio::time::timeout(PATIENCE, async {
            while self.exit.is_none() {
                self.read().await;
            }
        });
        assert!(ended.await.is_ok(), "it does not end:\n{}", self.text());
        self.exit.unwrap()
    }

    /// Closes the window, whatever the program does.
    pub(crate) async fn close(mut self) {
        if self.exit.is_none() {
            let grace = Grace { polite: Duration::from_secs(1), ..Grace::default() };
            self.pty.end(grace, |_| {}).await;
        }
    }

    async fn read(&mut self) {
        let asks = match self.pty.next(Reading::On).await {
            Event::Output(bytes) => {
                self.screen.feed(bytes);
                bytes.windows(WHERE_IS_THE_CURSOR.len()).any(|seen| seen == WHERE_IS_THE_CURSOR)
            }
            Event::Written(_) => false,
            Event::Exited(exit) => {
                self.exit = Some(exit);
                false
            }
        };
        if asks {
            let cursor = self.screen.cursor();
            self.type_in(&format!("\x1b[{};{}R", cursor.row + 1, cursor.column + 1));
        }
    }
}
