//! What people have answered once and for all, and presets that administrators have made.

use crate::{MachineId, PermissionRequestId, PolicyRuleId, SessionId, TenantId, Timestamp, UserId};

/// A rule as the server stores it. Its words are those of `policy`, which reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRule {
    /// Identifier.
    pub id: PolicyRuleId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// What it says: a word of `policy::RuleEffect`.
    pub effect: String,
    /// The tool: a word of `policy::RuleTool`.
    pub tool: String,
    /// Which calls of it: the JSON of a `policy::RuleMatch`.
    pub matches: String,
    /// One line for people.
    pub title: String,
    /// In whose sessions it holds; `None` for everybody's in the tenant.
    pub owner: Option<UserId>,
    /// On which machine; `None` for all.
    pub machine: Option<MachineId>,
    /// In which directory of that machine; `None` for all.
    pub workspace: Option<String>,
    /// In which session; `None` for all.
    pub session: Option<SessionId>,
    /// The question with whose answer it was given.
    pub request: Option<PermissionRequestId>,
    /// Who gave it.
    pub created_by: UserId,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it last decided.
    pub last_used_at: Option<Timestamp>,
    /// How often it has decided.
    pub uses: u64,
}

/// A preset that an administrator has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPreset {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its name, a `policy::PresetName`.
    pub name: String,
    /// What it is for, for people.
    pub description: String,
    /// What it says: the JSON of `policy::PolicyOptions`.
    pub options: String,
    /// Who changed it last.
    pub changed_by: UserId,
    /// When it was changed last.
    pub changed_at: Timestamp,
}
