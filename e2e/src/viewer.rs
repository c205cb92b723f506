//! A terminal as one who is attached to it sees it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use client::{AttachConfig, AttachEvent, Attachment, Typed};

use crate::patience::{PATIENCE, within};

/// How much of the end of the output is shown when something is waited for in vain.
const TAIL_BYTES: usize = 400;

/// One who is attached to a terminal.
pub struct Viewer {
    /// What was shown.
    pub seen: Shown,
    attachment: Attachment,
}

/// What was shown of a terminal.
#[derive(Debug, Default)]
pub struct Shown {
    /// Every byte of output that was given out to be drawn, in order. A screen is not among them.
    pub output: Vec<u8>,
    /// How often the whole screen was given out instead.
    pub screens: Vec<Bytes>,
    /// How many bytes were declared as left out.
    pub gap_bytes: u64,
    /// How often the view was attached.
    pub attached: u32,
    /// How often the connection was lost.
    pub losses: u32,
    /// Whether the keyboard is this view's.
    pub keyboard: Option<bool>,
    /// How much of what was typed was given up.
    pub given_up_bytes: usize,
    /// The size, as columns and rows.
    pub size: Option<(u16, u16)>,
    /// Whether the machine can be reached, where something was said of it.
    pub machine: Option<bool>,
    /// How the program has ended.
    pub ended: Option<String>,
}

impl Viewer {
    /// Attaches.
    pub fn attach(client: &client::Client, config: AttachConfig) -> Self {
        Self { seen: Shown::default(), attachment: client.attach(config) }
    }

    /// Waits until `find` finds something in what was shown.
    pub async fn until<T>(&mut self, what: &str, find: impl Fn(&Shown) -> Option<T>) -> Result<T> {
        self.until_within(PATIENCE, what, find).await
    }

    /// The same, with a limit of its own.
    pub async fn until_within<T>(
        &mut self,
        limit: Duration,
        what: &str,
        find: impl Fn(&Shown) -> Option<T>,
    ) -> Result<T> {
        let found = async {
            loop {
                if let Some(found) = find(&self.seen) {
                    return Ok(found);
                }
                self.next().await?;
            }
        };
        let found = within(limit, what, found).await;
        found.map_err(|error| error.context(self.seen.describe()))
    }

    /// Waits until the output holds a text.
    pub async fn shows(&mut self, text: &str) -> Result<()> {
        self.until(&format!("wait until the terminal shows {text:?}"), |seen| {
            seen.has(text).then_some(())
        })
        .await
    }

    /// Waits until the keyboard is this view's.
    pub async fn keyboard(&mut self) -> Result<()> {
        self.until("wait for the keyboard", |seen| (seen.keyboard == Some(true)).then_some(()))
            .await
    }

    /// Waits until the program has ended, and says how.
    pub async fn ended(&mut self) -> Result<String> {
        self.until("wait for the end of the program", |seen| seen.ended.clone()).await
    }

    /// Types. There is room, because tests type less than may be typed ahead.
    pub fn type_in(&mut self, text: &str) -> Result<()> {
        let typed = self.attachment.type_in(Bytes::copy_from_slice(text.as_bytes()));
        ensure!(typed == Typed::Taken, "typing {text:?}: {typed:?}");
        Ok(())
    }

    /// What was typed and is not in the program's hands, in bytes.
    pub fn waiting_bytes(&self) -> usize {
        self.attachment.waiting_bytes()
    }

    /// The window has this size now.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.attachment.resize(columns, rows);
    }

    /// Takes the keyboard from whoever has it.
    pub fn take_keyboard(&mut self) {
        self.attachment.take_keyboard();
    }

    /// Fits the terminal to this window.
    pub fn fit_to_me(&mut self) {
        self.attachment.fit_to_me();
    }

    /// Waits for one more event.
    pub async fn next(&mut self) -> Result<()> {
        let event = self.attachment.next().await.context("follow the terminal")?;
        let seen = &mut self.seen;
        match event {
            AttachEvent::Attached { .. } => seen.attached += 1,
            AttachEvent::Disconnected { .. } => seen.losses += 1,
            AttachEvent::Output(bytes) => seen.output.extend_from_slice(&bytes),
            AttachEvent::Screen(screen) => seen.screens.push(screen),
            AttachEvent::Gap { bytes } => seen.gap_bytes += bytes,
            AttachEvent::Size { columns, rows } => seen.size = Some((columns, rows)),
            AttachEvent::Keyboard { yours, given_up_bytes, .. } => {
                seen.keyboard = Some(yours);
                seen.given_up_bytes += given_up_bytes;
            }
            AttachEvent::Machine { is_reachable } => seen.machine = Some(is_reachable),
            AttachEvent::Ended { detail } => seen.ended = Some(detail),
        }
        Ok(())
    }
}

impl Shown {
    /// Whether the output, or the last screen, holds a text.
    pub fn has(&self, text: &str) -> bool {
        let on_screen = self.screens.last().is_some_and(|screen| holds(screen, text));
        on_screen || holds(&self.output, text)
    }

    fn describe(&self) -> String {
        let tail = &self.output[self.output.len().saturating_sub(TAIL_BYTES)..];
        format!(
            "{} bytes of output, {} screens, {} bytes left out, attached {} times, lost {} times, \
             keyboard {:?}, size {:?}, ended {:?}; the last screen is {:?}; the output ends with \
             {:?}",
            self.output.len(),
            self.screens.len(),
            self.gap_bytes,
            self.attached,
            self.losses,
            self.keyboard,
            self.size,
            self.ended,
            self.screens.last().map(|screen| String::from_utf8_lossy(screen)),
            String::from_utf8_lossy(tail)
        )
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}
