//! Speaking with whoever started the agent.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use agent_client_protocol_schema::v1::{
    PermissionOption, PermissionOptionKind, RequestPermissionRequest, SessionId,
    SessionNotification, SessionUpdate, ToolCallUpdate,
};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};

/// Lines that may wait to be written; for one more whoever speaks has to wait.
const WAITING_LINES: usize = 64;

/// The speaking end. Clones speak to the same client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    lines: mpsc::Sender<String>,
    asked: Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>,
    next: Arc<AtomicU64>,
}

/// What the client says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    Once,
    Always,
    Refused,
    /// Nobody wants to know any more.
    Cancelled,
}

/// Opens the speaking end, and the other end of it for [`write_lines`].
pub(super) fn client() -> (Client, mpsc::Receiver<String>) {
    let (lines, to_write) = mpsc::channel(WAITING_LINES);
    (Client { lines, asked: Arc::default(), next: Arc::new(AtomicU64::new(1)) }, to_write)
}

/// Writes until nobody speaks any more or nobody listens.
pub(super) async fn write_lines(
    mut output: impl AsyncWrite + Unpin,
    mut lines: mpsc::Receiver<String>,
) {
    while let Some(mut line) = lines.recv().await {
        line.push('\n');
        if output.write_all(line.as_bytes()).await.and(output.flush().await).is_err() {
            return;
        }
    }
}

impl Client {
    /// Writes a line as it is.
    pub(super) async fn line(&self, line: impl Into<String>) {
        // Nobody listens any more: the input will be closed in a moment, which ends everything.
        let _ = self.lines.send(line.into()).await;
    }

    pub(super) async fn update(&self, session: &SessionId, update: SessionUpdate) {
        let params = SessionNotification::new(session.clone(), update);
        self.tell("session/update", &params).await;
    }

    pub(super) async fn tell(&self, method: &str, params: &impl Serialize) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.line(message.to_string()).await;
    }

    pub(super) async fn answer(&self, id: &Value, result: &impl Serialize) {
        self.line(json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string()).await;
    }

    pub(super) async fn refuse(&self, id: &Value, code: i64, message: &str) {
        let error = json!({ "code": code, "message": message });
        self.line(json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string()).await;
    }

    /// Asks for permission, and waits for the answer for as long as it takes.
    pub(super) async fn ask(&self, session: &SessionId, call: ToolCallUpdate) -> Permission {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.asked().insert(id, answer);
        let params = RequestPermissionRequest::new(session.clone(), call, options());
        let method = "session/request_permission";
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.line(message.to_string()).await;
        answered.await.map_or(Permission::Cancelled, |answer| read_outcome(&answer))
    }

    /// The client has answered a question.
    pub(super) fn answered(&self, id: u64, message: Value) {
        if let Some(answer) = self.asked().remove(&id) {
            // The turn that asked may have been cancelled a moment ago.
            let _ = answer.send(message);
        }
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, HashMap<u64, oneshot::Sender<Value>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn options() -> Vec<PermissionOption> {
    vec![
        PermissionOption::new("once", "Allow", PermissionOptionKind::AllowOnce),
        PermissionOption::new("always", "Always allow", PermissionOptionKind::AllowAlways),
        PermissionOption::new("no", "Deny", PermissionOptionKind::RejectOnce),
    ]
}

fn read_outcome(answer: &Value) -> Permission {
    let outcome = &answer["result"]["outcome"];
    match (outcome["outcome"].as_str(), outcome["optionId"].as_str()) {
        (Some("selected"), Some("once")) => Permission::Once,
        (Some("selected"), Some("always")) => Permission::Always,
        (Some("selected"), _) => Permission::Refused,
        _ => Permission::Cancelled,
    }
}
