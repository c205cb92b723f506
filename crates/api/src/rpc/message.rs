//! Requests and answers of JSON-RPC 2.0, one or many.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::call::Outcome;
use super::error::RpcError;

/// Requests in one batch at the most.
pub const MAX_BATCH: usize = 50;

/// What was sent.
#[derive(Debug)]
pub enum Message {
    /// One request.
    One(Result<Request, Malformed>),
    /// Several.
    Batch(Vec<Result<Request, Malformed>>),
}

/// A request, or a notification, which has no identifier.
#[derive(Debug, Clone)]
pub struct Request {
    /// Comes back with the answer.
    pub id: Option<Id>,
    /// What to do.
    pub method: String,
    /// With what.
    pub params: Option<Box<RawValue>>,
}

/// Something that is no request.
#[derive(Debug)]
pub struct Malformed {
    /// Its identifier where it has one that can be read; `null` otherwise.
    pub id: Id,
    /// What is wrong with it.
    pub error: RpcError,
}

/// The identifier of a request: a string, a number or `null`. It comes back as it was written.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Id(Box<RawValue>);

impl Id {
    /// No identifier that could be read.
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    fn read(raw: Box<RawValue>) -> Option<Self> {
        let first = raw.get().as_bytes().first().copied();
        matches!(first, Some(b'"' | b'-' | b'0'..=b'9' | b'n')).then_some(Self(raw))
    }

    /// As it was written.
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// As it was written.
    pub fn into_json(self) -> Box<RawValue> {
        self.0
    }
}

/// An answer (JSON-RPC 2.0 §5).
#[derive(Debug, Serialize)]
pub struct Response {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RpcError>,
    id: Id,
}

impl Response {
    /// The answer to the request with this identifier.
    pub fn new(id: Id, outcome: Outcome) -> Self {
        let (result, error) = match outcome {
            Ok(result) => (Some(result), None),
            Err(error) => (None, Some(error)),
        };
        Self { jsonrpc: "2.0", result, error, id }
    }
}

/// Members as they were written, so that each can be refused with its own words.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    jsonrpc: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    method: Option<Box<RawValue>>,
    #[serde(default)]
    params: Option<Box<RawValue>>,
}

/// A member that is there is there, even where it is `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl Message {
    /// Takes a text apart.
    pub fn read(text: &[u8]) -> Self {
        let whole = match serde_json::from_slice::<&RawValue>(text) {
            Ok(whole) => whole,
            Err(error) => return Self::refused(RpcError::parse_error(&error)),
        };
        if !whole.get().starts_with('[') {
            return Self::One(Request::read(whole));
        }
        match serde_json::from_str::<Vec<&RawValue>>(whole.get()) {
            Ok(requests) if requests.is_empty() => {
                Self::refused(RpcError::invalid_request("an empty batch"))
            }
            Ok(requests) if requests.len() > MAX_BATCH => {
                let why = format!("a batch has at most {MAX_BATCH} requests");
                Self::refused(RpcError::invalid_request(&why))
            }
            Ok(requests) => Self::Batch(requests.into_iter().map(Request::read).collect()),
            Err(error) => Self::refused(RpcError::parse_error(&error)),
        }
    }

    fn refused(error: RpcError) -> Self {
        Self::One(Err(Malformed { id: Id::null(), error }))
    }

    /// The requests that can be read.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        let all = match self {
            Self::One(request) => std::slice::from_ref(request),
            Self::Batch(requests) => requests.as_slice(),
        };
        all.iter().filter_map(|request| request.as_ref().ok())
    }

    /// Answers every request of it with the same refusal.
    pub fn refuse(self, error: &RpcError) -> Option<Box<RawValue>> {
        let refuse = |request: Result<Request, Malformed>| match request {
            Ok(request) => request.id.map(|id| Response::new(id, Err(error.clone()))),
            Err(malformed) => Some(Response::new(malformed.id, Err(malformed.error))),
        };
        match self {
            Self::One(request) => refuse(request).map(|response| write(&response)),
            Self::Batch(requests) => {
                let responses: Vec<_> = requests.into_iter().filter_map(refuse).collect();
                (!responses.is_empty()).then(|| write(&responses))
            }
        }
    }
}

