//! A policy, told to people: what it does with each tool, and why each part is as it is.

use model::words;

use crate::resolve::{Origin, Resolved};
use crate::session::{Decision, SessionPolicy};
use crate::tools::{Tool, ToolUse};

words! {
    /// What happens to the use of a tool.
    pub enum Effect as "effect" {
        /// It goes ahead.
        Allow = "allow",
        /// A person is asked.
        Ask = "ask",
        /// It is rejected.
        Deny = "deny",
        /// It is rejected, and the turn fails.
        Fail = "fail",
    }
}

words! {
    /// A part of a policy, as it is spelled in options.
    pub enum Part as "part" {
        /// The starting point.
        PermissionPreset = "permission_preset",
        /// The mode.
        Permissions = "permissions",
        /// The tools.
        AllowedTools = "allowed_tools",
        /// The tools that are taken away.
        DeniedTools = "denied_tools",
        /// Logins.
        AuthPolicy = "auth_policy",
        /// Questions that nobody can be asked.
        NonInteractivePermissions = "non_interactive_permissions",
        /// The limit of turns.
        MaxTurns = "max_turns",
    }
}

/// What happens to the use of one tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToolVerdict {
    /// What.
    pub effect: Effect,
    /// Why, for people.
    pub reason: &'static str,
}

impl From<Decision> for ToolVerdict {
    fn from(decision: Decision) -> Self {
        let (effect, reason) = match decision {
            Decision::Allow { reason } => (Effect::Allow, reason),
            Decision::Ask { reason } => (Effect::Ask, reason),
            Decision::Reject { reason } => (Effect::Deny, reason),
            Decision::Fail { reason } => (Effect::Fail, reason),
        };
        Self { effect, reason }
    }
}

/// What happens to the use of each tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// For each of the twelve.
    pub known: Vec<(Tool, ToolVerdict)>,
    /// For a tool that nobody knows.
    pub other: ToolVerdict,
}

/// What a policy does with each tool.
pub fn verdicts(policy: &SessionPolicy) -> Verdicts {
    let decide = |tool: &Tool| (*tool, policy.decide(ToolUse::Known(*tool)).into());
    Verdicts {
        known: Tool::ALL.iter().map(decide).collect(),
        other: policy.decide(ToolUse::Other).into(),
    }
}

/// Where each part comes from, in the order in which they are resolved.
pub fn origins(resolved: &Resolved) -> [(Part, Origin); 7] {
    let origins = &resolved.origins;
    [
        (Part::PermissionPreset, origins.permission_preset),
        (Part::Permissions, origins.permissions),
        (Part::AllowedTools, origins.allowed_tools),
        (Part::DeniedTools, origins.denied_tools),
        (Part::AuthPolicy, origins.auth_policy),
        (Part::NonInteractivePermissions, origins.non_interactive_permissions),
        (Part::MaxTurns, origins.max_turns),
    ]
}

/// Why a part is as it is, for people.
pub fn reason(resolved: &Resolved, part: Part, origin: Origin) -> String {
    match (part, origin) {
        (_, Origin::Asked) => "it was asked for".to_owned(),
        (_, Origin::Preset) => format!("the preset {} says so", resolved.policy.preset),
        (Part::PermissionPreset, Origin::Default) => "no preset was asked for".to_owned(),
        (Part::Permissions | Part::AllowedTools, Origin::Default) => {
            "this is what holds unless something else is asked for".to_owned()
        }
        (Part::DeniedTools, Origin::Default) => "nothing was denied".to_owned(),
        (Part::AuthPolicy, Origin::Default) => {
            "a login that cannot be done is an error unless `skip` is asked for".to_owned()
        }
        (Part::NonInteractivePermissions, Origin::Default) => {
            "a question that nobody can be asked is denied unless `fail` is asked for".to_owned()
        }
        (Part::MaxTurns, Origin::Default) => "no limit was asked for".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Door, PolicyOptions, resolve};

    #[test]
    fn every_tool_and_every_part_is_explained() {
        let options = PolicyOptions::of_preset("safe-readonly");
        let resolved = resolve(&options, Door::documented(true), &[]).unwrap();
        let verdicts = verdicts(&resolved.policy);
        assert_eq!(verdicts.known.len(), Tool::ALL.len());
        assert_eq!(verdicts.other.effect, Effect::Deny);
        let allowed = verdicts.known.iter().filter(|(_, verdict)| verdict.effect == Effect::Allow);
        assert_eq!(allowed.count(), 4);
        let origins = origins(&resolved);
        assert_eq!(origins.map(|(part, _)| part).as_slice(), Part::ALL);
        assert_eq!(reason(&resolved, Part::PermissionPreset, Origin::Asked), "it was asked for");
        let (part, origin) = origins[1];
        assert_eq!(reason(&resolved, part, origin), "the preset safe-readonly says so");
        assert_eq!(reason(&resolved, Part::MaxTurns, origins[6].1), "no limit was asked for");
    }
}
