//! A session's policy: resolved once when the session starts, then asked about each tool call.

use std::collections::BTreeSet;

use model::words;
use serde::{Deserialize, Serialize};

use crate::{Permissions, Preset, Tool, ToolUse};

words! {
    /// What happens to a question that nobody can be asked.
    pub enum NonInteractive as "non-interactive rule" {
        /// It is answered with no.
        Deny = "deny",
        /// The turn ends with an error.
        Fail = "fail",
    }
}

words! {
    /// What happens when an agent insists on a login that cannot be done.
    pub enum AuthPolicy as "authentication policy" {
        /// The login is left out, and the work is tried without it.
        Skip = "skip",
        /// The work ends with an error.
        Fail = "fail",
    }
}

/// Which tools may be used at all, as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedTools {
    /// Every tool, those that nobody knows included.
    All,
    /// Only these.
    Only(BTreeSet<Tool>),
}

/// What was asked for when the session was ordered; absent parts follow the preset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyRequest {
    /// The starting point; without one it is `dev-default`.
    pub preset: Option<Preset>,
    /// Overrides the preset's mode.
    pub permissions: Option<Permissions>,
    /// Overrides the preset's tools.
    pub allowed_tools: Option<AllowedTools>,
    /// Taken away from the tools; wins over everything that allows.
    pub denied_tools: BTreeSet<Tool>,
    /// What happens to questions that nobody can be asked; without one, `deny`.
    pub non_interactive: Option<NonInteractive>,
    /// Whether a person can be asked.
    pub interactive: bool,
}

/// A session's policy, resolved. It travels to the machine as JSON and is enforced there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// The preset it came from.
    pub preset: Preset,
    /// What happens to a call that is not forbidden.
    pub permissions: Permissions,
    /// The tools that may be used.
    pub tools: BTreeSet<Tool>,
    /// Whether tools that nobody knows may be used as well.
    pub other_tools: bool,
    /// What happens to a question that nobody can be asked.
    pub non_interactive: NonInteractive,
    /// Whether a person can be asked.
    pub interactive: bool,
}

impl SessionPolicy {
    /// Resolves in the documented order: preset, mode, allowed tools, denied tools.
    pub fn resolve(request: PolicyRequest) -> Self {
        let preset = request.preset.unwrap_or(Preset::DevDefault);
        let allowed = request.allowed_tools.unwrap_or_else(|| preset_tools(preset));
        let (mut tools, other_tools) = match allowed {
            AllowedTools::All => (Tool::ALL.iter().copied().collect(), true),
            AllowedTools::Only(tools) => (tools, false),
        };
        tools.retain(|tool: &Tool| !request.denied_tools.contains(tool));
        Self {
            preset,
            permissions: request.permissions.unwrap_or(preset.permissions()),
            tools,
            other_tools,
            non_interactive: request.non_interactive.unwrap_or(NonInteractive::Deny),
            interactive: request.interactive,
        }
    }

    /// The policy of a preset, unchanged, where a person can be asked.
    pub fn of_preset(preset: Preset) -> Self {
        Self::resolve(PolicyRequest {
            preset: Some(preset),
            interactive: true,
            ..PolicyRequest::default()
        })
    }

    /// Whether nothing is left to ask or to forbid.
    pub fn allows_everything(&self) -> bool {
        self.permissions == Permissions::ApproveAll
            && self.other_tools
            && Tool::ALL.iter().all(|tool| self.tools.contains(tool))
    }

    /// Decides about one tool call.
    pub fn decide(&self, tool_use: ToolUse) -> Decision {
        match tool_use {
            ToolUse::Think => Decision::allow("it has no effect outside the agent"),
            ToolUse::Review => self.ask("only a person can answer this"),
            ToolUse::Known(tool) if !self.tools.contains(&tool) => {
                Decision::reject("the tool is not among the allowed ones")
            }
            ToolUse::Other if !self.other_tools => {
                Decision::reject("tools without a known name are not allowed")
            }
            ToolUse::Known(tool) if tool.only_reads() => Decision::allow("it only reads"),
            ToolUse::Known(_) | ToolUse::Other => match self.permissions {
                Permissions::ApproveAll => Decision::allow("everything is approved"),
                Permissions::ApproveReads => self.ask("changes need a person's consent"),
                Permissions::DenyAll => Decision::reject("changes are denied"),
            },
        }
    }

    fn ask(&self, reason: &'static str) -> Decision {
        match (self.interactive, self.non_interactive) {
            (true, _) => Decision::Ask { reason },
            (false, NonInteractive::Deny) => Decision::reject("nobody can be asked"),
            (false, NonInteractive::Fail) => Decision::Fail { reason: "nobody can be asked" },
        }
    }
}

