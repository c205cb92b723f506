//! Which agents are installed where.

use model::MachineId;
use model::agent::InstalledAgent;
use model::machine::MachineStatus;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The agents of every machine that one may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agents {
    /// By name.
    pub agents: Vec<AgentView>,
    /// How many there are.
    pub count: usize,
}

/// An agent, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentView {
    /// Short name, such as `claude`.
    pub name: String,
    /// Name for people, such as `Claude Code`.
    pub title: String,
    /// Whether a session can be started with it now: it is installed on a machine that is online.
    pub available: bool,
    /// The machines that know of it, by name.
    pub machines: Vec<AgentOnMachine>,
}

/// An agent on one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentOnMachine {
    /// Which machine.
    pub machine_id: MachineId,
    /// Its name.
    pub machine_name: String,
    /// Whether it can be worked on.
    pub status: MachineStatus,
    /// What it knows of the agent.
    #[serde(flatten)]
    pub agent: InstalledAgent,
}
