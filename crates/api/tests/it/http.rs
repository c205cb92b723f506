//! Requests as they go over the wire, so that nothing in them is what a well-behaved client would
//! have made of them.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::cast::Credential;
use crate::house::{DEADLINE, House};

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, target: impl Into<String>) -> Self {
        let (headers, body) = (Vec::new(), Vec::new());
        Self { method: method.to_owned(), target: target.into(), headers, body }
    }

    pub(crate) fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    pub(crate) fn post(target: impl Into<String>, body: &Value) -> Self {
        Self::new("POST", target).json(body)
    }

    /// Asks to go on as a WebSocket (RFC 6455 §4.1).
    pub(crate) fn upgrade(target: impl Into<String>) -> Self {
        Self::get(target)
            .header("upgrade", "websocket")
            .header("connection", "Upgrade")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn with(self, credential: &Credential) -> Self {
        match credential {
            Credential::None => self,
            Credential::Bearer(token) => self.header("authorization", format!("Bearer {token}")),
            Credential::Cookie(cookie) => {
                self.header("cookie", format!("__Host-gantline={cookie}"))
            }
        }
    }

    /// The JSON body, if it has one.
    pub(crate) fn json_body(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn target(&self) -> String {
        self.target.clone()
    }

    /// The same to another target.
    pub(crate) fn at(self, target: impl Into<String>) -> Self {
        Self { target: target.into(), ..self }
    }

    /// The same with another method.
    pub(crate) fn with_method(mut self, method: &str) -> Self {
        method.clone_into(&mut self.method);
        self
    }

    /// What a browser asks before it sends this for a page of `origin` (Fetch, CORS preflight).
    pub(crate) fn preflight(&self, origin: &str) -> Self {
        Self::new("OPTIONS", self.target.clone())
            .header("origin", origin)
            .header("access-control-request-method", self.method.clone())
            .header("access-control-request-headers", "content-type, authorization")
    }

    /// The request on the wire.
    pub(crate) fn bytes(&self, house: &House) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let has = |name: &str| self.headers.iter().any(|(known, _)| known == name);
        let mut add = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        if !has("host") {
            add("host", &house.address.to_string());
        }
        if !has("connection") {
            add("connection", "close");
        }
        if !self.body.is_empty() && !has("content-length") {
            add("content-length", &self.body.len().to_string());
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        head.push_str("\r\n");
        [head.into_bytes(), self.body.clone()].concat()
    }

    /// Sends it and reads the answer; of a WebSocket only that it has begun.
    pub(crate) async fn send(&self, house: &House) -> Answer {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        // A server that refuses a body need not read it.
        let _ = stream.write_all(&self.bytes(house)).await;
        read_answer_to(&self.method, &mut stream).await
    }
}

/// Reads an answer to its end.
pub(crate) async fn read_answer(stream: &mut TcpStream) -> Answer {
    read_answer_to("GET", stream).await
}

async fn read_answer_to(method: &str, stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let read = timeout(DEADLINE, stream.read_buf(&mut bytes)).await.expect("an answer in time");
        assert!(read.unwrap_or(0) > 0, "the head ends: {:?}", String::from_utf8_lossy(&bytes));
    };
    let mut answer = parse_head(&bytes[..head_end]);
    let mut body = bytes.split_off(head_end + 4);
    let length = answer.header("content-length").map(|length| length.parse().unwrap());
    let expected = if answer.status == 101 || method == "HEAD" { Some(0) } else { length };
    while expected.is_none_or(|expected: usize| body.len() < expected) {
        // What was refused unread makes the system cut the connection behind the answer.
        let read = timeout(DEADLINE, stream.read_buf(&mut body)).await.expect("an end in time");
        if read.unwrap_or(0) == 0 {
            break;
        }
    }
    let is_chunked = answer.header("transfer-encoding") == Some("chunked");
    answer.body = if is_chunked { joined(&body) } else { body };
    answer
}

/// A body that came in chunks (RFC 9112 §7.1), as far as it came.
fn joined(mut chunked: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = chunked.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&chunked[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        let rest = &chunked[end + 2..];
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        chunked = rest.get(size + 2..).unwrap_or_default();
    }
    body
}

fn parse_head(head: &[u8]) -> Answer {
    let head = std::str::from_utf8(head).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_lowercase(), value.to_owned())
    };
    Answer { status, headers: lines.map(header).collect(), body: Vec::new() }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &value[..])
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let error = |error| panic!("{error}: {} {:?}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(error)
    }

    /// A refusal that says what is wrong and what to do; answers its code.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for field in ["title", "detail", "error", "hint"] {
            let text = problem[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{field} in {problem}");
        }
        problem["code"].as_str().expect("a code").to_owned()
    }
}
