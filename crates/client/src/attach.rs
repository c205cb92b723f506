//! A terminal on a machine, attached to.
//!
//! The connection may be lost and come back at any time: output goes on where it was drawn, the
//! view keeps its seat and its keyboard, and what was typed is sent again as far as the server has
//! not got it.
//!
//! - [`keys`]: what was typed and is not in the program's hands yet

mod keys;

use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use contract::attach::{ClientMessage, Holder, OUTPUT, SCREEN, ServerMessage};
use model::{SessionId, UserId};
use tokio_tungstenite::tungstenite::Message;

use self::keys::Keys;
pub use self::keys::{TYPED_AHEAD_BYTES, Typed};
use crate::line::{Line, LineEvent};
use crate::path::Path;
use crate::{Client, Error};

/// What is attached to, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttachConfig {
    /// The terminal.
    pub session: SessionId,
    /// Who attaches, so that it is known whose keyboard it is.
    pub person: UserId,
    /// What the view is for.
    pub part: Part,
    /// Width of the window in character cells.
    pub columns: u16,
    /// Height of the window in character cells.
    pub rows: u16,
}

/// What a view is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Typing, as far as one may.
    Write,
    /// Looking.
    Watch,
}

/// What happens on an attached terminal, in order.
#[derive(Debug)]
pub enum AttachEvent {
    /// The view is attached, for the first time or again.
    Attached {
        /// Whether it may ever type.
        may_write: bool,
    },
    /// The connection is lost, or did not come about; it is tried again.
    Disconnected {
        /// What went wrong.
        error: Error,
        /// After how long.
        retry_in: Duration,
    },
    /// The next output.
    Output(Bytes),
    /// The screen, whole, for a fresh terminal; replaces what is drawn.
    Screen(Bytes),
    /// Output that will never be shown; a screen follows.
    Gap {
        /// How many bytes.
        bytes: u64,
    },
    /// The terminal has this size.
    Size {
        /// Width in character cells.
        columns: u16,
        /// Height in character cells.
        rows: u16,
    },
    /// Who types.
    Keyboard {
        /// Whether it is this view.
        yours: bool,
        /// Whose it is, if anybody's.
        holder: Option<Holder>,
        /// How much of what was typed before is given up: nobody knows whether it has reached the
        /// program.
        given_up_bytes: usize,
    },
    /// Whether the machine can be reached.
    Machine {
        /// Whether it can.
        is_reachable: bool,
    },
    /// The terminal's program has ended; nothing follows.
    Ended {
        /// How, for people.
        detail: String,
    },
}

/// A terminal, attached to.
pub struct Attachment {
    client: Client,
    config: AttachConfig,
    line: Line,
    keys: Keys,
    /// The name of the view; with it a new connection gets its seat again.
    viewer: Option<String>,
    /// Everything before this offset was given out to be drawn.
    given: Option<u64>,
    /// Everything before this offset was said to be drawn, on this connection.
    acknowledged: Option<u64>,
}

impl Client {
    /// Attaches to a terminal. The connection is opened when it is first waited for.
    pub fn attach(&self, config: AttachConfig) -> Attachment {
        Attachment {
            client: self.clone(),
            config,
            line: Line::new(self.clone()),
            keys: Keys::new(config.person),
            viewer: None,
            given: None,
            acknowledged: None,
        }
    }
}

impl Attachment {
    /// Waits for the next event. By calling it the caller says that what was given out before is
    /// drawn. An error, or the end of the program, is the end. Safe to drop and call again.
    pub async fn next(&mut self) -> Result<AttachEvent, Error> {
        self.acknowledge();
        loop {
            self.send_keys();
            let config = self.config;
            let (viewer, given) = (self.viewer.as_deref(), self.given);
            let event = self.line.next(|| path(&config, viewer, given)).await?;
            if let Some(event) = self.take(event)? {
                return Ok(event);
            }
        }
    }

    /// Types.
    pub fn type_in(&mut self, data: Bytes) -> Typed {
        let typed = self.keys.push(data);
        self.send_keys();
        typed
    }

    /// How much more may be typed before the program reads.
    pub fn room_bytes(&self) -> usize {
        self.keys.room_bytes()
    }

    /// How much of what was typed is not in the server's hands.
    pub fn waiting_bytes(&self) -> usize {
        self.keys.waiting_bytes()
    }

