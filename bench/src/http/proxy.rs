//! The least that can stand between a caller and a model provider: it swaps the token and moves
//! bytes. Its throughput is what no gateway can beat. It says first where it listens.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use http::header::{AUTHORIZATION, HOST};
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Request, Response, Uri};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How the proxy is started.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where the upstream listens
    to: SocketAddr,
}

/// Hands on until it is killed.
pub(crate) async fn serve(arguments: &Arguments) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listen")?;
    println!("{}", listener.local_addr()?);
    let upstream: Authority = arguments.to.to_string().parse()?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.context("accept")?;
        stream.set_nodelay(true)?;
        let (client, upstream) = (client.clone(), upstream.clone());
        let hand_on = service_fn(move |request| hand_on(client.clone(), upstream.clone(), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), hand_on);
        connections.spawn(async move { drop(connection.await) });
        while connections.try_join_next().is_some() {}
    }
}

async fn hand_on(
    client: Client<HttpConnector, Incoming>,
    upstream: Authority,
    mut request: Request<Incoming>,
) -> Result<Response<Incoming>, legacy::Error> {
    let mut uri = std::mem::take(request.uri_mut()).into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(upstream);
    // All three parts of an address are there.
    *request.uri_mut() = Uri::from_parts(uri).unwrap_or_default();
    let headers = request.headers_mut();
    headers.remove(HOST);
    headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer the-provider's-own"));
    client.request(request).await
}
