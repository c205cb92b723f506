//! A box in the network that lets no WebSocket through, and everything else as it is.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The largest head of a request.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// What a WebSocket is answered.
const REFUSAL: &[u8] = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A box that stands before a server. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Detour {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    _carrying: JoinSet<()>,
}

impl Detour {
    /// Puts one before a server.
    pub(crate) async fn before(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut carrying = JoinSet::new();
        carrying.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                // How a connection ends is seen by both of its sides.
                connections.spawn(async move { drop(carry(stream, server).await) });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, _carrying: carrying })
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr) -> Result<()> {
    let head = head(&mut client).await?;
    if String::from_utf8_lossy(&head).to_ascii_lowercase().contains("upgrade: websocket") {
        return Ok(client.write_all(REFUSAL).await?);
    }
    let mut server = TcpStream::connect(server).await.context("connect to the server")?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    server.write_all(&head).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// What comes first, at least to the end of the head.
async fn head(client: &mut TcpStream) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    while memchr::memmem::find(&head, b"\r\n\r\n").is_none() {
        ensure!(head.len() < MAX_HEAD_BYTES, "the head is too large");
        ensure!(client.read_buf(&mut head).await? > 0, "the connection has ended");
    }
    Ok(head)
}
