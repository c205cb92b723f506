//! ttyd with a client for it. A message's first byte says what it is (`server.h` of ttyd 1.7).

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use bytes::{Buf, Bytes};
use http::header::SEC_WEBSOCKET_PROTOCOL;
use http::{HeaderValue, Request};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::{Socket, connect, receive, send};
use crate::house::Place;
use crate::process::{Process, free_address};

/// Both ways: bytes of the terminal.
const DATA: u8 = b'0';

/// A shell behind a ttyd of its own.
pub(crate) struct Ttyd {
    socket: Socket,
    _process: Process,
    _place: Place,
}

impl Ttyd {
    /// Starts ttyd and attaches to the shell that it starts then.
    pub(crate) async fn start(program: &Path, columns: u16, rows: u16) -> Result<Self> {
        let place = Place::new()?;
        let address = free_address()?;
        let mut command = place.command(program);
        command.args(["--interface", "127.0.0.1", "--port", &address.port().to_string()]);
        command.args(["--writable", "/bin/sh"]);
        let mut process = Process::start(command).context("start ttyd")?;
        process.listens(address).await?;
        let mut socket = connect(request(address)?).await?;
        let hello = json!({ "AuthToken": "", "columns": columns, "rows": rows });
        send(&mut socket, Message::Binary(hello.to_string().into())).await?;
        Ok(Self { socket, _process: process, _place: place })
    }

    /// Types.
    pub(crate) async fn type_in(&mut self, keys: &[u8]) -> Result<()> {
        let message: Bytes = [&[DATA], keys].concat().into();
        send(&mut self.socket, Message::Binary(message)).await
    }

    /// Waits for the next output.
    pub(crate) async fn output(&mut self) -> Result<Bytes> {
        loop {
            if let Message::Binary(mut bytes) = receive(&mut self.socket).await?
                && bytes.first() == Some(&DATA)
            {
                bytes.advance(1);
                return Ok(bytes);
            }
        }
    }
}

fn request(server: SocketAddr) -> Result<Request<()>> {
    let mut request = format!("ws://{server}/ws").into_client_request()?;
    request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("tty"));
    Ok(request)
}