impl Request {
    fn read(raw: &RawValue) -> Result<Self, Malformed> {
        let malformed = |id: Option<Id>, why: &str| Malformed {
            id: id.unwrap_or_else(Id::null),
            error: RpcError::invalid_request(why),
        };
        let envelope: Envelope = serde_json::from_str(raw.get())
            .map_err(|_| malformed(None, "a request is an object"))?;
        let id = envelope.id.map(|raw| {
            Id::read(raw).ok_or_else(|| malformed(None, "id must be a string, a number or null"))
        });
        let id = id.transpose()?;
        if envelope.jsonrpc.as_deref().map(RawValue::get) != Some("\"2.0\"") {
            return Err(malformed(id, "jsonrpc must be \"2.0\""));
        }
        let method = envelope.method.and_then(|raw| serde_json::from_str(raw.get()).ok());
        let Some(method) = method else {
            return Err(malformed(id, "method must be a string"));
        };
        Ok(Self { id, method, params: envelope.params })
    }
}

/// An answer as JSON.
pub(super) fn write(answer: &impl Serialize) -> Box<RawValue> {
    to_raw_value(answer).unwrap_or_else(|error| {
        // Everything in an answer was JSON before; a bug is told to the log and as null.
        tracing::error!(%error, "an answer cannot be written as JSON");
        RawValue::NULL.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::super::error::{INVALID_REQUEST, PARSE_ERROR};
    use super::*;

    #[track_caller]
    fn code(text: &str) -> i32 {
        match Message::read(text.as_bytes()) {
            Message::One(Err(malformed)) => malformed.error.code,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn id(text: &str) -> Option<String> {
        let text = format!(r#"{{"jsonrpc":"2.0","method":"m"{text}}}"#);
        let Message::One(Ok(request)) = Message::read(text.as_bytes()) else { panic!("{text}") };
        request.id.map(|id| id.as_json().to_owned())
    }

    #[test]
    fn an_id_is_a_string_a_number_or_null_and_comes_back_as_it_was() {
        for written in ["\"a\\u0062\"", "1", "-1.50", "9007199254740993", "1e400", "null"] {
            assert_eq!(id(&format!(r#","id":{written}"#)).as_deref(), Some(written));
        }
        assert_eq!(id(""), None);
    }

    #[test]
    fn what_is_no_request_is_told_apart_from_what_is_no_json() {
        for text in ["", "{", "[1,", "nul", "{\"jsonrpc\":\"2.0\",}"] {
            assert_eq!(code(text), PARSE_ERROR, "{text}");
        }
        for text in [
            "1",
            "null",
            "[]",
            "{}",
            r#"{"jsonrpc":"1.0","method":"m","id":1}"#,
            r#"{"jsonrpc":"2.0","method":1,"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"m","id":{}}"#,
            r#"{"jsonrpc":"2.0","method":"m","id":true}"#,
            r#"{"jsonrpc":"2.0","method":"m","method":"m","id":1}"#,
        ] {
            assert_eq!(code(text), INVALID_REQUEST, "{text}");
        }
    }

    #[test]
    fn text_that_is_not_utf8_is_no_json() {
        let Message::One(Err(malformed)) = Message::read(b"\"\xff\"") else { panic!() };
        assert_eq!(malformed.error.code, PARSE_ERROR);
    }

    #[test]
    fn a_request_that_is_none_is_answered_with_its_id() {
        let Message::One(Err(malformed)) = Message::read(br#"{"jsonrpc":"2.0","id":7}"#) else {
            panic!()
        };
        assert_eq!(malformed.id.as_json(), "7");
    }

    #[test]
    fn each_of_a_batch_is_read_by_itself() {
        let text = r#"[1, {"jsonrpc":"2.0","method":"m","id":2}, {"jsonrpc":"2.0","method":"n"}]"#;
        let message = Message::read(text.as_bytes());
        assert_eq!(message.requests().count(), 2);
        let refused = message.refuse(&RpcError::busy("later")).unwrap();
        let refused: Vec<serde_json::Value> = serde_json::from_str(refused.get()).unwrap();
        assert_eq!(refused.len(), 2, "a notification gets no answer");
        assert_eq!(refused[0]["id"], serde_json::Value::Null);
        assert_eq!(refused[1]["id"], 2);
    }

    #[test]
    fn a_batch_has_an_end() {
        let many = vec![r#"{"jsonrpc":"2.0","method":"m","id":1}"#; MAX_BATCH + 1].join(",");
        assert_eq!(code(&format!("[{many}]")), INVALID_REQUEST);
    }
}
