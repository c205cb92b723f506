//! Who may work on which machine.

use model::actor::AssignmentLevel;
use model::{MachineId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::users::UserRef;

/// Gives somebody a right on a machine, or changes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignUser {
    /// Whom: the identifier of an account, or its number.
    pub user_id: UserRef,
    /// What; `user` if it is left out. `admin`, granted by somebody who looks after the machine
    /// without administering the tenant, is stored as `user`.
    #[serde(default = "user")]
    pub permission: AssignmentLevel,
}

const fn user() -> AssignmentLevel {
    AssignmentLevel::User
}

/// Somebody was given a right on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserAssigned {
    /// Always true.
    pub success: bool,
    /// For people.
    pub message: String,
    /// What was stored.
    pub permission: AssignmentLevel,
}

/// Somebody's right on a machine was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserUnassigned {
    /// Always true.
    pub success: bool,
    /// For people.
    pub message: String,
}

/// Somebody who was given a right on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssignmentView {
    /// Whom.
    pub user_id: UserId,
    /// The same account, by its number.
    pub number: i64,
    /// The name used to sign in.
    pub username: String,
    /// The name shown to others.
    pub display_name: String,
    /// What.
    pub permission: AssignmentLevel,
    /// By whom.
    pub granted_by: UserId,
    /// When.
    pub granted_at: Time,
}

/// Everybody who was given a right on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignments {
    /// Always true.
    pub success: bool,
    /// Who was given it first comes first.
    pub users: Vec<AssignmentView>,
}

/// Somebody who was given a right, and on which machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MachineAssignmentView {
    /// The machine.
    pub machine_id: MachineId,
    /// What it is called.
    pub machine_name: String,
    /// Whom, and what.
    #[serde(flatten)]
    pub assignment: AssignmentView,
}

/// Who may work on the machines of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TenantAssignments {
    /// Machine by machine, as they and then the accounts were made.
    pub assignments: Vec<MachineAssignmentView>,
    /// Where to go on; absent if this was all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
