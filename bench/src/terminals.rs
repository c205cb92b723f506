//! A terminal of ours, of ttyd, and a bare one, behind one face.
//!
//! - [`ours`]: attached through the server and the link; [`ttyd`]: through ttyd; [`bare`]: with
//!   nothing in between

pub(crate) mod bare;
pub(crate) mod ours;
pub(crate) mod ttyd;

use anyhow::{Context, Result};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::Request;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use self::bare::Bare;
use self::ours::Ours;
use self::ttyd::Ttyd;
use crate::process::within;

/// A shell on a terminal.
pub(crate) enum Terminal {
    /// Through our server and our link.
    Ours(Ours),
    /// Through ttyd.
    Ttyd(Ttyd),
    /// With nothing in between.
    Bare(Bare),
}

impl Terminal {
    /// Types.
    pub(crate) async fn type_in(&mut self, keys: &[u8]) -> Result<()> {
        match self {
            Self::Ours(terminal) => terminal.type_in(keys).await,
            Self::Ttyd(terminal) => terminal.type_in(keys).await,
            Self::Bare(terminal) => terminal.type_in(keys).await,
        }
    }

    /// Waits for the next output; what was given out before counts as drawn.
    pub(crate) async fn output(&mut self) -> Result<Bytes> {
        match self {
            Self::Ours(terminal) => terminal.output().await,
            Self::Ttyd(terminal) => terminal.output().await,
            Self::Bare(terminal) => terminal.output().await,
        }
    }

    /// Waits until a text was put out so many times. What came with it is taken, too.
    pub(crate) async fn shows(&mut self, text: &str, times: usize) -> Result<()> {
        let mut seen = String::new();
        within(&format!("wait for {text:?}"), async {
            while seen.matches(text).count() < times {
                seen.push_str(&String::from_utf8_lossy(&self.output().await?));
            }
            Ok(())
        })
        .await
        .with_context(|| format!("seen: {seen:?}"))
    }
}

/// A WebSocket without encryption, on a connection that sends at once.
type Socket = WebSocketStream<TcpStream>;

async fn connect(request: Request<()>) -> Result<Socket> {
    let address = request.uri().authority().context("an address has an authority")?.to_string();
    let stream = TcpStream::connect(&address).await.context("connect")?;
    stream.set_nodelay(true)?;
    let (socket, _) = tokio_tungstenite::client_async(request, stream).await.context("attach")?;
    Ok(socket)
}

async fn send(socket: &mut Socket, message: Message) -> Result<()> {
    socket.send(message).await.context("send to the terminal")
}

async fn receive(socket: &mut Socket) -> Result<Message> {
    socket.next().await.context("the terminal's connection has ended")?.context("read from it")
}
