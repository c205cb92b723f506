//! One connection.

use std::convert::Infallible;
use std::net::SocketAddr;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::routes::Doors;
use crate::server::at_once::at_once;
use crate::server::limits::TimeLimits;
use crate::server::patience::Patient;
use crate::server::tls::Tls;

/// The largest header.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Serves a connection until it ends.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<Tls>,
    limits: TimeLimits,
    doors: Doors,
    stopping: CancellationToken,
) {
    match tls {
        None => serve_http(stream, peer, limits, doors, stopping).await,
        Some(tls) => match tokio::time::timeout(limits.handshake, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve_http(stream, peer, limits, doors, stopping).await,
            Ok(Err(error)) => tracing::debug!(%peer, %error, "a TLS handshake failed"),
            Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
        },
    }
}

async fn serve_http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    limits: TimeLimits,
    doors: Doors,
    stopping: CancellationToken,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let doors = doors.clone();
        async move { Ok::<_, Infallible>(doors.answer(request, peer, limits).await) }
    });
    let stream = Patient::new(stream, limits.taking);
    // At most 100 header fields, which is hyper's own limit: only for that it needs no memory.
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let mut told = false;
    let ended = loop {
        tokio::select! {
            biased;
            ended = at_once(connection.as_mut()) => break ended,
            // What is under way is finished, then the connection ends.
            () = stopping.cancelled(), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke off");
    }
}
