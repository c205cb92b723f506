//! The accept loop.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::answer;
use super::wire::{Switch, Wire};

/// At more connections than this, further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 1024;

const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// Serves until cancelled, and leaves no connection behind.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>, cancel: CancellationToken) {
    let mut connections = JoinSet::new();
    loop {
        let full = connections.len() >= MAX_CONNECTIONS;
        tokio::select! {
            // Somebody wants to talk.
            accepted = listener.accept(), if !full => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, shared.clone()));
                }
                Err(error) => tracing::warn!(%error, "sim provider cannot accept a connection"),
            },
            // Somebody has finished.
            Some(_) = connections.join_next() => {}
            // Enough.
            () = cancel.cancelled() => break,
        }
    }
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "sim provider cannot set TCP_NODELAY");
    }
    let switch = Switch::default();
    let wire = TokioIo::new(Wire::new(stream, switch.clone()));
    let service = service_fn(move |request| {
        let (shared, switch) = (shared.clone(), switch.clone());
        async move { Ok::<_, Infallible>(answer::answer(&shared, switch, request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(wire, service)
        .await;
    if let Err(error) = served {
        // Usual: clients go away, and faults cut the connection.
        tracing::debug!(%error, "sim provider lost a connection");
    }
}
