//! Requests that the typed client would not send: other fields, other paths, other tokens.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::patience::{PATIENCE, within};

/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// What a server has answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; `null` where it is not JSON.
    pub body: Value,
    /// The body as it came, as far as it is text.
    pub text: String,
}

/// Sends one request, on a connection of its own.
pub async fn request(
    server: SocketAddr,
    token: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Answer> {
    let text = body.map(Value::to_string).unwrap_or_default();
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, server.to_string())
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(text)))?;
    within(PATIENCE, path, async {
        let stream = TcpStream::connect(server).await.context("connect")?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let answer = async {
            let answer = sender.send_request(request).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = Limited::new(answer.into_body(), MAX_ANSWER_BYTES).collect().await;
            let body = body.map_err(|error| anyhow::anyhow!(error))?.to_bytes();
            Ok(Answer {
                status,
                headers,
                body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                text: String::from_utf8_lossy(&body).into_owned(),
            })
        };
        // The connection moves its bytes as long as the answer is waited for, and ends with it.
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            answer = answer => answer,
            ended = &mut connection => Err(anyhow::anyhow!("the connection ended: {ended:?}")),
        }
    })
    .await
}
