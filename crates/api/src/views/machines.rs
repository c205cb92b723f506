//! Machines, each with its status at this moment.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::agents::{AgentOnMachine, AgentView, Agents};
use contract::machines::{Capabilities, ClosureView, MachineHealthView, MachineView, Machines};
use control::ControlPlane;
use control::machines::{machine_health, machine_status};
use model::machine::{Machine, MachineHealth, MachineStatus};

use super::freeze;

/// A machine, with its status at this moment.
pub fn machine(plane: &ControlPlane, machine: &Machine) -> MachineView {
    let (status, connected) = machine_status(plane, machine.id);
    let facts = &machine.facts;
    #[expect(clippy::cast_precision_loss, reason = "a size for people, in whole tenths")]
    let memory_gb = (facts.memory_mib as f64 / 102.4).round() / 10.0;
    MachineView {
        machine_id: machine.id,
        machine_name: machine.name.clone(),
        labels: machine.labels.clone(),
        hostname: facts.hostname.clone(),
        os_type: facts.os.clone(),
        os_version: facts.os_version.clone(),
        arch: facts.arch.clone(),
        status,
        connected,
        capabilities: Capabilities {
            cpu_cores: facts.cpu_cores,
            memory_gb,
            shell: facts.shell_allowed,
        },
        agent_version: facts.version.clone(),
        workspaces: facts.workspaces.clone(),
        agents: facts.agents.clone(),
        health: machine_health(plane, machine.id).as_ref().map(health),
        enrolled_at: machine.enrolled_at.into(),
        key_since: machine.key_age.replaced_at.unwrap_or(machine.enrolled_at).into(),
        key_goes_since: machine.key_age.next_since.map(Into::into),
        last_seen_at: machine.last_seen_at.map(Into::into),
        frozen: machine.freezes.machine.as_ref().map(freeze),
        all_frozen: machine.freezes.tenant.as_ref().map(freeze),
        closed: facts.closed.clone().map(|closed| ClosureView {
            by: closed.by,
            reason: closed.reason,
            since: closed.since.map(Into::into),
        }),
    }
}

fn health(health: &MachineHealth) -> MachineHealthView {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    MachineHealthView {
        at: health.at.into(),
        // What is no number says nothing, and JSON has none for it.
        load_average: Some(f64::from(health.load_average))
            .filter(|load| load.is_finite())
            .unwrap_or_default(),
        free_disk_bytes: health.free_disk_bytes,
        free_memory_bytes: health.free_memory_bytes,
        running_sessions: health.running_sessions,
        latency_ms: health.round_trip.map(millis),
        carrier: Some(health.carrier),
    }
}

/// Machines, each with its status at this moment.
pub fn machines(plane: &ControlPlane, machines: &[Machine]) -> Machines {
    let machines = machines.iter().map(|one| machine(plane, one)).collect();
    Machines { success: true, machines, user_role: None }
}

/// The agents of machines, by name.
pub fn agents(plane: &ControlPlane, machines: &[Machine]) -> Agents {
    let mut agents: BTreeMap<String, AgentView> = BTreeMap::new();
    for machine in machines {
        let status = machine_status(plane, machine.id).0;
        for agent in &machine.facts.agents {
            let view = agents.entry(agent.name.to_string()).or_insert_with(|| AgentView {
                name: agent.name.to_string(),
                title: agent.title.clone(),
                available: false,
                machines: Vec::new(),
            });
            view.available |= agent.usable() && status == MachineStatus::Online;
            view.machines.push(AgentOnMachine {
                machine_id: machine.id,
                machine_name: machine.name.clone(),
                status,
                agent: agent.clone(),
            });
        }
    }
    let agents: Vec<AgentView> = agents.into_values().collect();
    Agents { count: agents.len(), agents }
}
