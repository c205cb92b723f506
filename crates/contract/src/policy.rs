//! What a session, a job or a call may do without a person.

use model::{MachineId, PermissionRequestId, PolicyRuleId, SessionId, UserId};
use policy::explain::{Effect, Part};
use policy::{Origin, Origins, Warning};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

pub use policy::{
    AuthPolicy, NonInteractive, Permissions, PolicyOptions, RuleEffect, RuleMatch, RuleReach,
    RuleTool, RuleWithin, Tool, ToolList,
};

/// A policy, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyView {
    /// The preset it started from.
    pub permission_preset: String,
    /// What happens to a call that is not forbidden.
    pub permissions: Permissions,
    /// The tools that may be used, after the denied ones were taken away.
    pub allowed_tools: Vec<Tool>,
    /// Whether tools that nobody knows may be used as well.
    pub other_tools: bool,
    /// The tools that were taken away.
    pub denied_tools: Vec<Tool>,
    /// What happens when the agent insists on a login that cannot be done.
    pub auth_policy: AuthPolicy,
    /// What happens to a question that nobody can be asked.
    pub non_interactive_permissions: NonInteractive,
    /// Whether a person can be asked.
    pub interactive: bool,
    /// How many prompts the session takes; without limit if there is none.
    pub max_turns: Option<u32>,
    /// Where each part comes from.
    pub origins: Origins,
    /// What whoever asked for it should know.
    pub warnings: Vec<Warning>,
}

/// Asks what a policy would do, without starting anything.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainPolicy {
    /// What is asked for. Whoever says nothing gets the documented default, `dev-default`.
    #[serde(flatten)]
    pub options: PolicyOptions,
    /// Whether a person can be asked; true if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interactive: Option<bool>,
}

/// A policy with what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyExplained {
    /// The policy, resolved.
    pub policy: PolicyView,
    /// Why each part is as it is, in the order in which they are resolved.
    pub reasons: Vec<PartReason>,
    /// What happens to each of the twelve tools.
    pub tools: Vec<ToolEffect>,
    /// What happens to a tool that nobody knows.
    pub other_tools: OtherEffect,
    /// What whoever asked should know, in words.
    pub warnings: Vec<String>,
}

/// Why a part of a policy is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartReason {
    /// Which part.
    pub part: Part,
    /// Where it comes from.
    pub origin: Origin,
    /// The same in words.
    pub reason: String,
}

/// What happens to a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToolEffect {
    /// Which tool.
    pub tool: Tool,
    /// What happens.
    pub effect: Effect,
    /// Why.
    pub reason: String,
}

/// What happens to a tool that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OtherEffect {
    /// What happens.
    pub effect: Effect,
    /// Why.
    pub reason: String,
}

/// What people have answered once and for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleView {
    /// Identifier.
    pub rule_id: PolicyRuleId,
    /// What it says.
    pub effect: RuleEffect,
    /// The tool.
    pub tool: RuleTool,
    /// Which calls of it.
    pub matches: RuleMatch,
    /// One line for people.
    pub title: String,
    /// In whose sessions it holds; absent for everybody's in the tenant.
    pub owner_id: Option<UserId>,
    /// On which machine; absent for all.
    pub machine_id: Option<MachineId>,
    /// In which directory of that machine; absent for all.
    pub project_path: Option<String>,
    /// In which session; absent for all.
    pub session_id: Option<SessionId>,
    /// The question with whose answer it was given.
    pub request_id: Option<PermissionRequestId>,
    /// Who gave it.
    pub created_by: UserId,
    /// When it was given.
    pub created_at: Time,
    /// When it ends by itself.
    pub expires_at: Option<Time>,
    /// When it last decided.
    pub last_used_at: Option<Time>,
    /// How often it has decided.
    pub uses: u64,
}

/// Rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rules {
    /// The newest first; of a session, those for everybody first.
    pub rules: Vec<RuleView>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OneRule {
    /// Always true.
    pub success: bool,
    /// The rule.
    pub rule: RuleView,
}

/// Gives a rule.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRule {
    /// What it says: `allow` and `deny` for one's own sessions, `never` for everybody's in the
    /// tenant, by administrators.
    pub effect: RuleEffect,
    /// The tool.
    pub tool: RuleTool,
    /// Which calls of it.
    pub matches: RuleMatch,
    /// One line for people; made of the rest if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// On which machine; needed but for `never`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<MachineId>,
    /// In which directory of that machine, absolute; in all if it is left out.
    #[serde(default, alias = "cwd", alias = "workspace", skip_serializing_if = "Option::is_none")]
    pub project_path: Option<String>,
    /// For how long, in seconds, at most 366 days; for ever if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u64>,
}

/// A starting point of policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresetView {
    /// Its name, for `permission_preset`.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it is one of ours, which nobody changes.
    pub built_in: bool,
    /// What it resolves to.
    pub policy: PolicyView,
    /// What it says, on top of one of ours; absent for those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<PolicyOptions>,
    /// Who changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<UserId>,
    /// When it was changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Time>,
}

/// Starting points of policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Presets {
    /// Ours first, then those of the tenant by name.
    pub presets: Vec<PresetView>,
}

/// One starting point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OnePreset {
    /// Always true.
    pub success: bool,
    /// The preset.
    pub preset: PresetView,
}

/// Makes a preset, or replaces the one of that name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPreset {
    /// What it is for, at most 200 characters.
    #[serde(default)]
    pub description: String,
    /// What it says; its own `permission_preset` is one of ours, `dev-default` if it is left out.
    #[serde(flatten)]
    pub options: PolicyOptions,
}
