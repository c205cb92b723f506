//! A session's policy: resolved once when the session starts, then asked about each tool call.

use std::collections::BTreeSet;

use model::{PolicyRuleId, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::preset::PresetName;
use crate::rules::{Rule, RuleCall, RuleEffect};
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

/// A session's policy, resolved. It travels to the machine as JSON and is enforced there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// The preset it came from.
    pub preset: PresetName,
    /// What happens to a call that is not forbidden.
    pub permissions: Permissions,
    /// The tools that may be used.
    pub tools: BTreeSet<Tool>,
    /// Whether tools that nobody knows may be used as well.
    pub other_tools: bool,
    /// The tools that were taken away.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub denied_tools: BTreeSet<Tool>,
    /// What happens when the agent insists on a login that cannot be done.
    #[serde(default = "fail", skip_serializing_if = "is_fail")]
    pub auth: AuthPolicy,
    /// What happens to a question that nobody can be asked.
    pub non_interactive: NonInteractive,
    /// Whether a person can be asked.
    pub interactive: bool,
    /// What people have answered once and for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

impl SessionPolicy {
    /// The policy of one of our presets, unchanged, where a person can be asked.
    pub fn of_preset(preset: Preset) -> Self {
        Self {
            preset: preset.into(),
            permissions: preset.permissions(),
            tools: preset.tools().iter().copied().collect(),
            other_tools: preset.other_tools(),
            denied_tools: BTreeSet::new(),
            auth: AuthPolicy::Fail,
            non_interactive: NonInteractive::Deny,
            interactive: true,
            rules: Vec::new(),
        }
    }

    /// The least of our presets that lets as much happen without a person: what a machine's cap
    /// is held against. What the policy's own preset is called proves nothing.
    pub fn reach(&self) -> Preset {
        let changes = self.other_tools || self.tools.iter().any(|tool| !tool.only_reads());
        match self.permissions {
            _ if !changes => Preset::SafeReadonly,
            Permissions::DenyAll => Preset::SafeReadonly,
            Permissions::ApproveReads => Preset::DevDefault,
            Permissions::ApproveAll => Preset::FullAuto,
        }
    }

    /// Whether nothing is left to ask or to forbid.
    pub fn allows_everything(&self) -> bool {
        let is_forbidding = |rule: &Rule| rule.effect != RuleEffect::Allow;
        !self.rules.iter().any(is_forbidding)
            && self.permissions == Permissions::ApproveAll
            && self.other_tools
            && Tool::ALL.iter().all(|tool| self.tools.contains(tool))
    }

    /// Decides about the use of a tool of which nothing else is known.
    pub fn decide(&self, tool_use: ToolUse) -> Decision {
        self.rule_on(&RuleCall::of(tool_use), Timestamp::from_millis(0)).decision
    }

    /// Decides about one tool call. What forbids wins over what allows: first what an
    /// administrator never allows, then the tools and the mode, then the rules that people have
    /// given; a rule that allows answers only where a person would be asked.
    pub fn rule_on(&self, call: &RuleCall<'_>, now: Timestamp) -> Ruling {
        let covering = |effect| {
            let mut rules = self.rules.iter().filter(move |rule| rule.effect == effect);
            rules.find(|rule| rule.covers(call, now)).map(|rule| rule.id)
        };
        let by_rule = |rule, decision| Ruling { decision, rule };
        if let never @ Some(_) = covering(RuleEffect::Never) {
            return by_rule(never, Decision::reject("an administrator never allows this"));
        }
        let view = self.view_of(call.tool_use);
        if let View::Forbidden(reason) = view {
            return Decision::reject(reason).into();
        }
        if let deny @ Some(_) = covering(RuleEffect::Deny) {
            return by_rule(deny, Decision::reject("a rule denies this"));
        }
        if self.rules.iter().any(|rule| rule.may_be_evaded_by(call, now)) {
            return self.ask("the command may hide words that a rule forbids").into();
        }
        match (view, covering(RuleEffect::Allow)) {
            (View::Free(reason), _) => Decision::allow(reason).into(),
            (_, allow @ Some(_)) => by_rule(allow, Decision::allow("a rule allows this")),
            (View::Forbidden(reason) | View::Asked(reason), None) => self.ask(reason).into(),
        }
    }

    /// What tools and mode say of a tool, without any rule.
    fn view_of(&self, tool_use: ToolUse) -> View {
        match tool_use {
            ToolUse::Think => View::Free("it has no effect outside the agent"),
            ToolUse::Review => View::Asked("only a person can answer this"),
            ToolUse::Known(tool) if self.denied_tools.contains(&tool) => {
                View::Forbidden("the tool is among the denied ones")
            }
            ToolUse::Known(tool) if !self.tools.contains(&tool) => {
                View::Forbidden("the tool is not among the allowed ones")
            }
            ToolUse::Other if !self.other_tools => {
                View::Forbidden("tools without a known name are not allowed")
            }
            ToolUse::Known(tool) if tool.only_reads() => View::Free("it only reads"),
            ToolUse::Known(_) | ToolUse::Other => match self.permissions {
                Permissions::ApproveAll => View::Free("everything is approved"),
                Permissions::ApproveReads => View::Asked("changes need a person's consent"),
                Permissions::DenyAll => View::Forbidden("changes are denied"),
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

/// What tools and mode say of a tool.
#[derive(Debug, Clone, Copy)]
enum View {
    Free(&'static str),
    Asked(&'static str),
    Forbidden(&'static str),
}

/// A decision, and the rule that made it, if one did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    /// The decision.
    pub decision: Decision,
    /// The rule.
    pub rule: Option<PolicyRuleId>,
}

impl From<Decision> for Ruling {
    fn from(decision: Decision) -> Self {
        Self { decision, rule: None }
    }
}

const fn fail() -> AuthPolicy {
    AuthPolicy::Fail
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_fail(policy: &AuthPolicy) -> bool {
    matches!(policy, AuthPolicy::Fail)
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

    /// S38: a policy without tools allows nothing.
    #[test]
    fn a_policy_without_tools_allows_nothing() {
        let policy = SessionPolicy {
            tools: BTreeSet::new(),
            other_tools: false,
            ..SessionPolicy::of_preset(Preset::FullAuto)
        };
        for tool in Tool::ALL {
            assert!(matches!(policy.decide(ToolUse::Known(*tool)), Decision::Reject { .. }));
        }
        assert!(matches!(policy.decide(ToolUse::Other), Decision::Reject { .. }));
    }

    #[test]
    fn denied_wins_over_allowed() {
        let policy = SessionPolicy {
            denied_tools: [Tool::Write].into(),
            ..SessionPolicy::of_preset(Preset::FullAuto)
        };
        assert!(matches!(policy.decide(ToolUse::Known(Tool::Write)), Decision::Reject { .. }));
        assert!(matches!(policy.decide(ToolUse::Known(Tool::Edit)), Decision::Allow { .. }));
    }

    #[test]
    fn where_nobody_can_be_asked_the_rule_decides() {
        for (rule, fails) in [(NonInteractive::Deny, false), (NonInteractive::Fail, true)] {
            let policy = SessionPolicy {
                non_interactive: rule,
                interactive: false,
                ..SessionPolicy::of_preset(Preset::Ask)
            };
            let decision = policy.decide(ToolUse::Known(Tool::Bash));
            assert_eq!(matches!(decision, Decision::Fail { .. }), fails, "{rule}");
            assert_eq!(matches!(decision, Decision::Reject { .. }), !fails, "{rule}");
        }
    }

    /// A machine's cap is held against what a policy lets happen, not against its name.
    #[test]
    fn the_reach_of_a_policy_is_what_it_lets_happen() {
        for preset in Preset::ALL {
            let reach = SessionPolicy::of_preset(*preset).reach();
            assert_eq!(reach.level(), preset.level(), "{preset}");
        }
        let wolf = SessionPolicy {
            permissions: Permissions::ApproveAll,
            tools: [Tool::Bash].into(),
            ..SessionPolicy::of_preset(Preset::SafeReadonly)
        };
        assert_eq!(wolf.reach(), Preset::FullAuto);
        let reader = SessionPolicy { tools: [Tool::Read].into(), ..wolf };
        assert_eq!(reader.reach(), Preset::SafeReadonly);
    }

    /// S76: what forbids wins over what allows, whoever gave it.
    #[test]
    fn rules_are_heard_in_the_order_of_what_they_forbid() {
        let id = |n| PolicyRuleId::new(Timestamp::from_millis(n), &model::rng::CountingRng::new(0));
        let rule = |n, effect, words: &str| Rule {
            id: id(n),
            effect,
            tool: crate::RuleTool::Known(Tool::Bash),
            matches: match words {
                "" => crate::RuleMatch::Tool,
                words => crate::RuleMatch::Prefix { words: vec![words.to_owned()] },
            },
            expires_at_ms: None,
        };
        let with = |preset, rules: &[Rule], command: &str| {
            let policy =
                SessionPolicy { rules: rules.to_vec(), ..SessionPolicy::of_preset(preset) };
            let words = crate::commands::plain_words(command).unwrap_or_default();
            let call = RuleCall {
                words: &words,
                command: Some(command),
                ..RuleCall::of(ToolUse::Known(Tool::Bash))
            };
            let Ruling { decision, rule } = policy.rule_on(&call, Timestamp::from_millis(1));
            let word = crate::explain::ToolVerdict::from(decision).effect.as_str();
            (word, rule)
        };
        let allow = rule(1, RuleEffect::Allow, "");
        let deny = rule(2, RuleEffect::Deny, "rm");
        let never = rule(3, RuleEffect::Never, "rm");
        let all = [allow.clone(), deny.clone(), never];
        assert_eq!(with(Preset::Ask, &all[..1], "rm x"), ("allow", Some(id(1))));
        assert_eq!(with(Preset::Ask, &all[..2], "rm x"), ("deny", Some(id(2))));
        assert_eq!(with(Preset::Ask, &all, "rm x"), ("deny", Some(id(3))));
        assert_eq!(with(Preset::FullAuto, &all[1..], "rm x"), ("deny", Some(id(3))));
        assert_eq!(with(Preset::FullAuto, &all[1..], "make"), ("allow", None));
        assert_eq!(with(Preset::FullAuto, &all[1..], "$X y"), ("ask", None));
        assert_eq!(with(Preset::SafeReadonly, &all[..1], "make"), ("deny", None));
        let alone = SessionPolicy {
            interactive: false,
            rules: vec![allow],
            ..SessionPolicy::of_preset(Preset::Ask)
        };
        let decision = alone.decide(ToolUse::Known(Tool::Bash));
        assert!(matches!(decision, Decision::Allow { .. }), "a rule needs nobody to be asked");
        let guarded =
            SessionPolicy { rules: vec![deny], ..SessionPolicy::of_preset(Preset::FullAuto) };
        assert!(!guarded.allows_everything(), "the agent must ask for the rule to be heard");
    }

    #[test]
    fn a_policy_of_an_earlier_release_is_read() {
        let json = r#"{"preset":"ask","permissions":"approve-reads","tools":["Bash"],
            "other_tools":true,"non_interactive":"deny","interactive":true}"#;
        let policy: SessionPolicy = serde_json::from_str(json).unwrap();
        assert_eq!(policy.auth, AuthPolicy::Fail);
        let written = serde_json::to_value(&policy).unwrap();
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(json).unwrap());
    }
}
