//! What must be known of a session to find it again after a restart: in the journal, as JSON.

use bytes::Bytes;
use model::agent::AgentName;
use model::session::SessionKind;
use policy::SessionPolicy;
use serde::{Deserialize, Serialize};
use terminal::Size;
use wire::command::StartSession;

use crate::reports::Refused;
use crate::worktrees::Ordered as Worktree;

/// What a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spec {
    pub(crate) kind: SessionKind,
    /// Absolute.
    pub(crate) workspace: String,
    /// `None` for a plain shell.
    pub(crate) agent: Option<AgentName>,
    pub(crate) model: Option<String>,
    pub(crate) policy: SessionPolicy,
    /// Whether nothing of it is to run.
    #[serde(default)]
    pub(crate) paused: bool,
    /// How many steps of its chat are in the journal, beside which this is written.
    #[serde(default)]
    pub(crate) steps: u64,
    /// That the workspace lies in a worktree of its own.
    #[serde(default)]
    pub(crate) worktree: Option<Worktree>,
    /// That it goes on with what was begun outside of us.
    #[serde(default)]
    pub(crate) continues: Option<Continued>,
}

/// The session that was begun outside of us and is gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Continued {
    /// The agent's name for it.
    pub(crate) id: String,
    /// Whether whoever wants it looks after the machine.
    pub(crate) by_administrator: bool,
}

impl Spec {
    /// Reads an order; gives the first size of the terminal beside it.
    pub(crate) fn of(start: &StartSession) -> Result<(Self, Size), Refused> {
        let malformed = |what: &str| Refused::new("bad_request", format!("{what} is malformed"));
        let kind = match start.kind() {
            wire::command::SessionKind::Chat => SessionKind::Chat,
            wire::command::SessionKind::Terminal => SessionKind::Terminal,
            wire::command::SessionKind::Unspecified => return Err(malformed("the kind")),
        };
        let agent = match start.agent.as_str() {
            "" => None,
            name => Some(name.parse().map_err(|_| malformed("the agent's name"))?),
        };
        let policy = serde_json::from_slice(&start.policy_json)
            .map_err(|error| Refused::new("bad_request", format!("the policy: {error}")))?;
        let size = match &start.size {
            None => Size::default(),
            Some(size) => Size::new(size.columns, size.rows)
                .map_err(|error| Refused::new("bad_request", error.to_string()))?,
        };
        let model = Some(start.model.clone()).filter(|model| !model.is_empty());
        let workspace = start.workspace.clone();
        let worktree = start.worktree.clone().map(|ordered| Worktree {
            source: ordered.source,
            branch: ordered.branch,
            base: ordered.base,
        });
        let continues = start
            .continues
            .clone()
            .map(|wanted| Continued { id: wanted.id, by_administrator: wanted.by_administrator });
        if continues.is_some() && (kind != SessionKind::Chat || worktree.is_some()) {
            return Err(malformed("what is to be gone on with"));
        }
        let (paused, steps) = (false, 0);
        let spec =
            Self { kind, workspace, agent, model, policy, paused, steps, worktree, continues };
        Ok((spec, size))
    }

    /// As it is in the journal.
    pub(crate) fn to_bytes(&self) -> Bytes {
        // Writing JSON to memory fails only for keys that are not strings, and a spec has none.
        serde_json::to_vec(self).expect("a spec can be written as JSON").into()
    }

    /// Reads what is in the journal.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

#[cfg(test)]
mod tests {
    use policy::Preset;

    use super::*;

    fn order() -> StartSession {
        StartSession {
            kind: wire::command::SessionKind::Chat.into(),
            workspace: "/srv/code".to_owned(),
            agent: "demo".to_owned(),
            model: String::new(),
            policy_json: serde_json::to_vec(&SessionPolicy::of_preset(Preset::Ask)).unwrap().into(),
            size: None,
            worktree: None,
            continues: Some(wire::outside::Continued {
                id: "4da3e473".to_owned(),
                by_administrator: true,
            }),
        }
    }

    #[test]
    fn a_spec_is_read_as_it_was_written() {
        let (spec, size) = Spec::of(&order()).unwrap();
        assert_eq!(Spec::from_bytes(&spec.to_bytes()).unwrap(), spec);
        assert_eq!(size, Size::default());
        assert_eq!(spec.model, None);
    }

    #[test]
    fn a_malformed_order_says_what_is_wrong() {
        let size = wire::command::Size { columns: 0, rows: 24 };
        for (bad, what) in [
            (StartSession { kind: 0, ..order() }, "kind"),
            (StartSession { kind: 2, ..order() }, "gone on with"),
            (StartSession { agent: "../x".to_owned(), ..order() }, "agent"),
            (StartSession { policy_json: Bytes::from_static(b"{}"), ..order() }, "policy"),
            (StartSession { size: Some(size), ..order() }, "columns"),
        ] {
            let refused = Spec::of(&bad).unwrap_err();
            assert!(refused.message.contains(what), "{refused:?}");
        }
    }
}
