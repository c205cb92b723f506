//! A server that waits to be told something, over a real connection.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use vault::SigningSecret;

use crate::house::DEADLINE;

/// A server that waits to be told.
pub(crate) struct Receiver {
    listener: TcpListener,
    pub(crate) authority: String,
}

/// What a receiver was told, and the connection on which it may answer.
pub(crate) struct Told {
    pub(crate) head: String,
    pub(crate) body: String,
    /// The body as it came, which need not be text.
    pub(crate) bytes: Vec<u8>,
    pub(crate) stream: TcpStream,
}

impl Receiver {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        Self { listener, authority }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hooks/secret-path?x=1", self.authority)
    }

    pub(crate) async fn told(&self) -> Told {
        let reading = async {
            let (mut stream, _) = self.listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            let end = loop {
                if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                    break end;
                }
                assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "the head ends");
            };
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let mut body = bytes.split_off(end + 4);
            let length: usize = field(&head, "content-length").parse().unwrap();
            while body.len() < length {
                assert!(stream.read_buf(&mut body).await.unwrap() > 0, "the body ends");
            }
            Told { head, body: String::from_utf8_lossy(&body).into_owned(), bytes: body, stream }
        };
        timeout(DEADLINE, reading).await.expect("a webhook in time")
    }
}

pub(crate) fn field<'a>(head: &'a str, name: &str) -> &'a str {
    let value = |line: &'a str| line.split_once(": ").filter(|(known, _)| *known == name);
    head.lines().find_map(value).map_or_else(|| panic!("{name} in {head}"), |(_, value)| value)
}

impl Told {
    pub(crate) async fn answer(self, status: u16) {
        self.answer_with(status, "").await;
    }

    pub(crate) async fn answer_with(mut self, status: u16, body: &str) {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n\r\n{body}");
        self.stream.write_all(answer.as_bytes()).await.unwrap();
    }

    /// Answers without a body, with these lines in the head.
    pub(crate) async fn answer_beside(mut self, status: u16, lines: &str) {
        let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n{lines}\r\n");
        self.stream.write_all(answer.as_bytes()).await.unwrap();
    }

    pub(crate) fn id(&self) -> String {
        field(&self.head, "webhook-id").to_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The signatures that it ought to have, of these secrets.
    pub(crate) fn signed_by(&self, secrets: &[&str]) -> String {
        let at_s = field(&self.head, "webhook-timestamp").parse().unwrap();
        let sign = |secret: &&str| {
            SigningSecret::parse(secret).unwrap().sign(&self.id(), at_s, self.body.as_bytes())
        };
        secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
    }
}
