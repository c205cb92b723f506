use std::net::Ipv4Addr;

use http::Method;
use http_body_util::BodyExt;
use model::time::ManualClock;
use outbound::Guard;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const COUNTED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole";
const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n";

/// An upstream whose every byte the test decides, and the connections to it.
struct Upstream {
    listener: TcpListener,
    upstreams: Upstreams,
    clock: Arc<ManualClock>,
}

impl Upstream {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let connector = Connector::new(Guard::new([host]), Duration::from_secs(30));
        let clock = Arc::new(ManualClock::default());
        Self { listener, upstreams: Upstreams::new(connector, clock.clone()), clock }
    }

    /// Asks, while `answering` plays the upstream's part.
    async fn ask<T>(&self, answering: impl Future<Output = T>) -> (Response<Answer>, T) {
        let address = self.listener.local_addr().unwrap();
        let mut request = Request::new(Outgoing::empty());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = format!("http://{address}/v1/messages?beta=true").parse().unwrap();
        let (response, done) = tokio::join!(self.upstreams.send(request), answering);
        (response.unwrap(), done)
    }

    /// Asks on a connection that is made for it, which stays with the test.
    async fn ask_first(&self, with: &str) -> (Response<Answer>, TcpStream) {
        self.ask(async {
            let mut stream = self.accept().await;
            answer(&mut stream, with).await;
            stream
        })
        .await
    }

    async fn accept(&self) -> TcpStream {
        self.listener.accept().await.unwrap().0
    }

    /// Waits until it is known here that no connection that is kept is of any use.
    async fn nothing_kept(&self) {
        let address = self.listener.local_addr().unwrap();
        let origin = Origin::of(&format!("http://{address}/").parse().unwrap());
        while let Some(line) = self.upstreams.kept.take(&origin) {
            self.upstreams.kept.keep(&origin, line);
            tokio::task::yield_now().await;
        }
    }
}

/// Reads a request's head and answers it.
async fn answer(stream: &mut TcpStream, with: &str) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(with.as_bytes()).await.unwrap();
    String::from_utf8(head).unwrap()
}

async fn read(response: Response<Answer>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn a_request_names_its_host_and_nothing_but_its_path() {
    let upstream = Upstream::start().await;
    let address = upstream.listener.local_addr().unwrap();
    let (_, head) =
        upstream.ask(async { answer(&mut upstream.accept().await, COUNTED).await }).await;
    assert!(head.starts_with("POST /v1/messages?beta=true HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nhost: {address}\r\n")), "{head}");
}

#[tokio::test]
async fn a_usual_port_is_not_said() {
    for (uri, host) in [
        ("https://api.example.com/v1", "api.example.com"),
        ("https://api.example.com:443/v1", "api.example.com"),
        ("https://api.example.com:8443/v1", "api.example.com:8443"),
        ("http://localhost:80/v1", "localhost"),
        ("http://[::1]:443/v1", "[::1]:443"),
    ] {
        let mut request = Request::new(Outgoing::empty());
        address(&mut request, &uri.parse().unwrap());
        assert_eq!(request.headers()[HOST], host, "{uri}");
        assert_eq!(request.uri(), "/v1");
    }
}

#[tokio::test]
async fn a_connection_is_used_again_once_its_answer_was_read() {
    let upstream = Upstream::start().await;
    let (response, mut stream) = upstream.ask_first(COUNTED).await;
    assert_eq!(read(response).await, "whole");
    for with in [CHUNKED, COUNTED] {
        // Nobody accepts another connection.
        let (response, _) = upstream.ask(answer(&mut stream, with)).await;
        assert_eq!(read(response).await, "whole");
    }
}

/// R25: ending a call ends exactly its connection.
#[tokio::test]
async fn an_answer_that_is_dropped_before_its_end_closes_its_connection() {
    let upstream = Upstream::start().await;
    let (response, mut stream) = upstream.ask_first(COUNTED.strip_suffix("ole").unwrap()).await;
    drop(response);
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
    upstream.nothing_kept().await;
}

/// P11: a kept connection that died meanwhile costs no call.
#[tokio::test]
async fn one_that_the_upstream_has_closed_is_not_used() {
    let upstream = Upstream::start().await;
    let (response, stream) = upstream.ask_first(COUNTED).await;
    assert_eq!(read(response).await, "whole");
    drop(stream);
    upstream.nothing_kept().await;
    let (response, _stream) = upstream.ask_first(COUNTED).await;
    assert_eq!(read(response).await, "whole");
}

/// What an upstream says unasked is never taken for the answer to the next call (S89).
#[tokio::test]
async fn an_answer_without_a_question_ends_the_connection() {
    let upstream = Upstream::start().await;
    let (response, mut stream) = upstream.ask_first(COUNTED).await;
    assert_eq!(read(response).await, "whole");
    stream.write_all(COUNTED.replace("whole", "forge").as_bytes()).await.unwrap();
    upstream.nothing_kept().await;
    let (response, _) = upstream.ask_first(COUNTED).await;
    assert_eq!(read(response).await, "whole");
}

#[tokio::test]
async fn none_is_kept_for_long_nor_after_the_end() {
    let ends: [fn(&Upstream); 2] = [
        |upstream| {
            upstream.clock.advance(KEPT_FOR);
            upstream.upstreams.kept.sweep();
        },
        |upstream| upstream.upstreams.close(),
    ];
    for end in ends {
        let upstream = Upstream::start().await;
        let (response, mut stream) = upstream.ask_first(COUNTED).await;
        read(response).await;
        end(&upstream);
        assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
    }
}
