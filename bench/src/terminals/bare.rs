//! A shell on a terminal of this program's own.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use pty_process::{Pty, Size};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Child;

/// As much as the system hands out at once.
const READ_BYTES: usize = 64 * 1024;

/// A shell on a terminal of this program's own. It is killed when it is dropped.
pub(crate) struct Bare {
    pty: Pty,
    _shell: Child,
    buffer: Vec<u8>,
}

impl Bare {
    /// Starts the shell.
    pub(crate) fn start(columns: u16, rows: u16) -> Result<Self> {
        let (pty, pts) = pty_process::open().context("open a terminal")?;
        pty.resize(Size::new(rows, columns))?;
        let command = pty_process::Command::new("/bin/sh").kill_on_drop(true);
        let shell = command.spawn(pts).context("start a shell")?;
        Ok(Self { pty, _shell: shell, buffer: vec![0; READ_BYTES] })
    }

    /// Types.
    pub(crate) async fn type_in(&mut self, keys: &[u8]) -> Result<()> {
        self.pty.write_all(keys).await.context("type into the terminal")
    }

    /// Waits for the next output.
    pub(crate) async fn output(&mut self) -> Result<Bytes> {
        let count = self.pty.read(&mut self.buffer).await.context("read from the terminal")?;
        ensure!(count > 0, "the shell has ended");
        Ok(Bytes::copy_from_slice(&self.buffer[..count]))
    }
}
