//! Lines of JSON-RPC 2.0: one message on each, in both directions, and nothing else.

use client::Error as ClientError;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

use crate::exit::{self, Meaning};
use crate::words::Words;

/// The longest line that is read: a prompt with pictures.
const MAX_LINE_BYTES: usize = 64 * 1024 * 1024;

/// What the editor writes.
pub(super) type Lines<I> = FramedRead<I, LinesCodec>;

/// Reads lines.
pub(super) fn lines<I: AsyncRead>(input: I) -> Lines<I> {
    FramedRead::new(input, LinesCodec::new_with_max_length(MAX_LINE_BYTES))
}

/// One message of the editor.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    /// It wants an answer.
    Request { id: Value, method: String, params: Value },
    /// It wants none.
    Notification { method: String, params: Value },
    /// It answers a request of ours.
    Answer { id: Value, result: Result<Value, Value> },
    /// It makes no sense, and this is the answer.
    Refused { id: Value, error: RpcError },
}

/// An answer that is an error.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RpcError {
    code: i64,
    message: String,
    data: Value,
}

impl RpcError {
    pub(super) fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: Value::Null }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(-32602, message)
    }

    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::new(-32603, message)
    }

    /// What was meant is not there, or not for this user.
    pub(super) fn gone(message: impl Into<String>) -> Self {
        Self::new(-32002, message)
    }

    /// An error with what it means for ACP: somebody must sign in first, something is not there, or
    /// anything else. What to do about it is part of the message, because editors show nothing else.
    pub(super) fn of(error: &anyhow::Error, words: &dyn Words) -> Self {
        let meaning = exit::meaning(error);
        let number = match meaning {
            Meaning::NotSignedIn => -32000,
            Meaning::NotFound => -32002,
            Meaning::Usage => -32602,
            _ => -32603,
        };
        let mut message = error.to_string();
        for cause in error.chain().skip(1).map(ToString::to_string) {
            if !message.contains(&cause) {
                message = format!("{message}: {cause}");
            }
        }
        if let Some(hint) = exit::hint(error, meaning, words) {
            message = format!("{message} ({hint})");
        }
        let told = error.chain().find_map(|cause| cause.downcast_ref::<ClientError>()?.code());
        let data = json!({ "code": told.unwrap_or(meaning.word()) });
        Self { code: number, message, data }
    }

    fn to_value(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.data.is_null() {
            error["data"] = self.data.clone();
        }
        error
    }
}

/// Reads one line. An error is one of reading at all.
pub(super) fn read(line: Result<String, LinesCodecError>) -> std::io::Result<Read> {
    let refused = |code, message: &str| {
        Ok(Read::Refused { id: Value::Null, error: RpcError::new(code, message) })
    };
    let line = match line {
        Ok(line) => line,
        Err(LinesCodecError::MaxLineLengthExceeded) => {
            return refused(-32600, "the message is too large");
        }
        Err(LinesCodecError::Io(error)) => return Err(error),
    };
    let Ok(Value::Object(mut message)) = serde_json::from_str(&line) else {
        return refused(-32700, "this line is not a JSON object");
    };
    let mut take = |name: &str| message.remove(name);
    let (id, method) = (take("id"), take("method"));
    let params = take("params").unwrap_or(Value::Null);
    Ok(match (id, method) {
        (Some(id), Some(Value::String(method))) => Read::Request { id, method, params },
        (None, Some(Value::String(method))) => Read::Notification { method, params },
        (Some(id), None) => match (take("result"), take("error")) {
            (_, Some(error)) if !error.is_null() => Read::Answer { id, result: Err(error) },
            (result, _) => Read::Answer { id, result: Ok(result.unwrap_or(Value::Null)) },
        },
        (id, _) => Read::Refused {
            id: id.unwrap_or(Value::Null),
            error: RpcError::new(-32600, "this is neither a request nor an answer"),
        },
    })
}

/// Writes to the editor.
pub(super) struct Writer<O> {
    output: O,
}

impl<O: AsyncWrite + Unpin> Writer<O> {
    pub(super) const fn new(output: O) -> Self {
        Self { output }
    }

    /// Answers a request.
    pub(super) async fn answer(
        &mut self,
        id: &Value,
        answer: Result<Value, RpcError>,
    ) -> std::io::Result<()> {
        self.line(match answer {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(error) => json!({ "jsonrpc": "2.0", "id": id, "error": error.to_value() }),
        })
        .await
    }

    /// Says something that needs no answer.
    pub(super) async fn notify(&mut self, method: &str, params: Value) -> std::io::Result<()> {
        self.line(json!({ "jsonrpc": "2.0", "method": method, "params": params })).await
    }

    /// Asks for something.
    pub(super) async fn ask(
        &mut self,
        id: &str,
        method: &str,
        params: Value,
    ) -> std::io::Result<()> {
        self.line(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await
    }

    async fn line(&mut self, message: Value) -> std::io::Result<()> {
        // In one piece, so that whoever reads never sees half of it for long.
        self.output.write_all(format!("{message}\n").as_bytes()).await?;
        self.output.flush().await
    }
}
