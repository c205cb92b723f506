//! One of many who follow a chat, each over a WebSocket of its own, as a client does that was
//! written for the documented interface: it subscribes, listens, and when its connection is lost it
//! comes back and goes on where it was.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use contract::live::{SessionStream, StreamFormat, StreamState};
use futures_util::{SinkExt, StreamExt};
use http::header::AUTHORIZATION;
use model::SessionId;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::house::{House, TOKEN};

/// What is followed, and how.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Which chat.
    pub session: SessionId,
    /// As which messages it is told.
    pub format: StreamFormat,
    /// How much the system takes in for a follower that does not read, in bytes; what it usually
    /// does if `None`.
    pub inbox_bytes: Option<u32>,
}

/// One who follows a chat from its beginning.
pub struct Follower {
    server: SocketAddr,
    order: Order,
    socket: WebSocketStream<TcpStream>,
    heard: Heard,
    /// Messages at the last position that come a second time, because the connection was lost.
    known: u32,
    /// The last position that it listens to.
    end: u64,
}

/// What one has heard. Too much to be kept by each of many, so that there is a digest of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// The last position.
    pub last: u64,
    /// Messages about that position.
    of_last: u32,
    /// Messages, and what they come to: equal to that of everybody who was told the same in the
    /// same order.
    pub messages: u64,
    digest: u64,
    /// Turns that were told to their end, where events are told.
    pub turns: u32,
    /// Whether what is told flows.
    pub stream: Option<StreamState>,
    /// Connections that were lost.
    pub losses: u32,
}

/// What a server says, as far as it matters here.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    error: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Event<'a> {
    seq: u64,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Updates<'a> {
    #[serde(borrow)]
    updates: Vec<Record<'a>>,
}

#[derive(Deserialize)]
struct Record<'a> {
    seq: u64,
    #[serde(borrow)]
    update: &'a RawValue,
}

impl Follower {
    /// Follows a chat from its beginning.
    pub async fn follow(house: &House, order: Order) -> Result<Self> {
        let server = house.address();
        let socket = subscribe(server, order, 0).await?;
        Ok(Self { server, order, socket, heard: Heard::default(), known: 0, end: u64::MAX })
    }

    /// What was heard so far.
    pub const fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Leaves out what is told of positions behind this one.
    pub const fn listen_to(&mut self, end: u64) {
        self.end = end;
    }

    /// Listens until enough was heard.
    pub async fn until(&mut self, is_enough: impl Fn(&Heard) -> bool) -> Result<()> {
        while !is_enough(&self.heard) {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => self.hear(&text)?,
                Some(Ok(Message::Close(_)) | Err(_)) | None => self.come_back().await?,
                Some(Ok(_)) => {}
            }
        }
        Ok(())
    }

    /// Several messages may be about the last position, of which not all have come: it is told
    /// again, and what was heard of it is left out.
    async fn come_back(&mut self) -> Result<()> {
        self.heard.losses += 1;
        self.known = self.heard.of_last;
        let after = self.heard.last.saturating_sub(1);
        self.socket = subscribe(self.server, self.order, after).await?;
        Ok(())
    }

    fn hear(&mut self, text: &str) -> Result<()> {
        let said: Said = serde_json::from_str(text).with_context(|| format!("read {text}"))?;
        ensure!(said.error.is_none(), "the server refuses: {:?}", said.error);
        let (Some(method), Some(params)) = (said.method, said.params) else { return Ok(()) };
        match &*method {
            "event" => {
                let event: Event = serde_json::from_str(params.get())?;
                if self.take(event.seq, params.get())? && event.kind == "done" {
                    self.heard.turns += 1;
                }
            }
            "session.updates" => {
                let updates: Updates = serde_json::from_str(params.get())?;
                for record in updates.updates {
                    self.take(record.seq, record.update.get())?;
                }
            }
            "session.stream" => {
                let stream: SessionStream = serde_json::from_str(params.get())?;
                self.heard.stream = Some(stream.state);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether this was not heard before.
    fn take(&mut self, seq: u64, text: &str) -> Result<bool> {
        let heard = &mut self.heard;
        ensure!(seq >= heard.last, "{seq} comes after {}", heard.last);
        if seq > self.end {
            return Ok(false);
        }
        if seq == heard.last && self.known > 0 {
            self.known -= 1;
            return Ok(false);
        }
        self.known = 0;
        heard.of_last = if seq == heard.last { heard.of_last + 1 } else { 1 };
        heard.last = seq;
        heard.messages += 1;
        let mut hasher = DefaultHasher::new();
        (heard.digest, seq, text).hash(&mut hasher);
        heard.digest = hasher.finish();
        Ok(true)
    }
}

impl Heard {
    /// What of it is the same for everybody, however it came to them.
    pub const fn told(&self) -> (u64, u64, u64) {
        (self.last, self.messages, self.digest)
    }
}

async fn subscribe(
    server: SocketAddr,
    order: Order,
    after: u64,
) -> Result<WebSocketStream<TcpStream>> {
    let inbox = TcpSocket::new_v4()?;
    if let Some(bytes) = order.inbox_bytes {
        inbox.set_recv_buffer_size(bytes)?;
    }
    let stream = inbox.connect(server).await.context("connect")?;
    let mut request = format!("ws://{server}/ws").into_client_request()?;
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {TOKEN}").parse()?);
    let (mut socket, _) =
        tokio_tungstenite::client_async(request, stream).await.context("open a WebSocket")?;
    let params = json!({ "session_id": order.session, "after": after, "format": order.format });
    let request =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "session.subscribe", "params": params });
    socket.send(Message::text(request.to_string())).await.context("subscribe")?;
    Ok(socket)
}
