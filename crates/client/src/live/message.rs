//! What the server says on the live WebSocket, taken apart: notifications and answers of
//! JSON-RPC 2.0.

use contract::Problem;
use contract::live::Notification;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// What the server has said.
pub(super) enum Said {
    /// Something has happened.
    Notification(Box<Notification>),
    /// It will not do what a request has asked.
    Refusal {
        /// Which request.
        request: u64,
        /// Why not.
        problem: Problem,
    },
    /// Nothing that needs an answer: that a request is done, or a notification of a newer release.
    Nothing,
}

/// JSON-RPC 2.0 §4 and §5, both in one.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    method: Option<&'a str>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    error: Option<RpcError>,
}

#[derive(Deserialize)]
struct RpcError {
    code: i32,
    message: String,
    #[serde(default)]
    data: Option<ErrorData>,
}

#[derive(Default, Deserialize)]
struct ErrorData {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    hint: Option<String>,
}

/// Takes a message apart.
pub(super) fn read(text: &str) -> Result<Said, serde_json::Error> {
    let envelope: Envelope<'_> = serde_json::from_str(text)?;
    if let Some(method) = envelope.method {
        let params = envelope.params.map_or("null", RawValue::get);
        let notification = notification(method, params)?;
        return Ok(notification.map_or(Said::Nothing, |said| Said::Notification(Box::new(said))));
    }
    match (envelope.id, envelope.error) {
        (Some(request), Some(error)) => Ok(Said::Refusal { request, problem: problem(error) }),
        _ => Ok(Said::Nothing),
    }
}

/// `None` for one that this release does not know. Read by hand because raw JSON inside cannot be
/// read through an enum that serde tells apart by a field.
fn notification(method: &str, params: &str) -> Result<Option<Notification>, serde_json::Error> {
    fn read<T: DeserializeOwned>(
        params: &str,
        kind: fn(T) -> Notification,
    ) -> Result<Option<Notification>, serde_json::Error> {
        serde_json::from_str(params).map(kind).map(Some)
    }
    match method {
        "connected" => read(params, Notification::Connected),
        "session.snapshot" => read(params, Notification::SessionSnapshot),
        "machine.snapshot" => read(params, Notification::MachineSnapshot),
        "permission.snapshot" => read(params, Notification::PermissionSnapshot),
        "budget.snapshot" => read(params, Notification::BudgetSnapshot),
        "machine.updated" => read(params, Notification::MachineUpdated),
        "machine.deleted" => read(params, Notification::MachineDeleted),
        "session.updated" => read(params, Notification::SessionUpdated),
        "session.deleted" => read(params, Notification::SessionDeleted),
        "turn.updated" => read(params, Notification::TurnUpdated),
        "permission.updated" => read(params, Notification::PermissionUpdated),
        "budget.updated" => read(params, Notification::BudgetUpdated),
        "job.updated" => read(params, Notification::JobUpdated),
        "job.deleted" => read(params, Notification::JobDeleted),
        "job.log" => read(params, Notification::JobLogged),
        "rule.updated" => read(params, Notification::RuleUpdated),
        "rule.deleted" => read(params, Notification::RuleDeleted),
        "session.updates" => read(params, Notification::SessionUpdates),
        "session.stream" => read(params, Notification::SessionStream),
        "closing" => read(params, Notification::Closing),
        _ => Ok(None),
    }
}

/// The codes of JSON-RPC (§5.1) as HTTP statuses, so that a refusal has the same shape everywhere.
fn problem(error: RpcError) -> Problem {
    let data = error.data.unwrap_or_default();
    let code = data.code.unwrap_or_else(|| "rpc_error".to_owned());
    let status = match (code.as_str(), error.code) {
        ("not_found", _) => 404,
        (_, -32700..=-32600) => 400,
        _ => 503,
    };
    Problem {
        title: "Refused".to_owned(),
        status,
        code,
        detail: error.message.clone(),
        error: error.message,
        hint: data.hint,
        success: None,
        session_status: None,
        request_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_is_read_whatever_the_order_of_its_members() {
        for text in [
            r#"{"jsonrpc":"2.0","method":"closing","params":{"reason":"x"}}"#,
            r#"{"params":{"reason":"x"},"method":"closing","jsonrpc":"2.0"}"#,
        ] {
            let Said::Notification(said) = read(text).unwrap() else { panic!("{text}") };
            assert!(matches!(*said, Notification::Closing(closing) if closing.reason == "x"));
        }
    }

    #[test]
    fn what_a_newer_server_says_is_passed_over() {
        let text = r#"{"jsonrpc":"2.0","method":"weather.updated","params":{"rain":true}}"#;
        assert!(matches!(read(text).unwrap(), Said::Nothing));
        assert!(read("{").is_err());
        assert!(read(r#"{"method":"closing","params":{}}"#).is_err());
    }

    #[test]
    fn a_refusal_names_its_request() {
        let text = r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"session not found",
            "data":{"code":"not_found","hint":null}}}"#;
        let Said::Refusal { request, problem } = read(text).unwrap() else { panic!() };
        assert_eq!(
            (request, problem.status, problem.detail.as_str()),
            (7, 404, "session not found")
        );
    }
}
