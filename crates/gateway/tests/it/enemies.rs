//! Upstreams that do not even try to be HTTP servers: the client gets a clean error or a clean
//! answer, in time, and never the key; and the next call is served.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use gateway::Limits;
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::client::{Ending, raw};
use crate::dialects::samples;
use crate::house::{CANARY, House, Plan};

/// What is sent to whoever asks.
#[derive(Debug, Clone, Copy)]
enum Sends {
    /// These bytes, and then the connection is closed.
    Once(&'static str),
    /// These bytes over and over, with a pause, until nobody listens any more.
    Forever(&'static str, Duration),
}

struct Enemy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Enemy {
    async fn start(sends: Sends) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { address, task: tokio::spawn(attack_all(listener, sends)) }
    }
}

impl Drop for Enemy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn attack_all(listener: TcpListener, sends: Sends) {
    let mut victims = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        // Whoever has had enough closes the connection.
        victims.spawn(async move { drop(attack(stream, sends).await) });
    }
}

async fn attack(mut stream: TcpStream, sends: Sends) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut asked).await? == 0 {
            return Ok(());
        }
    }
    match sends {
        Sends::Once(bytes) => {
            stream.write_all(bytes.as_bytes()).await?;
            stream.shutdown().await?;
            // What has not been read yet would turn the end into a reset.
            while stream.read_buf(&mut asked).await? > 0 {
                asked.clear();
            }
            Ok(())
        }
        Sends::Forever(bytes, pause) => loop {
            stream.write_all(bytes.as_bytes()).await?;
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        },
    }
}

/// A house whose only key leads to an enemy.
async fn besieged(sends: Sends) -> (House, Enemy) {
    besieged_for(sends, Limits::default().answer_begins_within).await
}

/// The same, with so much patience for the beginning of an answer.
async fn besieged_for(sends: Sends, patience: Duration) -> (House, Enemy) {
    let enemy = Enemy::start(sends).await;
    let mut plan = Plan { providers: &[], also_trusted: Some(enemy.address), ..Plan::default() };
    plan.limits.answer_begins_within = patience;
    plan.limits.answer_bytes = 256 * 1024;
    let house = House::with(plan).await;
    house.add_key_at("openai", CANARY, &format!("http://{}/v1", enemy.address)).await;
    (house, enemy)
}

/// What cannot be read as an answer is one clean error in the dialect's shape.
#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    for sends in [
        Sends::Once(""),
        Sends::Once("\0\u{1}\u{2}\u{3}"),
        Sends::Once("hello\r\n\r\n"),
        Sends::Once("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}"),
        Sends::Once("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
        Sends::Once("HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n{}"),
        Sends::Once("HTTP/1.1 200 OK\r\nx: a\r\n folded: b\r\n\r\n{}"),
        Sends::Once("HTTP/1.1 999999 OK\r\n\r\n"),
        // S90: another protocol that nobody asked for.
        Sends::Once(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        ),
    ] {
        let (house, _enemy) = besieged(sends).await;
        for sample in [0, 1] {
            let ask = samples("x")[sample].ask(&house.token);
            let answered = ask.answer(house.address()).await;
            assert_eq!(answered.status, StatusCode::BAD_GATEWAY, "{sends:?}: {}", answered.text());
            assert_eq!(answered.json()["error"]["code"], "upstream_unusable", "{sends:?}");
        }
        assert_eq!(house.close().await.len(), 2, "{sends:?}");
    }
}

/// S93: heads that never end, in whichever way, are given up in time, and the memory they may take
/// is bounded.
#[tokio::test]
async fn heads_without_end_are_given_up() {
    for (bytes, pause) in [
        // S90: a flood of provisional answers.
        ("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", Duration::from_millis(1)),
        ("x", Duration::from_millis(50)),
        ("x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", Duration::ZERO),
    ] {
        let (house, _enemy) =
            besieged_for(Sends::Forever(bytes, pause), Duration::from_secs(2)).await;
        let answered = samples("x")[1].ask(&house.token).answer(house.address()).await;
        let given_up = [StatusCode::BAD_GATEWAY, StatusCode::GATEWAY_TIMEOUT];
        assert!(given_up.contains(&answered.status), "{bytes}: {}", answered.text());
        assert_eq!(house.close().await.len(), 1);
    }
}

/// S93: neither does a body without end go on for ever, in chunks or in one piece.
#[tokio::test]
async fn bodies_without_end_are_cut() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: x\n\n";
    let (house, _enemy) = besieged(Sends::Forever(HEAD, Duration::ZERO)).await;
    let answered = samples("x")[0].ask(&house.token).answer(house.address()).await;
    assert_eq!((answered.status, answered.ending), (StatusCode::OK, Ending::Cut));
    assert!(answered.body.len() < 300 * 1024, "{} bytes", answered.body.len());
    assert_eq!(house.close().await.len(), 1);
}

/// Bodies that break their own framing are cut, so that nobody takes them for complete.
#[tokio::test]
async fn broken_framing_is_a_broken_answer() {
    for body in [
        "transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx",
        "transfer-encoding: chunked\r\n\r\n5\r\nhelloXX\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n5\r\nhel",
        "content-length: 100\r\n\r\nhello",
    ] {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        let sent: &'static str = format!("{head}{body}").leak();
        let (house, _enemy) = besieged(Sends::Once(sent)).await;
        let answered = samples("x")[1].ask(&house.token).answer(house.address()).await;
        assert_eq!(answered.ending, Ending::Cut, "{body}: {}", answered.text_lossy());
        assert_eq!(house.close().await.len(), 1);
    }
}

/// S89: an enemy writes the key wherever there is room for it; none of it arrives. S90: nor does a
/// second answer behind the first.
#[tokio::test]
async fn the_key_and_a_second_answer_never_arrive() {
    let second = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond";
    for sent in [
        format!("HTTP/1.1 401 {CANARY}\r\ncontent-length: 2\r\n\r\n{{}}{second}"),
        format!(
            "HTTP/1.1 200 OK\r\nx-request-id: {CANARY}\r\ncontent-length: 2\r\n\r\n{{}}{second}"
        ),
        format!("HTTP/1.1 200 OK\r\nrequest-id: a-{CANARY}-b\r\ncontent-length: 2\r\n\r\n{{}}"),
        format!(
            "HTTP/1.1 200 OK\r\nx-{CANARY}: 1\r\nset-cookie: {CANARY}\r\ncontent-length: 2\r\n\r\n{{}}"
        ),
        format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-request-id\r\n\r\n\
             2\r\n{{}}\r\n0\r\nx-request-id: {CANARY}\r\n\r\n"
        ),
        // In the body, over the edge of two chunks.
        format!(
            "HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n\
             8\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
            &CANARY[..8],
            CANARY.len() - 8,
            &CANARY[8..]
        ),
    ] {
        let sent: &'static str = sent.leak();
        let (house, _enemy) = besieged(Sends::Once(sent)).await;
        let body = r#"{"model":"gpt-5.5","messages":[]}"#;
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: gantline.test\r\nauthorization: Bearer \
             {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            house.token,
            body.len()
        );
        let answered = raw(house.address(), request.as_bytes()).await;
        assert!(answered.starts_with("HTTP/1.1 "), "{sent}: {answered}");
        assert_eq!(answered.matches("HTTP/1.1").count(), 1, "{sent}: {answered}");
        assert!(!answered.contains("canary") && !answered.contains("second"), "{sent}: {answered}");
        assert_eq!(house.close().await.len(), 1);
    }
}
