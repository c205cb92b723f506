//! JSON-RPC 2.0 messages, one per line.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::text;

/// What an agent is told when it asks for something that is not offered.
pub const METHOD_NOT_FOUND: i64 = -32601;

/// What an agent is told when it asks with something that cannot be understood.
pub const INVALID_PARAMS: i64 = -32602;

/// What either side is told when a request was taken back.
pub const REQUEST_CANCELLED: i64 = -32800;

/// What an agent says when somebody must log in first.
pub const AUTH_REQUIRED: i64 = -32000;

/// A message of an agent.
#[derive(Debug)]
pub enum Incoming<'a> {
    /// The agent asks and waits for an answer.
    Request {
        /// What the answer must carry: a number, a string or `null`, as the agent wrote it.
        id: &'a RawValue,
        /// What is asked.
        method: Cow<'a, str>,
        /// With what.
        params: Value,
    },
    /// The agent tells.
    Notification {
        /// What is told.
        method: Cow<'a, str>,
        /// With what.
        params: Value,
    },
    /// The agent answers.
    Answer {
        /// The id of the question, if it is one that we could have asked.
        id: Option<u64>,
        /// The answer.
        outcome: Result<Value, RpcError>,
    },
}

/// An error, as an agent gives it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RpcError {
    /// The code. Agents use codes of their own, HTTP statuses included.
    #[serde(default)]
    pub code: i64,
    /// One sentence.
    #[serde(default)]
    pub message: String,
    /// More; where the useful part is differs from agent to agent.
    #[serde(default)]
    pub data: Value,
}

/// A line is not a message of JSON-RPC 2.0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the agent sent a line that is not a JSON-RPC message")]
pub struct NotAMessage;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(default, borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    error: Option<RpcError>,
}

/// Tells an `id` of `null` from no `id`.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl<'a> Incoming<'a> {
    /// Reads one line.
    pub fn parse(line: &'a str) -> Result<Self, NotAMessage> {
        let envelope: Envelope<'a> = serde_json::from_str(line).map_err(|_| NotAMessage)?;
        match (envelope.method, envelope.id) {
            (Some(method), Some(id)) => Ok(Self::Request { id, method, params: envelope.params }),
            (Some(method), None) => Ok(Self::Notification { method, params: envelope.params }),
            (None, Some(id)) => {
                let outcome = envelope.error.map_or(Ok(envelope.result), Err);
                Ok(Self::Answer { id: id.get().parse().ok(), outcome })
            }
            (None, None) => Err(NotAMessage),
        }
    }
}

impl RpcError {
    /// Whether somebody must log in first.
    pub const fn is_login_required(&self) -> bool {
        self.code == AUTH_REQUIRED
    }

    /// The error for people: its sentence, and what its data adds.
    pub fn for_people(&self) -> String {
        let added = self.added().filter(|added| !self.message.contains(added));
        match (self.message.is_empty(), added) {
            (true, None) => format!("error {}", self.code),
            (true, Some(added)) => text::detail(added),
            (false, None) => text::detail(&self.message),
            (false, Some(added)) => text::detail(&format!("{}: {added}", self.message)),
        }
    }

    fn added(&self) -> Option<&str> {
        let inside = ["details", "message", "error", "reason"];
        let text = self.data.as_str().or_else(|| {
            inside.iter().find_map(|member| self.data.get(member).and_then(Value::as_str))
        })?;
        (!text.trim().is_empty()).then(|| text.trim())
    }
}

/// Writes a question.
pub fn request(id: u64, method: &str, params: &Value) -> Box<RawValue> {
    #[derive(Serialize)]
    struct Request<'a> {
        jsonrpc: &'static str,
        id: u64,
        method: &'a str,
        params: &'a Value,
    }
    write(&Request { jsonrpc: "2.0", id, method, params })
}

