//! Connections: accepting, time limits, TLS, stopping.
//!
//! A loop of our own, because what comes with the framework keeps a silent connection for ever
//! (S118): here every connection has a deadline for its handshake, its first header and each
//! further request.
//!
//! - [`limits`]: how long a connection may take for what
//! - `connection`: one connection; `patience`: one that does not wait for ever for its reader;
//!   `at_once`: one that goes on by itself where it can
//! - [`tls`]: encrypted ones

mod at_once;
mod connection;
pub mod limits;
mod patience;
pub mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::App;
use crate::routes::Doors;
use crate::server::limits::TimeLimits;
use crate::server::tls::Tls;

/// Connections that may be open at a time where the system does not say less. Each costs some
/// kilobytes and a file descriptor.
const MAX_CONNECTIONS: usize = 16_000;

/// One in so many files that may be open is left for what is not a connection to us: the database,
/// calls of model providers, webhooks.
const KEPT_FREE: u64 = 4;

/// How long requests that are under way may take when the server stops (R26).
const GRACE: Duration = Duration::from_secs(3);

/// How long to wait when the system has no more file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// The server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else listens there.
    #[error("port {port} on {host} is taken by another program; choose another one with --port")]
    Taken {
        /// The address.
        host: String,
        /// The port.
        port: u16,
    },
    /// The system refused.
    #[error("listen on {host}:{port}")]
    Listen {
        /// The address.
        host: String,
        /// The port.
        port: u16,
        /// Why not.
        source: io::Error,
    },
}

/// A port that is ours.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    tls: Option<Tls>,
    limits: TimeLimits,
    max_connections: usize,
}

impl Listening {
    /// Takes a port, so that it is known before anything else is begun whether it can be had.
    pub async fn take(host: &str, port: u16, tls: Option<Tls>) -> Result<Self, ServeError> {
        let listener = TcpListener::bind((host, port)).await;
        let listener = listener.map_err(|source| {
            let host = host.to_owned();
            match source.kind() {
                io::ErrorKind::AddrInUse => ServeError::Taken { host, port },
                _ => ServeError::Listen { host, port, source },
            }
        })?;
        let limits = TimeLimits::default();
        Ok(Self { listener, tls, limits, max_connections: MAX_CONNECTIONS })
    }

    /// Gives connections other times than the usual ones.
    pub fn with_time_limits(self, limits: TimeLimits) -> Self {
        Self { limits, ..self }
    }

    /// Lets at most so many connections be open at a time; further ones wait in the system's own
    /// queue, which is bounded, until one ends.
    pub fn with_max_connections(self, max_connections: usize) -> Self {
        Self { max_connections, ..self }
    }

    /// As many connections as a process can have that may have so many files open.
    pub fn within_open_files(self, max_open_files: u64) -> Self {
        let for_connections = max_open_files - max_open_files / KEPT_FREE;
        let for_connections = usize::try_from(for_connections).unwrap_or(MAX_CONNECTIONS);
        self.with_max_connections(for_connections.clamp(1, MAX_CONNECTIONS))
    }

    /// Where it listens; with port 0 the system has chosen one.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the application stops: then nothing new is accepted, what is under way is
    /// finished within the grace time, and open streams are told.
    pub async fn serve(self, app: App) {
        let stopping = app.stopping.clone();
        let streams = app.tasks.clone();
        let doors = Doors::new(app);
        let connections = TaskTracker::new();
        self.accept(&doors, &connections, &stopping).await;
        connections.close();
        streams.close();
        let ended = async {
            connections.wait().await;
            streams.wait().await;
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::warn!("some connections did not end in time and are cut");
        }
    }

    async fn accept(&self, doors: &Doors, connections: &TaskTracker, stopping: &CancellationToken) {
        let mut places = Places::new(self.max_connections);
        loop {
            let (place, accepted) = tokio::select! {
                accepted = async { (places.take().await, self.listener.accept().await) } => accepted,
                () = stopping.cancelled() => return,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, or a client that has gone: neither lasts.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            let serving = connection::serve(
                prepared(stream),
                peer,
                self.tls.clone(),
                self.limits,
                doors.clone(),
                stopping.clone(),
            );
            connections.spawn(async move {
                serving.await;
                drop(place);
            });
        }
    }
}

/// Places for connections. One is taken before a connection is accepted, so that a rush waits where
/// it costs the server nothing (S124).
#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    count: usize,
    /// Whether it was said that there is none.
    was_full: bool,
}

impl Places {
    fn new(count: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(count)), count, was_full: false }
    }

    /// Takes a place, as soon as there is one.
    async fn take(&mut self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = self.free.clone().try_acquire_owned() {
            self.was_full = false;
            return Some(place);
        }
        if !std::mem::replace(&mut self.was_full, true) {
            tracing::warn!(
                open = self.count,
                "no more connections can be open; further ones wait until one ends"
            );
        }
        // Never closed, so there is always one.
        self.free.clone().acquire_owned().await.ok()
    }
}

/// Keystrokes and pieces of an answer are small and must not wait for more (Nagle's algorithm
/// against delayed acknowledgements costs 40 ms).
fn prepared(stream: TcpStream) -> TcpStream {
    let _ = stream.set_nodelay(true);
    stream
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_of_the_open_files_is_kept_for_other_things() {
        for (files, connections) in [(0, 1), (1_024, 768), (1 << 20, 16_000), (u64::MAX, 16_000)] {
            let listening = Listening::take("127.0.0.1", 0, None).await.unwrap();
            assert_eq!(listening.within_open_files(files).max_connections, connections);
        }
    }

    /// P01: pieces of an answer go out at once.
    #[tokio::test]
    async fn small_pieces_do_not_wait_for_each_other() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, _client) = tokio::join!(listener.accept(), TcpStream::connect(address));
        let (stream, _) = accepted.unwrap();
        assert!(!stream.nodelay().unwrap(), "the system does not do it by itself");
        assert!(prepared(stream).nodelay().unwrap());
    }
}
