//! Whoever comes from the network without a credential.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::cast::{Cast, Credential, Who};
use crate::house::{DEADLINE, House};
use crate::http::{Request, read_answer};
use crate::table::{Entry, Rule, TABLE};

const ELSEWHERE: &str = "evil.example";

/// How browsers and proxies have asked programs to send people elsewhere.
fn lures(request: &Request) -> Vec<Request> {
    let target = request.target();
    let join = if target.contains('?') { '&' } else { '?' };
    let mut lures: Vec<Request> =
        ["next", "return_to", "redirect", "redirect_uri", "url", "continue"]
            .iter()
            .map(|name| request.clone().at(format!("{target}{join}{name}=https://{ELSEWHERE}/")))
            .collect();
    lures.push(request.clone().at(format!("//{ELSEWHERE}{target}")));
    lures.push(request.clone().at(format!("/%5C{ELSEWHERE}{target}")));
    for name in ["x-forwarded-host", "x-original-url", "x-rewrite-url", "forwarded", "referer"] {
        lures.push(request.clone().header(name, format!("https://{ELSEWHERE}/")));
    }
    lures
}

/// S33: nobody is sent to an address from a request, by no endpoint and no page of the console.
#[tokio::test]
async fn no_redirect_leads_to_an_address_from_the_request() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let pages = ["/", "/machines", "/manage/remote/machines", "/sign-in/return"].map(Request::get);
    let endpoints =
        TABLE.iter().filter(|entry| !entry.is_socket()).map(|entry| entry.request(&cast));
    let mut asked = 0;
    for request in pages.into_iter().chain(endpoints) {
        for lure in lures(&request) {
            let answer = lure.with(&Credential::None).send(&house).await;
            let headers = answer.headers.iter().filter(|(name, _)| {
                ["location", "refresh", "content-location", "link"].contains(&&name[..])
            });
            for (name, value) in headers {
                assert!(!value.contains(ELSEWHERE), "{}: {name}: {value}", request.target());
            }
            asked += 1;
        }
    }
    assert!(asked > 1000, "{asked}");
}

/// S121: who speaks HTTP/2, at once or by way of an upgrade, is not answered in it.
#[tokio::test]
async fn nobody_speaks_http_2_here() {
    let house = House::open().await;
    // The client's preface and an empty SETTINGS frame (RFC 9113 §3.4).
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream.write_all(preface).await.unwrap();
    let mut answer = Vec::new();
    // An abrupt end is an answer too.
    let _ = timeout(DEADLINE, stream.read_to_end(&mut answer)).await.expect("an end");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{answer:?}");

    let upgrade = Request::get("/health")
        .header("connection", "Upgrade, HTTP2-Settings")
        .header("upgrade", "h2c")
        .header("http2-settings", "AAMAAABkAAQAAP__");
    assert_eq!(upgrade.send(&house).await.status, 200, "it is answered as if nobody had asked");
}

/// S123: what needs a credential writes nothing for whoever has none, however often they come.
#[tokio::test]
async fn requests_without_a_credential_write_nothing() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let before = house.commits();
    let is_closed = |entry: &&Entry| !matches!(entry.rule, Rule::Open(_) | Rule::Machine);
    for entry in TABLE.iter().filter(is_closed) {
        for who in [Who::Nobody, Who::Garbage] {
            for _ in 0..5 {
                let request = entry.request(&cast).with(&cast.credential(who));
                let answer = request.header("origin", house.origin()).send(&house).await;
                assert_eq!(answer.status, 401, "{} {}", entry.method, entry.path);
            }
        }
    }
    assert_eq!(house.commits(), before);
}

/// S124: where no more connections can be open, further ones wait until one ends; nobody is turned
/// away, and those who are there are served meanwhile.
#[tokio::test]
async fn a_rush_of_connections_waits() {
    const OPEN: usize = 3;
    let house = House::open_for(OPEN).await;
    let request = Request::get("/health").header("connection", "keep-alive").bytes(&house);
    let ask = async |stream: &mut TcpStream| {
        stream.write_all(&request).await.unwrap();
        read_answer(stream).await.status
    };
    let mut there = Vec::new();
    for _ in 0..OPEN {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        assert_eq!(ask(&mut stream).await, 200);
        there.push(stream);
    }
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        stream.write_all(&Request::get("/health").bytes(&house)).await.unwrap();
        waiting.push(stream);
    }
    for turn in 0..50 {
        assert_eq!(ask(&mut there[turn % OPEN]).await, 200);
    }
    for stream in &waiting {
        let mut nothing = [0];
        let read = stream.try_read(&mut nothing).map_err(|error| error.kind());
        assert_eq!(read, Err(std::io::ErrorKind::WouldBlock), "it waits");
    }
    drop(there.pop());
    for mut stream in waiting {
        assert_eq!(read_answer(&mut stream).await.status, 200);
    }
}