/// Writes something that is told.
pub fn notification(method: &str, params: &Value) -> Box<RawValue> {
    #[derive(Serialize)]
    struct Notification<'a> {
        jsonrpc: &'static str,
        method: &'a str,
        params: &'a Value,
    }
    write(&Notification { jsonrpc: "2.0", method, params })
}

/// Writes an answer.
pub fn answer(id: &RawValue, result: &Value) -> Box<RawValue> {
    #[derive(Serialize)]
    struct Answer<'a> {
        jsonrpc: &'static str,
        id: &'a RawValue,
        result: &'a Value,
    }
    write(&Answer { jsonrpc: "2.0", id, result })
}

/// Writes an answer that says no.
pub fn refusal(id: &RawValue, code: i64, message: &str) -> Box<RawValue> {
    #[derive(Serialize)]
    struct Refusal<'a> {
        jsonrpc: &'static str,
        id: &'a RawValue,
        error: Error<'a>,
    }
    #[derive(Serialize)]
    struct Error<'a> {
        code: i64,
        message: &'a str,
    }
    write(&Refusal { jsonrpc: "2.0", id, error: Error { code, message } })
}

fn write(message: &impl Serialize) -> Box<RawValue> {
    // Writing JSON to memory fails only for keys that are not strings, and messages have none.
    serde_json::value::to_raw_value(message).expect("a message can be written as JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_four_kinds_of_message_are_told_apart() {
        let request =
            Incoming::parse(r#"{"jsonrpc":"2.0","id":"a","method":"m","params":{"x":1}}"#);
        assert!(matches!(request, Ok(Incoming::Request { id, .. }) if id.get() == "\"a\""));
        let request = Incoming::parse(r#"{"id":null,"method":"m"}"#);
        assert!(matches!(request, Ok(Incoming::Request { id, .. }) if id.get() == "null"));
        let told = Incoming::parse(r#"{"method":"m"}"#);
        assert!(matches!(told, Ok(Incoming::Notification { .. })));
        let answer = Incoming::parse(r#"{"id":7,"result":null}"#);
        assert!(matches!(answer, Ok(Incoming::Answer { id: Some(7), outcome: Ok(Value::Null) })));
        let answer = Incoming::parse(r#"{"id":7,"error":{"code":401,"message":"no"}}"#);
        assert!(
            matches!(answer, Ok(Incoming::Answer { outcome: Err(error), .. }) if error.code == 401)
        );
    }

    #[test]
    fn what_is_no_message_is_said_to_be_none() {
        for line in ["", "hello", "[]", "{}", "null", "{\"id\":1", r#"{"method":1}"#] {
            assert!(Incoming::parse(line).is_err(), "{line:?} was taken for a message");
        }
    }

    #[test]
    fn the_useful_part_of_an_error_is_found_wherever_it_is() {
        #[track_caller]
        fn check(error: &str, expect: &str) {
            let error: RpcError = serde_json::from_str(error).unwrap();
            assert_eq!(error.for_people(), expect);
        }
        check(r#"{"code":-32603,"message":"Internal error"}"#, "Internal error");
        check(
            r#"{"code":-32603,"message":"Internal error","data":{"details":"no key"}}"#,
            "Internal error: no key",
        );
        check(r#"{"code":-32603,"message":"no key","data":"no key"}"#, "no key");
        check(r#"{"code":-31002}"#, "error -31002");
    }

    #[test]
    fn messages_are_written_in_one_line() {
        let id = serde_json::value::to_raw_value(&json!("x")).unwrap();
        let line = answer(&id, &json!({ "text": "a\nb" }));
        assert_eq!(line.get(), r#"{"jsonrpc":"2.0","id":"x","result":{"text":"a\nb"}}"#);
        let line = refusal(&id, METHOD_NOT_FOUND, "not offered");
        assert_eq!(
            line.get(),
            r#"{"jsonrpc":"2.0","id":"x","error":{"code":-32601,"message":"not offered"}}"#
        );
    }
}
