//! Many who listen, each on a WebSocket of their own, and say when they have heard something.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::house::TOKEN;
use crate::process::within;
use crate::stopwatch::Stopwatch;

/// How many connect at a time.
const DOOR: usize = 16;

/// What a message contains that counts.
const COUNTS: &str = r#""output_delta""#;

/// What is listened to.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Where.
    pub(crate) server: SocketAddr,
    /// The path of the WebSocket.
    pub(crate) path: &'static str,
    /// What is said first.
    pub(crate) hello: Option<String>,
}

/// Some who listen.
pub(crate) struct Followers {
    count: usize,
    heard: mpsc::Receiver<Duration>,
    since: Stopwatch,
    /// End with them.
    _listening: JoinSet<Result<()>>,
}

impl Followers {
    /// Lets them in. They count from the message on that contains `first`, so that nothing counts
    /// that was said before they came.
    pub(crate) async fn gather(place: &Place, count: usize, first: &str) -> Result<Self> {
        // What is heard is taken out at once.
        let (tell, heard) = mpsc::channel(count);
        let (since, mut listening) = (Stopwatch::start(), JoinSet::new());
        let mut inside = 0;
        while inside < count {
            let group = (inside..count).take(DOOR).map(|_| listen(place));
            let group = futures_util::future::try_join_all(group);
            for socket in within("let some more in", group).await? {
                listening.spawn(report(socket, first.to_owned(), since, tell.clone()));
                inside += 1;
            }
        }
        Ok(Self { count, heard, since, _listening: listening })
    }

    /// The time, as they tell it.
    pub(crate) fn now(&self) -> Duration {
        self.since.elapsed()
    }

    /// Waits until everybody has heard so many messages that count. When the first and the last of
    /// them did.
    pub(crate) async fn heard(&mut self, messages: usize) -> Result<(Duration, Duration)> {
        let all = self.count * messages;
        within("wait until everybody has heard it", async {
            let first = self.heard.recv().await.context("nobody listens any more")?;
            let mut last = first;
            for _ in 1..all {
                last = last.max(self.heard.recv().await.context("nobody listens any more")?);
            }
            Ok((first, last))
        })
        .await
    }
}

/// Somebody who listens.
pub(crate) async fn listen(place: &Place) -> Result<WebSocketStream<TcpStream>> {
    let stream = TcpStream::connect(place.server).await.context("connect")?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{}{}", place.server, place.path).into_client_request()?;
    let token = HeaderValue::from_str(&format!("Bearer {TOKEN}"))?;
    request.headers_mut().insert(AUTHORIZATION, token);
    let (mut socket, _) =
        tokio_tungstenite::client_async(request, stream).await.context("open a WebSocket")?;
    if let Some(hello) = &place.hello {
        socket.send(Message::text(hello.clone())).await?;
    }
    Ok(socket)
}

async fn report(
    mut socket: WebSocketStream<TcpStream>,
    first: String,
    since: Stopwatch,
    tell: mpsc::Sender<Duration>,
) -> Result<()> {
    let mut has_begun = false;
    loop {
        let Message::Text(text) = socket.next().await.context("the connection has ended")?? else {
            continue;
        };
        if text.contains(COUNTS) && (has_begun || text.contains(&first)) {
            has_begun = true;
            tell.send(since.elapsed()).await.context("nobody wants to know")?;
        }
    }
}
