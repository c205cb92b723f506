//! The least that can tell many what one says: every message of one WebSocket goes to all of them,
//! as it is. It says first where it listens.

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Messages that one may be behind: more than are sent at a time.
const BACKLOG: usize = 4_096;

/// Tells until it is killed.
pub(crate) async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listen")?;
    println!("{}", listener.local_addr()?);
    let everybody = broadcast::Sender::new(BACKLOG);
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.context("accept")?;
        stream.set_nodelay(true)?;
        let everybody = everybody.clone();
        // One that hangs up is none of our business.
        connections.spawn(async move { drop(connection(stream, everybody).await) });
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, everybody: broadcast::Sender<Utf8Bytes>) -> Result<()> {
    let mut said = everybody.subscribe();
    let mut socket = tokio_tungstenite::accept_async(stream).await?;
    loop {
        tokio::select! {
            // Somebody has said something.
            text = said.recv() => socket.send(Message::Text(text?)).await?,
            // This one says something.
            message = socket.next() => {
                if let Message::Text(text) = message.context("it is over")?? {
                    drop(everybody.send(text));
                }
            }
        }
    }
}
