//! An OpenTelemetry collector that keeps what it is told (OTLP over HTTP, protobuf).

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Requests that are kept at the most; older ones go.
const KEPT: usize = 1_024;

/// The collector. Stops when it is dropped.
#[derive(Debug)]
pub struct SimCollector {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Told {
    /// Where it was posted to.
    pub path: String,
    /// With which headers.
    pub headers: HeaderMap,
    /// Exactly what was posted.
    pub body: Bytes,
}

#[derive(Debug)]
struct Shared {
    told: watch::Sender<Vec<Told>>,
    status: AtomicU16,
}

impl SimCollector {
    /// Starts one on a free port.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            told: watch::Sender::new(Vec::new()),
            status: AtomicU16::new(StatusCode::OK.as_u16()),
        });
        let serving = tokio::spawn(serve(listener, shared.clone()));
        Ok(Self { address, shared, serving })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers with this status from now on.
    pub fn answer_with(&self, status: StatusCode) {
        self.shared.status.store(status.as_u16(), Ordering::Relaxed);
    }

    /// Everything it was told until now.
    pub fn told(&self) -> Vec<Told> {
        self.shared.told.borrow().clone()
    }

    /// Waits until something that it was told is as wished.
    pub async fn told_until(&self, mut is_there: impl FnMut(&Self) -> bool) {
        let mut told = self.shared.told.subscribe();
        while !is_there(self) {
            // The sender lives as long as `self`.
            let _ = told.changed().await;
        }
    }

    /// The spans among it.
    pub fn spans(&self) -> Vec<Span> {
        let told = self.decoded::<ExportTraceServiceRequest>("/v1/traces").into_iter();
        told.flat_map(|request| request.resource_spans)
            .flat_map(|resource| resource.scope_spans)
            .flat_map(|scope| scope.spans)
            .collect()
    }

    /// The metrics among it, the same ones again in each request.
    pub fn metrics(&self) -> Vec<Metric> {
        let told = self.decoded::<ExportMetricsServiceRequest>("/v1/metrics").into_iter();
        told.flat_map(|request| request.resource_metrics)
            .flat_map(|resource| resource.scope_metrics)
            .flat_map(|scope| scope.metrics)
            .collect()
    }

    fn decoded<M: Message + Default>(&self, path: &str) -> Vec<M> {
        let told = self.shared.told.borrow();
        let here = told.iter().filter(|told| told.path == path);
        here.filter_map(|told| M::decode(told.body.clone()).ok()).collect()
    }
}

impl Drop for SimCollector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // Somebody wants to tell something.
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(stream, shared.clone()));
            },
            // Somebody has finished.
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = shared.clone();
        async move { Ok::<_, Infallible>(answer(&shared, request).await) }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "sim collector lost a connection");
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Empty<Bytes>> {
    let status = StatusCode::from_u16(shared.status.load(Ordering::Relaxed));
    let (parts, body) = request.into_parts();
    if let Ok(body) = body.collect().await {
        let body = body.to_bytes();
        let told = Told { path: parts.uri.path().to_owned(), headers: parts.headers, body };
        shared.told.send_modify(|all| {
            if all.len() >= KEPT {
                all.remove(0);
            }
            all.push(told);
        });
    }
    let mut response = Response::new(Empty::new());
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    response
}
