//! Receivers of every kind, over real connections.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::guard::{Forbidden, Guard};

/// Far more than anything here takes on a busy computer.
const PLENTY: Duration = Duration::from_mins(1);

/// For receivers that never answer: what is measured is that it ends.
const SHORT: Duration = Duration::from_millis(300);

struct Receiver {
    listener: TcpListener,
    authority: String,
}

impl Receiver {
    async fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        Self { listener, authority }
    }

    fn connector(&self) -> Connector {
        Connector::new(Guard::new([&self.authority]), PLENTY)
    }

    fn post(&self) -> Post {
        Post {
            uri: format!("http://{}/hook?a=b", self.authority).parse().unwrap(),
            headers: vec![(HeaderName::from_static("webhook-id"), "msg_1".to_owned())],
            body: Bytes::from_static(b"{\"a\":1}"),
        }
    }

    /// Takes one connection and reads the request on it.
    async fn take(&self) -> (TcpStream, String) {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.ends_with(b"{\"a\":1}") {
            let read = stream.read(&mut buffer).await.unwrap();
            assert!(read > 0, "the request breaks off: {}", String::from_utf8_lossy(&request));
            request.extend_from_slice(&buffer[..read]);
        }
        (stream, String::from_utf8(request).unwrap())
    }
}

/// What comes of an answer whose receiver then waits until the connection is closed.
async fn answered(answer: &[u8]) -> Result<Answered, PostError> {
    let receiver = Receiver::open().await;
    let answering = async {
        let (mut stream, _) = receiver.take().await;
        // It may be closed before all of it is written.
        let _ = stream.write_all(answer).await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    };
    let connector = receiver.connector();
    tokio::join!(post(&connector, receiver.post(), PLENTY), answering).0
}

#[tokio::test]
async fn a_request_is_whole_and_only_the_status_is_taken() {
    let receiver = Receiver::open().await;
    let connector = receiver.connector();
    let (answered, request) = tokio::join!(post(&connector, receiver.post(), PLENTY), async {
        let (mut stream, request) = receiver.take().await;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        request
    });
    assert_eq!(answered.unwrap().status, StatusCode::NO_CONTENT);
    assert!(request.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{request}");
    for field in [
        format!("host: {}\r\n", receiver.authority),
        "connection: close\r\n".to_owned(),
        "webhook-id: msg_1\r\n".to_owned(),
        "content-length: 7\r\n".to_owned(),
    ] {
        assert!(request.contains(&field), "{field} in {request}");
    }
}

/// S87: a redirect is an answer; nobody goes where it leads.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    for location in ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "/"] {
        for status in [301, 302, 303, 307, 308] {
            let answer = format!("HTTP/1.1 {status} x\r\nlocation: {location}\r\n\r\n");
            assert_eq!(answered(answer.as_bytes()).await.unwrap().status.as_u16(), status);
        }
    }
}

/// An endless body is not even begun to be read.
#[tokio::test]
async fn a_body_is_not_waited_for() {
    let endless = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\nbeginning", u64::MAX / 2);
    assert_eq!(answered(endless.as_bytes()).await.unwrap().status, StatusCode::OK);
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffff\r\nbeginning";
    assert_eq!(answered(chunked).await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn a_receiver_may_ask_for_patience_in_seconds() {
    let answer = b"HTTP/1.1 429 Slow\r\nretry-after: 120\r\n\r\n";
    let expected = Answered {
        status: StatusCode::TOO_MANY_REQUESTS,
        retry_after: Some(Duration::from_mins(2)),
    };
    assert_eq!(answered(answer).await.unwrap(), expected);
    let date = b"HTTP/1.1 503 Slow\r\nretry-after: Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\n";
    assert_eq!(answered(date).await.unwrap().retry_after, None);
}

#[tokio::test]
async fn what_is_not_http_or_too_large_is_an_error() {
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(1024 * 1024));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(200));
    for answer in
        [huge.as_str(), &many, "", "220 smtp.example.com ESMTP\r\n", "HTTP/1.1 abc\r\n\r\n"]
    {
        let refused = closing_after(answer.as_bytes()).await;
        let shown: String = answer.chars().take(40).collect();
        assert!(matches!(refused, Err(PostError::Answer(_))), "{shown:?}: {refused:?}");
    }
}

