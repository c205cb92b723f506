//! Questions of the agent. The editor is one of those who may answer; the first answer counts.

use std::collections::HashMap;

use contract::permissions::{AnswerPermission, PermissionView};
use conversation::PermissionDetails;
use model::PermissionRequestId;
use model::permission::{PermissionAnswer, PermissionState};
use serde_json::{Value, json};
use tokio::io::AsyncWrite;

use super::rpc::Writer;
use super::{Editor, Outcome, updates};

/// Questions that the editor was asked and has not answered.
#[derive(Default)]
pub(super) struct Open {
    asked: HashMap<String, PermissionView>,
    next: u64,
}

impl Editor {
    /// A question is new or has changed. The editor is asked what turns of its own ask, and told when
    /// somebody else was faster.
    pub(super) async fn question<O: AsyncWrite + Unpin>(
        &mut self,
        question: PermissionView,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        let known = self.questions.request_of(question.request_id);
        match (question.state, known) {
            (PermissionState::Pending, None) if self.is_ours(&question) => {
                let details: PermissionDetails = serde_json::from_str(question.details.get())?;
                let params = json!({
                    "sessionId": question.session_id,
                    "toolCall": updates::tool_call(&details.tool_call, &question.title),
                    "options": options(),
                });
                let request = self.questions.enter(question);
                out.ask(&request, "session/request_permission", params).await?;
            }
            (PermissionState::Pending, _) | (_, None) => {}
            (_, Some(request)) => {
                self.questions.asked.remove(&request);
                let params = json!({ "requestId": request });
                out.notify("$/cancel_request", params).await?;
            }
        }
        Ok(())
    }

    /// Others may work in the same session, and are asked themselves.
    fn is_ours(&self, question: &PermissionView) -> bool {
        let Some(chat) = self.chats.get(&question.session_id) else { return false };
        match question.turn_id {
            // A turn whose arrival was not heard of yet is ours as well.
            Some(turn) => chat.turns.has(turn) || chat.turns.is_sending(),
            None => chat.turns.are_open(),
        }
    }

    /// The editor has answered. What it does not answer stays open for others.
    pub(super) fn answered(&mut self, request: &Value, result: Result<Value, Value>) {
        let known = request.as_str().and_then(|request| self.questions.asked.remove(request));
        let Some(question) = known else { return };
        let Some(answer) = result.ok().as_ref().and_then(chosen) else { return };
        let body = AnswerPermission { answer, note: None, always: None, digest: question.digest };
        let client = self.client.clone();
        self.beside.spawn(async move {
            // Somebody else may have been faster, which is told as a change of the question.
            if let Err(error) = client.permission_answer(question.request_id, &body).await {
                tracing::warn!(%error, "the answer does not count");
            }
            Outcome::Nothing
        });
    }
}

impl Open {
    fn request_of(&self, question: PermissionRequestId) -> Option<String> {
        let found = self.asked.iter().find(|(_, asked)| asked.request_id == question);
        found.map(|(request, _)| request.clone())
    }

    fn enter(&mut self, question: PermissionView) -> String {
        self.next += 1;
        let request = format!("permission-{}", self.next);
        self.asked.insert(request.clone(), question);
        request
    }
}

/// What the editor can choose. The identifiers are the words of the public interface.
pub(super) fn options() -> Value {
    let option = |answer: PermissionAnswer, name: &str, kind: &str| json!({ "optionId": answer, "name": name, "kind": kind });
    json!([
        option(PermissionAnswer::AllowOnce, "Allow", "allow_once"),
        option(PermissionAnswer::AllowSession, "Allow for this session", "allow_always"),
        option(PermissionAnswer::Deny, "Deny", "reject_once"),
    ])
}

/// The chosen option; `None` where nothing was chosen because the turn was cancelled.
fn chosen(result: &Value) -> Option<PermissionAnswer> {
    let outcome = &result["outcome"];
    if outcome["outcome"] != "selected" {
        return None;
    }
    outcome["optionId"].as_str()?.parse().ok()
}
