//! Letting a model decide: it speaks, uses tools, sees what came of them, and goes on.

use serde_json::{Value, json};

use super::ModelAccess;
use super::history::Who;
use super::model::{self, Call};
use super::tools::Outcome;
use super::turn::{Step, Stop, Turn};

/// How often the model may use tools in one turn.
const MAX_ROUNDS: usize = 16;

/// What came of asking a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conversed {
    /// There is no model to ask.
    Alone,
    /// It has only spoken.
    Spoke,
    /// It has used tools.
    Acted,
}

/// Has the model answer the prompt.
pub(super) async fn converse(turn: &Turn, prompt: &str) -> Step<Conversed> {
    let Some(access) = turn.session.environment.model_access.clone() else {
        return Ok(Conversed::Alone);
    };
    let mut messages = earlier(turn);
    messages.push(json!({ "role": "user", "content": prompt }));
    let mut conversed = Conversed::Spoke;
    for _ in 0..MAX_ROUNDS {
        if !go_on(turn, &access, &mut messages).await? {
            return Ok(conversed);
        }
        conversed = Conversed::Acted;
    }
    Err(Stop::Reason("max_turn_requests".to_owned()))
}

/// One round. Whether the model wants to see what came of it.
async fn go_on(turn: &Turn, access: &ModelAccess, messages: &mut Vec<Value>) -> Step<bool> {
    let answer = model::ask(turn, access, messages).await?;
    if let Some(tokens) = answer.total_tokens {
        turn.usage(tokens, None).await;
    }
    if answer.calls.is_empty() {
        return Ok(false);
    }
    let calls: Vec<Value> = answer.calls.iter().map(as_message).collect();
    messages.push(json!({ "role": "assistant", "content": answer.text, "tool_calls": calls }));
    for call in &answer.calls {
        let outcome = act(turn, call).await?;
        let text = outcome.as_text();
        messages.push(json!({ "role": "tool", "tool_call_id": call.id, "content": text }));
    }
    turn.say_piece("\n\n").await?;
    Ok(true)
}

async fn act(turn: &Turn, call: &Call) -> Step<Outcome> {
    let arguments: Value = serde_json::from_str(&call.arguments).unwrap_or_default();
    let argument = |name: &str| arguments[name].as_str();
    match (call.name.as_str(), argument("path"), argument("content"), argument("command")) {
        ("write_file", Some(path), Some(content), _) => turn.write(path, content).await,
        ("read_file", Some(path), ..) => turn.read(path).await,
        ("run_shell_command", .., Some(command)) => turn.run(command).await,
        _ => Ok(Outcome::Failed(format!("{} cannot be called like this", call.name))),
    }
}

fn earlier(turn: &Turn) -> Vec<Value> {
    let system = format!(
        "You are the demo agent of Gantline, a coding agent. Be brief and friendly, and answer in \
         the user's language.\nWorking directory: {}",
        turn.session.cwd.display()
    );
    let mut messages = vec![json!({ "role": "system", "content": system })];
    for entry in turn.session.history().recent() {
        let role = match entry.who {
            Who::Person => "user",
            Who::Agent => "assistant",
        };
        messages.push(json!({ "role": role, "content": entry.text }));
    }
    messages
}

fn as_message(call: &Call) -> Value {
    let function = json!({ "name": call.name, "arguments": call.arguments });
    json!({ "id": call.id, "type": "function", "function": function })
}
