//! Connections that are slow on purpose, or dead (S118).

use std::time::Duration;

use api::ApiConfig;
use api::server::limits::TimeLimits;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{interval, timeout};

use crate::cast::{Cast, Who};
use crate::house::{DEADLINE, House};
use crate::http::{Request, read_answer};

/// Short, so that the tests are; that the usual ones are short enough is a test of its own.
const LIMITS: TimeLimits = TimeLimits {
    handshake: Duration::from_millis(400),
    head: Duration::from_millis(400),
    body: Duration::from_millis(400),
    taking: Duration::from_millis(400),
};

async fn house() -> House {
    House::open_with(ApiConfig::default(), LIMITS).await
}

async fn connect(house: &House) -> TcpStream {
    TcpStream::connect(house.address).await.unwrap()
}

/// Sends a byte at a time, for ever, and answers what comes back until the connection ends.
async fn trickle(stream: TcpStream, bytes: &[u8]) -> String {
    let (mut reader, mut writer) = stream.into_split();
    let trickling = async {
        let mut beat = interval(Duration::from_millis(20));
        for byte in bytes.iter().cycle() {
            beat.tick().await;
            if writer.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    tokio::select! {
        ended = timeout(DEADLINE, reader.read_to_end(&mut answer)) => {
            // A connection that is cut while something comes is reset.
            let _ = ended.expect("the connection is cut in time");
        }
        () = trickling => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

async fn ends(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = timeout(DEADLINE, stream.read_to_end(&mut answer)).await.expect("an end in time");
    String::from_utf8_lossy(&answer).into_owned()
}

/// S118: a connection on which nothing is said.
#[tokio::test]
async fn silence_is_cut() {
    let house = house().await;
    assert_eq!(ends(connect(&house).await).await, "");
}

/// S118: half a head, and then nothing.
#[tokio::test]
async fn half_a_head_is_cut() {
    let house = house().await;
    for part in ["G", "GET /health", "GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nx-a: "] {
        let mut stream = connect(&house).await;
        stream.write_all(part.as_bytes()).await.unwrap();
        let answer = ends(stream).await;
        assert!(!answer.contains("200 OK"), "{part:?}: {answer}");
    }
}

/// S118: a head that grows by a byte at a time.
#[tokio::test]
async fn a_head_that_trickles_is_cut() {
    let house = house().await;
    let mut stream = connect(&house).await;
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n").await.unwrap();
    let answer = trickle(stream, b"x-a: b\r\n").await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

/// S118: a connection that was of use once and is kept open.
#[tokio::test]
async fn an_idle_connection_is_cut() {
    let house = house().await;
    let mut stream = connect(&house).await;
    let request = Request::get("/health").header("connection", "keep-alive");
    stream.write_all(&request.bytes(&house)).await.unwrap();
    let answer = ends(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

/// S118: a body that grows by a byte at a time, and one that stops. Whoever sends it is told.
#[tokio::test]
async fn a_body_that_trickles_is_cut() {
    let house = house().await;
    let cast = Cast::assemble(&house).await;
    let before = house.mark();
    for path in ["/api/auth/login", "/api/auth/tokens", "/api/sessions"] {
        let request = Request::post(path, &json!({}))
            .with(&cast.credential(Who::Member))
            .body(Vec::new())
            .header("content-length", "1000");
        let mut stream = connect(&house).await;
        stream.write_all(&request.bytes(&house)).await.unwrap();
        let answer = trickle(stream, b"{").await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
        assert!(answer.contains("body_too_slow"), "{path}: {answer}");
        let mut stream = connect(&house).await;
        stream.write_all(&request.bytes(&house)).await.unwrap();
        stream.write_all(b"{\"username\":").await.unwrap();
        assert_eq!(read_answer(&mut stream).await.problem(408), "body_too_slow");
    }
    assert_eq!(house.mark(), before);
}

/// S118: a body that nobody wants does not keep the connection.
#[tokio::test]
async fn a_body_that_nobody_reads_is_cut() {
    let house = house().await;
    for request in [
        Request::new("POST", "/api/nowhere").header("content-length", "1000000"),
        Request::get("/health").header("content-length", "1000000"),
        Request::new("POST", "/api/auth/logout").header("transfer-encoding", "chunked"),
    ] {
        let request = request.header("connection", "keep-alive");
        let mut stream = connect(&house).await;
        stream.write_all(&request.bytes(&house)).await.unwrap();
        let answer = trickle(stream, b"5\r\nxxxxx\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    }
}

/// S118: whoever asks and asks and takes no answer in.
#[tokio::test]
async fn answers_that_nobody_takes_in_are_cut() {
    let house = house().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(house.address).await.unwrap();
    let request = Request::get("/api/openapi.json").header("connection", "keep-alive");
    let request = request.bytes(&house);
    let asking = async { while stream.write_all(&request).await.is_ok() {} };
    // It goes on until the server, having waited for it, cuts it.
    timeout(DEADLINE, asking).await.expect("the connection is cut in time");
}

/// S118: others are served as ever while all of this goes on.
#[tokio::test]
async fn slow_ones_hold_nobody_up() {
    let house = House::open_with(ApiConfig::default(), TimeLimits::default()).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = connect(&house).await;
        stream.write_all(b"POST /api/auth/login HTTP/1.1\r\n").await.unwrap();
        slow.push(stream);
    }
    for _ in 0..20 {
        let answer = timeout(Duration::from_secs(5), Request::get("/health").send(&house)).await;
        assert_eq!(answer.expect("an answer at once").status, 200);
    }
}

/// S119: heads beyond all measure.
#[tokio::test]
async fn a_head_without_end_is_refused() {
    let house = house().await;
    let long = "x".repeat(300_000);
    for request in [
        Request::get(format!("/{long}")),
        Request::get("/health").header("x-long", &long),
        (0..200).fold(Request::get("/health"), |request, n| request.header(&format!("x-{n}"), "")),
    ] {
        let answer = request.send(&house).await;
        assert!(matches!(answer.status, 414 | 431), "{}", answer.status);
    }
}