fn preset_tools(preset: Preset) -> AllowedTools {
    match preset {
        Preset::Ask | Preset::FullAuto => AllowedTools::All,
        Preset::SafeReadonly | Preset::DevDefault => {
            AllowedTools::Only(preset.tools().iter().copied().collect())
        }
    }
}

/// What the policy says to one tool call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow {
        /// Why, for people.
        reason: &'static str,
    },
    /// No.
    Reject {
        /// Why, for people.
        reason: &'static str,
    },
    /// A person must say.
    Ask {
        /// Why, for people.
        reason: &'static str,
    },
    /// No, and the turn ends with an error.
    Fail {
        /// Why, for people.
        reason: &'static str,
    },
}

impl Decision {
    const fn allow(reason: &'static str) -> Self {
        Self::Allow { reason }
    }

    const fn reject(reason: &'static str) -> Self {
        Self::Reject { reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(preset: Preset, tool_use: ToolUse, expect: &str) {
        let word = match SessionPolicy::of_preset(preset).decide(tool_use) {
            Decision::Allow { .. } => "allow",
            Decision::Reject { .. } => "reject",
            Decision::Ask { .. } => "ask",
            Decision::Fail { .. } => "fail",
        };
        assert_eq!(word, expect, "{preset}: {tool_use}");
    }

    #[test]
    fn presets_do_what_the_document_says() {
        for tool in Tool::ALL {
            let known = ToolUse::Known(*tool);
            let listed = |preset: Preset| preset.tools().contains(tool);
            let reads = tool.only_reads();
            check(
                Preset::SafeReadonly,
                known,
                if listed(Preset::SafeReadonly) { "allow" } else { "reject" },
            );
            check(Preset::FullAuto, known, "allow");
            check(Preset::Ask, known, if reads { "allow" } else { "ask" });
            let dev = match (listed(Preset::DevDefault), reads) {
                (false, _) => "reject",
                (true, true) => "allow",
                (true, false) => "ask",
            };
            check(Preset::DevDefault, known, dev);
        }
    }

    #[test]
    fn questions_are_never_answered_by_a_policy_where_a_person_can_be_asked() {
        for preset in Preset::ALL {
            check(*preset, ToolUse::Review, "ask");
        }
    }

    #[test]
    fn what_nobody_knows_is_not_allowed_by_a_list() {
        check(Preset::SafeReadonly, ToolUse::Other, "reject");
        check(Preset::DevDefault, ToolUse::Other, "reject");
        check(Preset::Ask, ToolUse::Other, "ask");
        check(Preset::FullAuto, ToolUse::Other, "allow");
    }

    /// S38: an empty list of tools allows nothing.
    #[test]
    fn an_empty_list_allows_no_tool() {
        let allowed_tools = Some(AllowedTools::Only(BTreeSet::new()));
        let preset = Some(Preset::FullAuto);
        let policy = SessionPolicy::resolve(PolicyRequest {
            preset,
            allowed_tools,
            ..PolicyRequest::default()
        });
        for tool in Tool::ALL {
            assert!(matches!(policy.decide(ToolUse::Known(*tool)), Decision::Reject { .. }));
        }
        assert!(matches!(policy.decide(ToolUse::Other), Decision::Reject { .. }));
    }

    #[test]
    fn denied_wins_over_allowed() {
        let request = PolicyRequest {
            preset: Some(Preset::FullAuto),
            denied_tools: [Tool::Write].into(),
            ..PolicyRequest::default()
        };
        let policy = SessionPolicy::resolve(request);
        assert!(matches!(policy.decide(ToolUse::Known(Tool::Write)), Decision::Reject { .. }));
        assert!(matches!(policy.decide(ToolUse::Known(Tool::Edit)), Decision::Allow { .. }));
    }

    #[test]
    fn where_nobody_can_be_asked_the_rule_decides() {
        for (rule, fails) in [(NonInteractive::Deny, false), (NonInteractive::Fail, true)] {
            let request = PolicyRequest {
                preset: Some(Preset::Ask),
                non_interactive: Some(rule),
                ..PolicyRequest::default()
            };
            let decision = SessionPolicy::resolve(request).decide(ToolUse::Known(Tool::Bash));
            assert_eq!(matches!(decision, Decision::Fail { .. }), fails, "{rule}");
            assert_eq!(matches!(decision, Decision::Reject { .. }), !fails, "{rule}");
        }
    }
}
