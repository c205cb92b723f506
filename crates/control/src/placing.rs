//! Which machine and which agent are meant where somebody names none: a script that was written
//! for one computer need not know what ours is called.

use model::agent::{AgentName, InstalledAgent};
use model::machine::{Machine, MachineStatus};
use model::{Actor, MachineId};

use crate::machines::{machine, machine_status, machines};
use crate::{ControlPlane, Error};

/// The agent that the documents mean where they name none.
const DOCUMENTED_DEFAULT: &str = "claude";

/// The agent of the demonstration. It exists only where it is wanted.
const DEMO: &str = "demo";

/// The machine that is meant: by its identifier or its name, or else the only one that is online.
pub async fn machine_meant(
    plane: &ControlPlane,
    actor: &Actor,
    named: Option<&str>,
) -> Result<Machine, Error> {
    if let Some(id) = named.and_then(|name| name.parse::<MachineId>().ok()) {
        return machine(plane, actor, id).await;
    }
    let known = machines(plane, actor).await?;
    let matches = |candidate: &Machine| match named {
        Some(name) => candidate.name == name,
        None => machine_status(plane, candidate.id).0 == MachineStatus::Online,
    };
    let mut meant: Vec<&Machine> = known.iter().filter(|candidate| matches(candidate)).collect();
    match (meant.len(), named) {
        (1, _) => Ok(meant.remove(0).clone()),
        (0, Some(_)) => Err(Error::not_found("machine").with_hint(listing(plane, &known))),
        (0, None) if known.is_empty() => {
            let error = Error::conflict("no_machine", "there is no machine that you may use");
            Err(error.with_hint("enrol one, or ask somebody for the right to use theirs"))
        }
        (0, None) => {
            let error = Error::unavailable("machine_offline", "no machine is online");
            Err(error.with_hint(listing(plane, &known)))
        }
        _ => {
            let error = Error::invalid("machine_missing", "say on which machine, with machine_id");
            Err(error.with_hint(listing(plane, &known)))
        }
    }
}

/// The agent that is meant on a machine where none is named.
pub fn agent_meant(machine: &Machine, named: Option<&str>) -> Result<AgentName, Error> {
    agent_meant_by(machine, named, DOCUMENTED_DEFAULT)
}

/// The same for a document that means this one where it names none.
pub fn agent_meant_by(
    machine: &Machine,
    named: Option<&str>,
    default: &str,
) -> Result<AgentName, Error> {
    if let Some(name) = named.filter(|name| !name.is_empty()) {
        return agent_name(name);
    }
    let agents = &machine.facts.agents;
    let usable = |agent: &&InstalledAgent| agent.usable() && agent.chat;
    let named = |name: &str| agents.iter().filter(usable).find(|agent| agent.name.as_str() == name);
    let found = named(DEMO).or_else(|| named(default));
    if let Some(agent) = found.or_else(|| agents.iter().find(usable)) {
        return Ok(agent.name.clone());
    }
    let message = format!("no agent is installed on {}", machine.name);
    let error = Error::conflict("agent_not_installed", message);
    let install: Vec<&str> = agents.iter().filter_map(|agent| agent.install.as_deref()).collect();
    if install.is_empty() {
        return Err(error);
    }
    Err(error.with_hint(format!("on the machine, run one of: {}", install.join("; "))))
}

/// An agent's name, under the names that documents give to agents.
pub fn agent_name(name: &str) -> Result<AgentName, Error> {
    let known = match name {
        "qwen-code-cli" | "qwen-code" => "qwen",
        "claude-code" => "claude",
        "codex-cli" => "codex",
        "gemini-cli" => "gemini",
        other => other,
    };
    known.parse().map_err(|error| Error::invalid("agent_unknown", format!("{error}")))
}

fn listing(plane: &ControlPlane, machines: &[Machine]) -> String {
    let describe = |machine: &Machine| {
        format!("{} ({}, {})", machine.name, machine.id, machine_status(plane, machine.id).0)
    };
    let list: Vec<String> = machines.iter().map(describe).collect();
    format!("there are: {}", list.join(", "))
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::machine::MachineFacts;
    use model::rng::CountingRng;

    use super::*;

    fn agent(name: &'static str, missing: Option<&str>) -> InstalledAgent {
        InstalledAgent {
            name: AgentName::known(name),
            title: name.to_owned(),
            version: None,
            chat: true,
            terminal: false,
            missing: missing.map(str::to_owned),
            install: Some(format!("install {name}")),
            asks: true,
        }
    }

    fn with(agents: Vec<InstalledAgent>) -> Machine {
        let (now, rng) = (Timestamp::from_millis(1), CountingRng::default());
        Machine {
            id: MachineId::new(now, &rng),
            tenant: model::TenantId::new(now, &rng),
            name: "build-01".to_owned(),
            public_key: [0; 32],
            key_age: model::machine::KeyAge::default(),
            epoch: 0,
            facts: MachineFacts { agents, ..MachineFacts::default() },
            labels: Vec::new(),
            enrolled_at: now,
            last_seen_at: None,
            freezes: model::freeze::Freezes::default(),
        }
    }

    #[test]
    fn the_documented_agent_is_meant_where_it_is_there_and_another_where_it_is_not() {
        let machine = with(vec![agent("codex", None), agent("claude", None)]);
        assert_eq!(agent_meant(&machine, None).unwrap().as_str(), "claude");
        assert_eq!(agent_meant(&machine, Some("codex-cli")).unwrap().as_str(), "codex");
        assert_eq!(agent_meant_by(&machine, None, "codex").unwrap().as_str(), "codex");
        assert_eq!(agent_meant_by(&machine, None, "qwen").unwrap().as_str(), "codex");
        let machine = with(vec![agent("codex", None), agent("claude", Some("not here"))]);
        assert_eq!(agent_meant(&machine, None).unwrap().as_str(), "codex");
        let machine = with(vec![agent("claude", None), agent("demo", None)]);
        assert_eq!(agent_meant(&machine, None).unwrap().as_str(), "demo");
    }

    #[test]
    fn where_no_agent_is_installed_it_is_said_how_to_install_one() {
        let error = agent_meant(&with(vec![agent("claude", Some("not here"))]), None).unwrap_err();
        assert_eq!(error.code, "agent_not_installed");
        assert!(error.hint.unwrap().contains("install claude"));
    }
}
