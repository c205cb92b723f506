//! Enrolment and machines.

use model::actor::{AssignmentLevel, Role};
use model::agent::InstalledAgent;
use model::machine::{Carrier, ClosedBy, MachineStatus};
use model::{EnrolmentId, MachineId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::sessions::SessionView;

/// Asks for a registration token.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEnrolment {
    /// The number of the tenant the machine will belong to; one's own if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<i64>,
    /// For how many minutes it works, 1 to 1440; 60 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_minutes: Option<u16>,
}

/// A registration token. The only time that its secret is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreatedEnrolment {
    /// Always true.
    pub success: bool,
    /// The token as it is to be given to the machine.
    pub registration_token: String,
    /// Identifier, by which it is listed and revoked.
    pub enrolment_id: EnrolmentId,
    /// When it stops working.
    pub expires_at: Time,
    /// The line that makes a computer with Linux or macOS a machine. It asks for the token, so that
    /// no secret is left in the shell's history.
    pub command: String,
    /// The same for Windows, in PowerShell as an administrator.
    pub windows_command: String,
    /// The same where `gantline` is installed already. It runs nothing in the background.
    pub enroll_command: String,
}

/// What became of a registration token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// It can be used.
    Open,
    /// It has made a machine.
    Used,
    /// It was revoked.
    Revoked,
    /// Its time is over.
    Expired,
}

/// A registration token without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentView {
    /// Identifier.
    pub enrolment_id: EnrolmentId,
    /// What became of it.
    pub state: EnrolmentState,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Time,
    /// When it stops working.
    pub expires_at: Time,
    /// The machine it made.
    pub machine_id: Option<MachineId>,
}

/// The registration tokens of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Enrolments {
    /// The newest first.
    pub enrolments: Vec<EnrolmentView>,
}

/// A machine registers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterMachine {
    /// The registration token.
    pub registration_token: String,
    /// Ed25519 public key of the machine, 64 hexadecimal digits. The documented request has none,
    /// and is refused with what to run instead; its token is not used up.
    #[serde(default)]
    pub public_key: String,
    /// Display name.
    pub machine_name: String,
    /// Host name.
    #[serde(default)]
    pub hostname: String,
    /// `linux`, `macos` or `windows`.
    #[serde(default)]
    pub os_type: String,
    /// For example `Debian GNU/Linux 12`.
    #[serde(default)]
    pub os_version: String,
    /// For example `x86_64`.
    #[serde(default)]
    pub arch: String,
    /// Release of the daemon.
    #[serde(default)]
    pub agent_version: String,
    /// What the machine calls itself, a UUID. The server gives it another one: what a machine says
    /// takes nothing over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<String>,
    /// What the machine can do. Its daemon says so on its link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub capabilities: Option<serde_json::Map<String, serde_json::Value>>,
    /// Where the machine thinks it is. Where it calls from is what counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
}

/// A machine has registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegisteredMachine {
    /// Always true.
    pub success: bool,
    /// The identifier that the server gave it.
    pub machine_id: MachineId,
    /// The server's Ed25519 public key, 64 hexadecimal digits; the machine compares it with the
    /// fingerprint in its token and pins it.
    pub server_public_key: String,
}

/// A machine leaves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnregisterMachine {
    /// Which machine.
    pub machine_id: MachineId,
    /// When it says so, milliseconds since the Unix epoch by its own clock.
    pub at_ms: i64,
    /// Its Ed25519 signature, 128 hexadecimal digits, over the text `gantline machine leaves v1`, a
    /// zero byte, the identifier (16 bytes), the time (8 bytes, big-endian) and the server's
    /// public key (32 bytes).
    pub signature: String,
}

/// Changes what people say about a machine. What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMachine {
    /// What to call it, 1 to 100 characters.
    #[serde(default, alias = "name", skip_serializing_if = "Option::is_none")]
    pub machine_name: Option<String>,
    /// All its labels: at most 32, each of 1 to 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// Further labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_labels: Vec<String>,
    /// Labels that it no longer has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_labels: Vec<String>,
}

