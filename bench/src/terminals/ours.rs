//! A viewer of a terminal of ours: what `contract::attach` describes, and nothing else.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::{Buf, BufMut, Bytes, BytesMut};
use contract::attach::{ClientMessage, OUTPUT, SCREEN, ServerMessage};
use http::Request;
use http::header::AUTHORIZATION;
use model::SessionId;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::{Socket, connect, receive, send};
use crate::house::TOKEN;
use crate::process::within;

/// A viewer that says at once that what it gets is drawn.
pub(crate) struct Ours {
    socket: Socket,
    /// The number of the last input.
    input: u64,
    /// What was never shown, because the viewer fell behind.
    pub(crate) missed_bytes: u64,
}

/// A viewer's first sight of a terminal.
pub(crate) struct FirstSight {
    /// The screen.
    pub(crate) screen: Bytes,
    /// Everything that was received up to its end.
    pub(crate) received_bytes: usize,
}

impl Ours {
    /// Attaches to a terminal and takes its keyboard.
    pub(crate) async fn attach(server: SocketAddr, session: SessionId) -> Result<Self> {
        let socket = connect(request(server, session)?).await?;
        let mut viewer = Self { socket, input: 0, missed_bytes: 0 };
        viewer.say(&ClientMessage::TakeKeyboard {}).await?;
        within("wait for the keyboard", async {
            loop {
                if let Message::Text(text) = receive(&mut viewer.socket).await?
                    && let ServerMessage::Keyboard { yours: true, input_seq, .. } =
                        serde_json::from_str(&text)?
                {
                    viewer.input = input_seq;
                    return Ok(viewer);
                }
            }
        })
        .await
    }

    /// Attaches to a terminal and waits until its screen is there.
    pub(crate) async fn look(server: SocketAddr, session: SessionId) -> Result<FirstSight> {
        let mut socket = connect(request(server, session)?).await?;
        let mut received_bytes = 0;
        within("wait for the screen", async {
            loop {
                let message = receive(&mut socket).await?;
                received_bytes += message.len();
                if let Message::Binary(mut bytes) = message
                    && bytes.first() == Some(&SCREEN)
                {
                    bytes.advance(size_of::<u8>() + size_of::<u64>());
                    return Ok(FirstSight { screen: bytes, received_bytes });
                }
            }
        })
        .await
    }

    /// Types.
    pub(crate) async fn type_in(&mut self, keys: &[u8]) -> Result<()> {
        self.input += 1;
        let mut message = BytesMut::with_capacity(size_of::<u64>() + keys.len());
        message.put_u64(self.input);
        message.extend_from_slice(keys);
        send(&mut self.socket, Message::Binary(message.freeze())).await
    }

    /// Waits for the next output, or for the screen that stands for it.
    pub(crate) async fn output(&mut self) -> Result<Bytes> {
        loop {
            match receive(&mut self.socket).await? {
                Message::Binary(bytes) => return self.drawn(bytes).await,
                Message::Text(text) => self.hear(&text)?,
                _ => {}
            }
        }
    }

    async fn drawn(&mut self, mut bytes: Bytes) -> Result<Bytes> {
        let kind = bytes.try_get_u8().context("output has a kind")?;
        let offset = bytes.try_get_u64().context("output has an offset")?;
        let end = if kind == OUTPUT { offset + bytes.len() as u64 } else { offset };
        self.say(&ClientMessage::Ack { offset: end }).await?;
        Ok(bytes)
    }

    fn hear(&mut self, text: &str) -> Result<()> {
        match serde_json::from_str(text)? {
            ServerMessage::Gap { from, to } => self.missed_bytes += to - from,
            ServerMessage::Ended { detail } => bail!("the terminal has ended: {detail}"),
            ServerMessage::Closing { reason, .. } => bail!("the view was closed: {reason}"),
            _ => {}
        }
        Ok(())
    }

    async fn say(&mut self, message: &ClientMessage) -> Result<()> {
        send(&mut self.socket, Message::text(serde_json::to_string(message)?)).await
    }
}

fn request(server: SocketAddr, session: SessionId) -> Result<Request<()>> {
    let url = format!("ws://{server}/api/sessions/{session}/attach?columns=120&rows=40");
    let mut request = url.into_client_request()?;
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {TOKEN}").parse()?);
    Ok(request)
}
