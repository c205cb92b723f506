//! Refusals and their codes (JSON-RPC 2.0 §5.1).

use control::error::Refusal;
use control::{Error, Meaning};
use serde::Serialize;

/// What was sent is not JSON.
pub const PARSE_ERROR: i32 = -32700;

/// What was sent is JSON, but no request.
pub const INVALID_REQUEST: i32 = -32600;

/// There is no such method, or not over this door.
pub const METHOD_NOT_FOUND: i32 = -32601;

/// The parameters are wrong, or there is no such thing as they name.
pub const INVALID_PARAMS: i32 = -32602;

/// It was not done: who calls may not, the agent failed, the machine is offline. `data.code` says
/// which.
pub const INTERNAL_ERROR: i32 = -32603;

/// Why a method did not do what was asked.
#[derive(Debug, Clone, Serialize)]
pub struct RpcError {
    /// One of the five above.
    pub code: i32,
    /// For people.
    pub message: String,
    /// The same for programs, as every other door says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Data>,
    /// What is to be written down of it.
    #[serde(skip)]
    pub refusal: Option<Refusal>,
}

/// What problems of every door have.
#[derive(Debug, Clone, Serialize)]
pub struct Data {
    /// A stable word.
    pub code: &'static str,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl RpcError {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None, refusal: None }
    }

    /// What was sent is not JSON.
    pub fn parse_error(error: &serde_json::Error) -> Self {
        Self::new(PARSE_ERROR, format!("Parse error: {error}"))
    }

    /// What was sent is no request.
    pub fn invalid_request(why: &str) -> Self {
        Self::new(INVALID_REQUEST, format!("Invalid Request: {why}"))
    }

    /// There is no such method, or not over this door.
    pub fn no_such_method(name: &str, is_for_sockets: bool) -> Self {
        let where_it_is = if is_for_sockets { ", which needs the WebSocket" } else { "" };
        let name: String = name.chars().take(100).collect();
        Self::new(METHOD_NOT_FOUND, format!("Method not found: {name}{where_it_is}"))
    }

    /// The parameters are wrong.
    pub fn invalid_params(why: &str) -> Self {
        Self::new(INVALID_PARAMS, format!("Invalid params: {why}"))
    }

    /// The parameters cannot be read.
    pub(super) fn unreadable_params(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
        match missing {
            Some((name, _)) => Self::missing_param(name),
            None => Self::invalid_params(&text),
        }
    }

    /// A parameter is not there.
    pub(super) fn missing_param(name: &str) -> Self {
        Self::new(INVALID_PARAMS, format!("Missing required param: {name}"))
    }

    /// The agent has not answered.
    pub(super) fn agent(code: &'static str, why: &str) -> Self {
        let data = Some(Data { code, hint: None });
        Self { data, ..Self::new(INTERNAL_ERROR, format!("Agent error: {why}")) }
    }

    /// One connection asks for too much at once.
    pub fn busy(message: impl Into<String>) -> Self {
        Error::unavailable("busy", message).into()
    }
}

impl From<Error> for RpcError {
    fn from(error: Error) -> Self {
        let code = match error.meaning {
            Meaning::Invalid | Meaning::NotFound => INVALID_PARAMS,
            _ => INTERNAL_ERROR,
        };
        if error.meaning == Meaning::Internal {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(source, "a call failed");
        }
        let refusal = error.refusal();
        let data = Some(Data { code: error.code, hint: error.hint });
        Self { code, message: capitalised(&error.message), data, refusal }
    }
}

/// Messages of this interface are printed as sentences: `Session not found`.
fn capitalised(message: &str) -> String {
    let mut rest = message.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading it is looked at")]
    struct Params {
        session_id: String,
    }

    #[track_caller]
    fn check(json: &str, message: &str) {
        let error = serde_json::from_str::<Params>(json).unwrap_err();
        let error = RpcError::unreadable_params(&error);
        assert_eq!(error.code, INVALID_PARAMS);
        assert!(error.message.starts_with(message), "{}", error.message);
    }

    #[test]
    fn what_is_missing_is_named_as_the_document_prints_it() {
        check("{}", "Missing required param: session_id");
        check(r#"{"session":"x"}"#, "Invalid params: unknown field `session`");
        check(r#"{"session_id":1}"#, "Invalid params: invalid type");
    }

    #[test]
    fn what_is_not_found_is_said_as_the_document_prints_it() {
        let error = RpcError::from(Error::not_found("session"));
        assert_eq!((error.code, &error.message[..]), (INVALID_PARAMS, "Session not found"));
    }
}
