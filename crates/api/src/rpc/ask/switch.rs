//! `/new` and `/agent NAME` where a prompt is expected: a new session takes the place of the one
//! that was named.

use contract::rpc::{Ask, Switched};
use control::labels::{self, LabelChange};

use crate::rpc::begin::{self, Wanted};
use crate::rpc::call::{Call, Outcome, answer};
use crate::rpc::error::RpcError;

/// What is wanted instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// A new session.
    New,
    /// A new session with this agent.
    Agent(String),
}

impl Command {
    /// Reads a command; `None` for a prompt. What only begins with a slash is the agent's.
    pub(super) fn read(content: &str) -> Result<Option<Self>, RpcError> {
        let mut words = content.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("/new"), None, None) => Ok(Some(Self::New)),
            (Some("/agent"), Some(name), None) => Ok(Some(Self::Agent(name.to_owned()))),
            (Some("/agent"), None, None) => {
                Err(RpcError::invalid_params("say which agent: /agent NAME"))
            }
            _ => Ok(None),
        }
    }
}

/// Starts the new session, where the old one was. One that was asked for by its name gives its name
/// to the new one and is put away.
pub(super) async fn switch(call: &Call, body: Ask, command: Command) -> Outcome {
    let (plane, actor) = (&call.app.plane, &call.actor);
    let named = body.session_id.filter(|named| !named.trim().is_empty());
    let old = match &named {
        Some(named) => begin::existing(plane, actor, named).await?,
        None => None,
    };
    let by_name = named.filter(|named| named.parse::<model::SessionId>().is_err());
    let old_agent = || old.as_ref().and_then(|old| old.agent.clone()).map(Into::into);
    let wanted = Wanted {
        session: None,
        machine: body.machine_id.or_else(|| old.as_ref().map(|old| old.machine.to_string())),
        agent: match &command {
            Command::New => body.agent.or_else(old_agent),
            Command::Agent(name) => Some(name.clone()),
        },
        workspace: body.cwd.or_else(|| old.as_ref().map(|old| old.workspace.clone())),
        model: body.model,
        policy: body.policy,
        ttl: body.ttl,
        name: by_name.clone(),
    };
    let session = begin::session(plane, actor, wanted).await?;
    if let (Some(old), Some(_)) = (&old, &by_name) {
        let change = LabelChange { archived: Some(true), ..LabelChange::default() };
        labels::session_label(plane, actor, old.id, change).await?;
    }
    let agent: Option<String> = session.agent.map(Into::into);
    let with = agent.as_deref().unwrap_or_default();
    let message = match command {
        Command::New => format!("New session with {with}"),
        Command::Agent(_) => format!("Switched to {with}, in a new session"),
    };
    answer(&Switched { agent, message, session_id: session.id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_commands_are_no_prompts() {
        for (content, expect) in [
            ("/new", Some(Command::New)),
            (" /new\n", Some(Command::New)),
            ("/agent codex", Some(Command::Agent("codex".to_owned()))),
            ("/new idea", None),
            ("/agents", None),
            ("/compact", None),
            ("new", None),
            ("/agent codex please", None),
        ] {
            assert_eq!(Command::read(content).unwrap(), expect, "{content}");
        }
        assert!(Command::read("/agent").is_err());
    }
}
