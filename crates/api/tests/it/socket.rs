//! WebSockets, as a client sees them.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::cast::Credential;
use crate::house::{DEADLINE, House};

/// An open WebSocket.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// How a WebSocket ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With a word: the close code.
    Closed(u16),
    /// Without one.
    Broken,
}

impl Socket {
    pub(crate) async fn open(house: &House, path: &str, credential: &Credential) -> Self {
        let mut request = format!("ws://{}{path}", house.address).into_client_request().unwrap();
        let headers = request.headers_mut();
        match credential {
            Credential::None => {}
            Credential::Bearer(token) => {
                headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
            }
            Credential::Cookie(cookie) => {
                headers.insert("cookie", format!("__Host-gantline={cookie}").parse().unwrap());
                headers.insert("origin", house.origin().parse().unwrap());
            }
        }
        let (stream, _) = connect_async(request).await.expect("a WebSocket");
        Self { stream }
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// Sends what the server may refuse to take in.
    pub(crate) async fn offer(&mut self, message: Message) {
        let _ = self.stream.send(message).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.send(Message::Text(text.into())).await;
    }

    /// The next JSON message, however it is framed.
    pub(crate) async fn json(&mut self) -> Value {
        loop {
            let message = timeout(DEADLINE, self.stream.next()).await.expect("a message in time");
            match message.expect("a message").expect("a message") {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) | Message::Binary(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The answer to the request with this identifier; what else is said is passed over.
    pub(crate) async fn answer(&mut self, id: &Value) -> Value {
        loop {
            let message = self.json().await;
            if message.get("method").is_none() && message["id"] == *id {
                return message;
            }
        }
    }

    /// Asks and asks, until it ends.
    pub(crate) async fn talk_until_ended(&mut self) {
        let question = r#"{"jsonrpc":"2.0","id":1,"method":"none"}"#;
        while self.stream.send(Message::Text(question.into())).await.is_ok() {
            match self.stream.next().await {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Reads until it ends.
    pub(crate) async fn ended(&mut self) -> Ended {
        let end = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) => {
                        return Ended::Closed(code.into());
                    }
                    None
                    | Some(Ok(Message::Close(None)) | Err(Error::Io(_) | Error::Protocol(_))) => {
                        return Ended::Broken;
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => panic!("{error}"),
                }
            }
        };
        timeout(DEADLINE, end).await.expect("an end in time")
    }
}
