//! A terminal on a machine, in this window: what is typed goes there, what it draws is drawn here.
//!
//! - [`detacher`]: keys that are for this program and not for the terminal
//! - [`filter`]: what a program in a terminal may not do to the window
//! - [`display`]: the window; `resized`: its size

pub(crate) mod detacher;
mod display;
mod filter;
mod resized;

use std::io;
use std::time::Duration;

use bytes::Bytes;
use client::{AttachConfig, AttachEvent, Attachment, Client, Part, Typed};
use model::{SessionId, UserId};
use tokio::io::AsyncReadExt;

use self::detacher::{Detacher, Key, PrefixKey};
use self::display::Display;
use self::resized::Resized;
use crate::escape;
use crate::words::Words;

/// What is read of the keyboard at a time.
const READ_BYTES: usize = 16 * 1024;

/// How long a short remark stays.
const REMARK_STAYS: Duration = Duration::from_secs(4);

/// What is attached to.
pub(crate) struct AttachTo {
    pub session: SessionId,
    pub person: UserId,
    pub part: Part,
    pub prefix: PrefixKey,
}

/// Why it is attached no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Left {
    /// The user has left; the terminal goes on.
    Detached,
    /// The terminal's program has ended.
    Ended { detail: String },
}

/// Attaches until the user leaves or the program ends.
pub(crate) async fn attach(
    client: &Client,
    to: AttachTo,
    words: &'static dyn Words,
) -> anyhow::Result<Left> {
    let (columns, rows) = display::window_size();
    let AttachTo { session, person, part, prefix } = to;
    let attachment = client.attach(AttachConfig { session, person, part, columns, rows });
    let window = Window {
        attachment,
        display: Display::begin(part, words)?,
        detacher: Detacher::new(prefix),
        words,
        held: None,
        remark_ends: None,
        has_attached: false,
    };
    window.run(part).await
}

/// A window onto a terminal.
struct Window {
    attachment: Attachment,
    display: Display,
    detacher: Detacher,
    words: &'static dyn Words,
    /// What was typed and found no room; nothing more is read before.
    held: Option<Bytes>,
    /// When the remark that is shown goes away.
    remark_ends: Option<std::pin::Pin<Box<tokio::time::Sleep>>>,
    has_attached: bool,
}

impl Window {
    async fn run(mut self, part: Part) -> anyhow::Result<Left> {
        let mut keyboard = tokio::io::stdin();
        let mut resized = Resized::listen()?;
        let mut buffer = vec![0; READ_BYTES];
        let mut interrupted = std::pin::pin!(crate::commands::server::wait_for_interrupt());
        let mut reads_keys = part == Part::Write || self.display.is_window();
        let left = loop {
            let is_free = reads_keys && self.held.is_none();
            tokio::select! {
                // The terminal.
                event = self.attachment.next() => {
                    if let Some(left) = self.take(event?)? {
                        break left;
                    }
                    self.type_held()?;
                }
                // The keyboard.
                read = keyboard.read(&mut buffer), if is_free => match read? {
                    0 => reads_keys = false,
                    length => {
                        let typed = buffer.get(..length).unwrap_or_default().to_vec();
                        if self.keys(&typed)? {
                            break Left::Detached;
                        }
                    }
                },
                // The window has another size.
                () = resized.next() => {
                    let (columns, rows) = display::window_size();
                    self.attachment.resize(columns, rows);
                    self.display.redraw()?;
                }
                // A remark was shown long enough.
                () = ended(&mut self.remark_ends) => {
                    self.remark_ends = None;
                    self.display.clear_notice()?;
                }
                // Somebody wants this program to end.
                _ = &mut interrupted => break Left::Detached,
            }
        };
        self.attachment.leave().await;
        self.display.end()?;
        Ok(left)
    }

    fn take(&mut self, event: AttachEvent) -> anyhow::Result<Option<Left>> {
        match event {
            AttachEvent::Attached { may_write } => {
                self.has_attached = true;
                self.display.clear_notice()?;
                if !may_write {
                    self.remark(self.words.watching_only())?;
                }
            }
            // A server that was never reached is an error at once.
            AttachEvent::Disconnected { error, .. } if !self.has_attached => {
                return Err(error.into());
            }
            AttachEvent::Disconnected { retry_in, .. } => {
                self.notice(&self.words.connection_lost(retry_in))?;
            }
            AttachEvent::Output(bytes) => self.display.output(&bytes)?,
            AttachEvent::Screen(bytes) => self.display.screen(&bytes)?,
            AttachEvent::Gap { bytes } => self.remark(&self.words.output_skipped(bytes))?,
            AttachEvent::Size { columns, rows } => self.display.resize(columns, rows),
            AttachEvent::Keyboard { yours, holder, given_up_bytes } => {
                if given_up_bytes > 0 {
                    self.remark(&self.words.typing_given_up(given_up_bytes))?;
                } else if let (false, Some(holder)) = (yours, holder) {
                    let name = escape::line(&holder.display_name).into_owned();
                    let prefix = self.detacher.prefix().to_string();
                    self.remark(&self.words.keyboard_is_theirs(&name, &prefix))?;
                }
            }
            AttachEvent::Machine { is_reachable: true } => self.display.clear_notice()?,
            AttachEvent::Machine { is_reachable: false } => {
                self.notice(self.words.machine_away())?;
            }
            AttachEvent::Ended { detail } => return Ok(Some(Left::Ended { detail })),
        }
        Ok(None)
    }

    /// Takes what was typed. Answers whether the user wants to leave.
    fn keys(&mut self, typed: &[u8]) -> io::Result<bool> {
        for key in self.detacher.keys(typed) {
            match key {
                Key::Typed(bytes) => self.type_in(Bytes::from(bytes))?,
                Key::Detach => return Ok(true),
                Key::TakeKeyboard => self.attachment.take_keyboard(),
                Key::FitToMe => self.attachment.fit_to_me(),
                Key::Help => {
                    let prefix = self.detacher.prefix().to_string();
                    self.remark(&self.words.attach_help(&prefix))?;
                }
            }
        }
        Ok(false)
    }

    fn type_in(&mut self, bytes: Bytes) -> io::Result<()> {
        match self.attachment.type_in(bytes.clone()) {
            Typed::Taken => Ok(()),
            Typed::TooFarAhead => {
                self.held = Some(bytes);
                self.remark(self.words.typed_too_far_ahead())
            }
            Typed::MayNotType => self.remark(self.words.watching_only()),
            Typed::HeldBy { display_name } => {
                let name = escape::line(&display_name).into_owned();
                let prefix = self.detacher.prefix().to_string();
                self.remark(&self.words.keyboard_is_theirs(&name, &prefix))
            }
        }
    }

    /// Types what found no room before, if there is room now.
    fn type_held(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(bytes) if self.attachment.room_bytes() < bytes.len() => {
                self.held = Some(bytes);
                Ok(())
            }
            Some(bytes) => self.type_in(bytes),
            None => Ok(()),
        }
    }

    /// Says something for a moment.
    fn remark(&mut self, text: &str) -> io::Result<()> {
        self.remark_ends = Some(Box::pin(tokio::time::sleep(REMARK_STAYS)));
        self.display.notice(text)
    }

    /// Says something until it is over.
    fn notice(&mut self, text: &str) -> io::Result<()> {
        self.remark_ends = None;
        self.display.notice(text)
    }
}

async fn ended(timer: &mut Option<std::pin::Pin<Box<tokio::time::Sleep>>>) {
    match timer {
        Some(timer) => timer.as_mut().await,
        None => std::future::pending().await,
    }
}