    /// The window has this size now.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.config.columns = columns;
        self.config.rows = rows;
        self.say(&ClientMessage::Resize { columns, rows });
    }

    /// Takes the keyboard, from whomever. Without a connection nothing happens.
    pub fn take_keyboard(&mut self) {
        self.say(&ClientMessage::TakeKeyboard {});
    }

    /// Fits the terminal to this window. Without a connection nothing happens.
    pub fn fit_to_me(&mut self) {
        self.say(&ClientMessage::FitToMe {});
    }

    /// Leaves: the seat is free for somebody else.
    pub async fn leave(self) {
        self.line.close().await;
    }

    fn acknowledge(&mut self) {
        let Some(offset) = self.given else { return };
        if self.acknowledged.is_some_and(|acknowledged| acknowledged >= offset) {
            return;
        }
        if self.line.has_room() {
            self.acknowledged = Some(offset);
            self.say(&ClientMessage::Ack { offset });
        }
    }

    fn send_keys(&mut self) {
        while self.line.has_room() {
            let Some((number, data)) = self.keys.next() else { return };
            let mut message = BytesMut::with_capacity(8 + data.len());
            message.put_u64(number);
            message.extend_from_slice(&data);
            self.line.send(Message::Binary(message.freeze()));
        }
    }

    fn say(&mut self, message: &ClientMessage) {
        // These messages hold numbers only, which JSON can always write.
        if let Ok(text) = serde_json::to_string(message) {
            self.line.send(Message::text(text));
        }
    }

    fn take(&mut self, event: LineEvent) -> Result<Option<AttachEvent>, Error> {
        match event {
            LineEvent::Up => {
                self.acknowledged = None;
                Ok(None)
            }
            LineEvent::Down { error, retry_in } => {
                self.keys.disconnected();
                Ok(Some(AttachEvent::Disconnected { error, retry_in }))
            }
            LineEvent::Binary(bytes) => self.take_bytes(bytes),
            LineEvent::Text(text) => {
                let message = serde_json::from_str(&text).map_err(|error| {
                    self.client.misunderstood(format!("a message of the terminal: {error}"))
                })?;
                Ok(self.take_message(message))
            }
        }
    }

    fn take_bytes(&mut self, mut bytes: Bytes) -> Result<Option<AttachEvent>, Error> {
        if bytes.len() < 9 {
            return Err(self.client.misunderstood("output without an offset"));
        }
        let kind = bytes.get_u8();
        let offset = bytes.get_u64();
        match kind {
            OUTPUT => Ok(self.take_output(offset, bytes)),
            SCREEN => {
                self.given = Some(offset);
                self.acknowledged = None;
                Ok(Some(AttachEvent::Screen(bytes)))
            }
            kind => Err(self.client.misunderstood(format!("output of the kind {kind}"))),
        }
    }

    /// Gives out what was not given out before.
    fn take_output(&mut self, offset: u64, mut data: Bytes) -> Option<AttachEvent> {
        let given = self.given.unwrap_or(offset);
        let known = usize::try_from(given.saturating_sub(offset)).unwrap_or(usize::MAX);
        if known >= data.len() {
            return None;
        }
        data.advance(known);
        self.given = Some(offset.max(given) + data.len() as u64);
        Some(AttachEvent::Output(data))
    }

    fn take_message(&mut self, message: ServerMessage) -> Option<AttachEvent> {
        match message {
            ServerMessage::Attached { viewer_id, may_write } => {
                self.viewer = Some(viewer_id);
                self.keys.may_write(may_write);
                Some(AttachEvent::Attached { may_write })
            }
            ServerMessage::Keyboard { yours, holder, lease, input_seq } => {
                let given_up_bytes = if yours {
                    self.keys.ours(lease, input_seq)
                } else {
                    self.keys.not_ours(holder.as_ref())
                };
                Some(AttachEvent::Keyboard { yours, holder, given_up_bytes })
            }
            ServerMessage::InputAck { lease, seq } => {
                self.keys.acknowledged(lease, seq);
                None
            }
            ServerMessage::Size { columns, rows } => Some(AttachEvent::Size { columns, rows }),
            ServerMessage::Gap { from, to } => {
                Some(AttachEvent::Gap { bytes: to.saturating_sub(from) })
            }
            ServerMessage::Link { up } => Some(AttachEvent::Machine { is_reachable: up }),
            ServerMessage::Ended { detail } => Some(AttachEvent::Ended { detail }),
            // The connection ends, and says why by itself.
            ServerMessage::Closing { .. } => None,
        }
    }
}

fn path(config: &AttachConfig, viewer: Option<&str>, from: Option<u64>) -> String {
    Path::new(format!("/api/sessions/{}/attach", config.session))
        .with("columns", Some(config.columns))
        .with("rows", Some(config.rows))
        .with("from", from)
        .with("viewer", viewer)
        .with("watch", (config.part == Part::Watch).then_some(true))
        .into_text()
}