/// Keeps machines from new work.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreezeMachines {
    /// Why, for people: at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Which release of its program a machine is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfferedUpdate {
    /// Which one it runs.
    pub running: String,
    /// A newer one that its server has for it; the machine verifies who has signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<String>,
}

/// A machine takes a newer release of its program. What becomes of it is in the audit log, and which
/// one it runs is told by the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenUpdate {
    /// Always true.
    pub success: bool,
    /// Which one, as it was signed.
    pub version: String,
}

/// Somebody has said that no new work begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FreezeView {
    /// Since when.
    pub at: Time,
    /// Who said so.
    pub by: UserId,
    /// What they are called.
    pub by_name: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// That a machine takes no work, by what was said on the machine itself. It is lifted there only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClosureView {
    /// What keeps it from work.
    pub by: ClosedBy,
    /// Why, in the words of the machine or of its owner; may be empty.
    pub reason: String,
    /// Since when, by the machine's clock, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
}

/// What a machine can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Capabilities {
    /// Logical processors.
    pub cpu_cores: u32,
    /// Installed memory in GiB.
    pub memory_gb: f64,
    /// Whether a plain shell may be started.
    pub shell: bool,
}

/// How a machine fares, as it said with its last sign of life, which it gives twice a minute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MachineHealthView {
    /// When it was heard.
    pub at: Time,
    /// Load average over one minute.
    pub load_average: f64,
    /// Free space where the daemon's directory lies, in bytes; absent where the machine does not
    /// say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_disk_bytes: Option<u64>,
    /// Memory that programs can still get, in bytes; absent where the machine does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_memory_bytes: Option<u64>,
    /// Sessions that go on there.
    pub running_sessions: u32,
    /// How long the way over the link and back took when it was measured last, in milliseconds;
    /// absent until it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// What carries its link; absent where the server does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Carrier>,
}

/// The sessions of a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MachineSessions {
    /// Always true.
    pub success: bool,
    /// Those that one may see, the last active first.
    pub sessions: Vec<SessionView>,
}

/// An enrolled machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MachineView {
    /// Identifier.
    pub machine_id: MachineId,
    /// Display name.
    pub machine_name: String,
    /// What people have said about it, sorted.
    #[serde(default)]
    #[schema(required = true)]
    pub labels: Vec<String>,
    /// Host name.
    pub hostname: String,
    /// `linux`, `macos` or `windows`.
    pub os_type: String,
    /// For example `Debian GNU/Linux 12`.
    pub os_version: String,
    /// For example `x86_64`.
    pub arch: String,
    /// Whether it can be worked on.
    pub status: MachineStatus,
    /// Whether its link is open at this moment.
    pub connected: bool,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Release of its daemon.
    pub agent_version: String,
    /// Directories in which sessions may run.
    pub workspaces: Vec<String>,
    /// Agents that are known there, found or missing.
    pub agents: Vec<InstalledAgent>,
    /// How it fares; absent while it is not linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<MachineHealthView>,
    /// When it was enrolled.
    pub enrolled_at: Time,
    /// Since when it has the key with which it proves who it is.
    pub key_since: Time,
    /// When it was to replace that, while it has not come back with the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_goes_since: Option<Time>,
    /// When it was last heard of.
    pub last_seen_at: Option<Time>,
    /// That it takes no new work: no session, job or terminal. What runs goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<FreezeView>,
    /// That no machine of its tenant takes new work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_frozen: Option<FreezeView>,
    /// That the machine itself takes no work at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<ClosureView>,
}

/// Machines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Machines {
    /// Always true.
    #[serde(default = "yes")]
    pub success: bool,
    /// By name.
    pub machines: Vec<MachineView>,
    /// What whoever asks may do on this server; absent where machines were changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_role: Option<Role>,
}

/// One machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OneMachine {
    /// Always true.
    pub success: bool,
    /// The machine.
    pub machine: MachineView,
    /// What whoever asks was given there; absent for administrators who were given nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_user_permission: Option<AssignmentLevel>,
}

const fn yes() -> bool {
    true
}

/// It is done, and there is nothing more to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// Always true.
    pub success: bool,
}

impl Done {
    /// It is done.
    pub const YES: Self = Self { success: true };
}
