//! What a viewer asks on the live WebSocket.

use contract::live::{Subscribe, Subscribed, Unsubscribe};
use control::{Error, Meaning, transcripts};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Live;
use super::subscriptions::TooMany;
use crate::sockets;
use crate::stream_life::End;

/// A request (JSON-RPC 2.0 §4).
#[derive(Debug, Deserialize)]
struct Request<'a> {
    jsonrpc: &'a str,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    method: &'a str,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
}

/// A refusal (JSON-RPC 2.0 §5.1).
#[derive(Debug, Serialize)]
struct RpcError {
    code: i32,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

/// An answer (JSON-RPC 2.0 §5).
#[derive(Debug, Serialize)]
struct Response<'a> {
    jsonrpc: &'static str,
    #[serde(flatten)]
    outcome: Outcome,
    id: Option<&'a RawValue>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Result(Value),
    Error(RpcError),
}

impl Live {
    pub(super) async fn take_request(&mut self, text: &str) -> Result<(), End> {
        let request = match serde_json::from_str::<Request<'_>>(text) {
            Ok(request) if request.jsonrpc == "2.0" => request,
            Ok(_) => return self.answer(None, Err(invalid_request())).await,
            Err(error) => {
                let parses = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
                let error = if parses { invalid_request() } else { parse_error(&error) };
                return self.answer(None, Err(error)).await;
            }
        };
        let outcome = match request.method {
            "session.subscribe" => self.subscribe(request.params).await,
            "session.unsubscribe" => self.unsubscribe(request.params),
            method => Err(RpcError {
                code: -32601,
                message: format!("unknown method {method:?}"),
                data: None,
            }),
        };
        // One without an id wants no answer, not even to an error.
        match request.id {
            Some(id) => self.answer(Some(id), outcome).await,
            None => Ok(()),
        }
    }

    async fn subscribe(&mut self, params: Option<&RawValue>) -> Result<Value, RpcError> {
        let Subscribe { session_id, after } = read(params)?;
        let session = transcripts::chat(&self.app.plane, &self.actor, session_id).await?;
        let view = self.app.plane.relay.watch_chat(session.machine, session_id, after);
        self.subscriptions.add(session_id, view)?;
        answer(Subscribed { subscribed: true, session_id })
    }

    fn unsubscribe(&mut self, params: Option<&RawValue>) -> Result<Value, RpcError> {
        let Unsubscribe { session_id } = read(params)?;
        self.subscriptions.remove(session_id);
        answer(Subscribed { subscribed: false, session_id })
    }

    async fn answer(
        &mut self,
        id: Option<&RawValue>,
        outcome: Result<Value, RpcError>,
    ) -> Result<(), End> {
        let outcome = match outcome {
            Ok(value) => Outcome::Result(value),
            Err(error) => Outcome::Error(error),
        };
        let response = Response { jsonrpc: "2.0", outcome, id };
        Ok(sockets::send_json(&mut self.socket, &response).await?)
    }
}

fn read<T: DeserializeOwned>(params: Option<&RawValue>) -> Result<T, RpcError> {
    let text = params.map_or("{}", RawValue::get);
    serde_json::from_str(text).map_err(|error| RpcError {
        code: -32602,
        message: format!("invalid params: {error}"),
        data: None,
    })
}

fn answer(value: impl Serialize) -> Result<Value, RpcError> {
    serde_json::to_value(value).map_err(|error| Error::internal(error).into())
}

fn invalid_request() -> RpcError {
    let message = "a request has the members jsonrpc (\"2.0\"), method, and may have id and params";
    RpcError { code: -32600, message: message.to_owned(), data: None }
}

fn parse_error(error: &serde_json::Error) -> RpcError {
    RpcError { code: -32700, message: format!("parse error: {error}"), data: None }
}

impl From<Error> for RpcError {
    fn from(error: Error) -> Self {
        let code = match error.meaning {
            Meaning::Invalid | Meaning::NotFound => -32602,
            _ => -32603,
        };
        let data = serde_json::json!({ "code": error.code, "hint": error.hint });
        Self { code, message: error.message, data: Some(data) }
    }
}

impl From<TooMany> for RpcError {
    fn from(error: TooMany) -> Self {
        Self { code: -32603, message: error.to_string(), data: None }
    }
}
