//! Who answers in the place of a server, and points elsewhere.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;

/// Answers every request alike, and counts them.
struct Answering {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    _answering: JoinSet<()>,
}

impl Answering {
    async fn with(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let mut answering = JoinSet::new();
        let count = asked.clone();
        answering.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = [0; 4096];
                // What is asked is of no interest, and neither is who has gone.
                let _ = stream.read(&mut head).await;
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { address, asked, _answering: answering }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn settings(&self) -> ServerSettings {
        let server_url = format!("http://{}", self.address);
        ServerSettings { server_url, ca_bundle: None, poll_interval_ms: None }
    }
}

/// S64: whoever answers for the server leads the daemon nowhere: neither the link, by WebSocket or by
/// requests, nor the download of a program goes where a redirect points.
#[tokio::test]
async fn a_redirect_is_followed_nowhere() {
    let elsewhere = Answering::with("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into()).await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("http://{}/api/remote/agent/ws", elsewhere.address);
        let answer = format!(
            "HTTP/1.1 {status} x\r\nlocation: {target}\r\ncontent-length: 0\r\n\
             connection: close\r\n\r\n"
        );
        let server = Answering::with(answer).await;
        let connector = ServerConnector::new(&server.settings()).unwrap();
        assert!(connector.connect().await.is_err(), "{status}");
        assert!(server.asked() >= 2, "by WebSocket and by requests");
        let downloads = Downloads::new(&server.settings()).unwrap();
        let refused = downloads.open("gantline-x86_64-linux").await.unwrap_err();
        assert!(matches!(refused, DownloadError::Status { status: seen, .. } if seen == status));
    }
    assert_eq!(elsewhere.asked(), 0);
}