/// The same for a receiver that hangs up itself.
async fn closing_after(answer: &[u8]) -> Result<Answered, PostError> {
    let receiver = Receiver::open().await;
    let connector = receiver.connector();
    tokio::join!(post(&connector, receiver.post(), PLENTY), async {
        let (mut stream, _) = receiver.take().await;
        let _ = stream.write_all(answer).await;
    })
    .0
}

/// However it is drawn out, the deadline is over all of it.
#[tokio::test]
async fn a_receiver_that_never_ends_is_given_up() {
    let receiver = Receiver::open().await;
    let connector = receiver.connector();
    let dripping = async {
        let (mut stream, _) = receiver.take().await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await.unwrap();
        let mut drops = tokio::time::interval(Duration::from_millis(10));
        while stream.write_all(b"x").await.is_ok() {
            drops.tick().await;
        }
    };
    let (dripped, ()) = tokio::join!(post(&connector, receiver.post(), SHORT), dripping);
    assert!(matches!(dripped, Err(PostError::TimedOut)), "{dripped:?}");

    let going_on = async {
        let (mut stream, _) = receiver.take().await;
        while stream.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n").await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let (hinted, ()) = tokio::join!(post(&connector, receiver.post(), SHORT), going_on);
    assert!(matches!(hinted, Err(PostError::TimedOut | PostError::Answer(_))), "{hinted:?}");

    let silent = post(&connector, receiver.post(), SHORT).await;
    assert!(matches!(silent, Err(PostError::TimedOut)), "{silent:?}");
}

/// S87: the guard stands before every connection; nothing is sent.
#[tokio::test]
async fn nothing_is_posted_to_what_is_not_public() {
    let receiver = Receiver::open().await;
    let untrusting = Connector::new(Guard::default(), PLENTY);
    let uri = format!("https://{}/hook", receiver.authority).parse().unwrap();
    let refused = post(&untrusting, Post { uri, ..receiver.post() }, PLENTY).await;
    let Err(PostError::Connect(ConnectError::Forbidden(forbidden))) = refused else {
        panic!("{refused:?}");
    };
    assert!(matches!(forbidden, Forbidden::NotPublic(_)), "{forbidden}");
    let accepted = receiver.listener.into_std().unwrap().accept();
    assert_eq!(accepted.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

/// S87: a name that leads to a public address when it is saved and to our own when it is used is
/// judged by where it leads at that moment.
#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let receiver = Receiver::open().await;
    let own = receiver.listener.local_addr().unwrap();
    let guard = Guard::default().with_answers([vec!["8.8.8.8:443".parse().unwrap()], vec![own]]);
    let uri: Uri = "https://rebinding.example/hook".parse().unwrap();
    assert_eq!(guard.check(&uri).await, Ok(()));
    let connector = Connector::new(guard, PLENTY);
    let refused = post(&connector, Post { uri, ..receiver.post() }, PLENTY).await;
    assert!(matches!(refused, Err(PostError::Connect(ConnectError::Forbidden(_)))), "{refused:?}");
    let accepted = receiver.listener.into_std().unwrap().accept();
    assert_eq!(accepted.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

/// What a receiver says in the body is read as far as it was asked for, and a body that is longer or
/// breaks off is none.
#[tokio::test]
async fn a_body_is_read_up_to_a_limit() {
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: 65\r\n\r\n{}", "x".repeat(65));
    for (answer, expected) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"code\":0}", Some("{\"code\":0}")),
        ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", Some("")),
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"code", None),
        (&*long, None),
    ] {
        let receiver = Receiver::open().await;
        let answering = async {
            let (mut stream, _) = receiver.take().await;
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let connector = receiver.connector();
        let reading = post_and_read(&connector, receiver.post(), PLENTY, 64);
        let (head, body) = tokio::join!(reading, answering).0.unwrap();
        assert_eq!((head.status, body.as_deref()), (StatusCode::OK, expected.map(str::as_bytes)));
    }
}
