//! A server in front of the gateway, as small as can be.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};

use gateway::Gateway;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// The server; dropped, it cuts its connections.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Front {
    pub(crate) async fn start(gateway: Gateway) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { address, task: tokio::spawn(serve(listener, gateway)) }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, gateway: Gateway) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let gateway = gateway.clone();
        let service = service_fn(move |request| {
            let gateway = gateway.clone();
            async move { Ok::<_, Infallible>(gateway.answer(request).await) }
        });
        connections.spawn(async move {
            // Connections that break off are what many tests are about.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .max_buf_size(64 * 1024)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}
