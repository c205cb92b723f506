//! This computer, as a machine.

use std::path::Path;

use daemon::config::ConfigError;
use daemon::halt::Halt;
use daemon::local_policy;
use daemon::status::Status;
use daemon::{LocalPolicy, MachineConfig, MachineIdentity};

use super::Finding;
use crate::words::Words;

/// Less free space than this will soon be none.
const LEAST_FREE_BYTES: u64 = 1 << 30;

/// Looks at what makes this computer a machine, if it is one.
pub(super) async fn look(directory: &Path, words: &dyn Words) -> Vec<Finding> {
    let config = match MachineConfig::read(directory) {
        Ok(config) => config,
        Err(ConfigError::NotEnrolled(_)) => {
            return vec![Finding::ok("machine", words.no_machine_here())];
        }
        Err(error) => return vec![Finding::fail("machine", error.to_string(), None)],
    };
    let here = words.machine_here(&config.machine_name, &config.server_url);
    let mut findings = vec![Finding::ok("machine", here)];
    findings.push(key(directory, &config, words));
    findings.push(daemon_state(directory, words));
    findings.push(workspaces(directory, words));
    findings.extend(policy(directory, words).into_iter().flatten());
    findings.push(agents(directory, words).await);
    findings.push(disk(directory, words));
    findings
}

fn key(directory: &Path, config: &MachineConfig, words: &dyn Words) -> Finding {
    match MachineIdentity::read(directory) {
        Ok(_) if !config.server_keys.is_empty() => {
            Finding::ok("key", words.key_is_there(config.server_keys.len()))
        }
        Ok(_) => Finding::fail("key", words.key_is_there(0), Some(words.hint_unenrol().to_owned())),
        Err(error) => Finding::fail("key", error.to_string(), None),
    }
}

fn daemon_state(directory: &Path, words: &dyn Words) -> Finding {
    match daemon::status::read(directory) {
        Some(Status { linked: true, detour: Some(detour), .. }) => {
            let detail = format!("{}, {}", words.daemon_linked(), words.by_long_poll(detour));
            Finding::warn("daemon", detail, words.hint_let_websockets_through())
        }
        Some(status) if status.linked => Finding::ok("daemon", words.daemon_linked()),
        Some(status) => {
            let reason = status.reason.unwrap_or_default();
            Finding::warn("daemon", words.not_linked(&reason), words.hint_unreachable())
        }
        None => Finding::warn("daemon", words.daemon_does_not_run(), words.hint_run()),
    }
}

fn workspaces(directory: &Path, words: &dyn Words) -> Finding {
    if let Some(halt) = Halt::read(directory) {
        return Finding::warn("workspaces", words.is_halted(&halt.reason), words.hint_resume());
    }
    let policy = match LocalPolicy::read(directory) {
        Ok(policy) => policy.unwrap_or_else(|| LocalPolicy::for_workspaces(vec![])),
        Err(error) => {
            let file = local_policy::file(directory).display().to_string();
            let advice = Some(words.hint_mend_policy(&file));
            return Finding::fail("workspaces", words.policy_unusable(&error.to_string()), advice);
        }
    };
    if policy.workspaces.is_empty() {
        return Finding::warn("workspaces", words.no_workspace(), words.make_or_remove_them());
    }
    let missing = policy.workspaces.iter().filter(|path| !path.is_dir());
    let missing: Vec<String> = missing.map(|path| path.display().to_string()).collect();
    if missing.is_empty() {
        return Finding::ok("workspaces", words.workspaces_are_there(policy.workspaces.len()));
    }
    let detail = words.workspaces_missing(&missing.join(", "));
    Finding::warn("workspaces", detail, words.make_or_remove_them())
}

/// What the machine's owner lets a server ask for. A policy that cannot be read is told with the
/// workspaces.
fn policy(directory: &Path, words: &dyn Words) -> Option<[Finding; 2]> {
    let policy = LocalPolicy::read(directory).ok()??;
    let agents = policy.agents.join(", ");
    let detail = words.policy_allows(&agents, policy.shell, policy.highest_preset.as_str());
    let allows = Finding::ok("policy", detail);
    let is_widest = policy.shell && policy.highest_preset.as_str() == "full-auto";
    let advice = is_widest.then(|| words.hint_narrow_policy().to_owned());
    let roots = !release::stamp::roots().is_empty();
    let updates = match (policy.updates, roots) {
        (true, true) => Finding::ok("updates", words.updates_are_taken()),
        (false, true) => Finding::ok("updates", words.updates_by_hand()),
        (_, false) => Finding::ok("updates", words.updates_cannot_be_verified()),
    };
    Some([Finding { advice, ..allows }, updates])
}

async fn agents(directory: &Path, words: &dyn Words) -> Finding {
    let variables: Vec<_> = std::env::vars_os().collect();
    let agents = match daemon::agents_here(directory, &variables).await {
        Ok(agents) => agents,
        Err(error) => return Finding::fail("agents", error.to_string(), None),
    };
    let (found, missing): (Vec<_>, Vec<_>) =
        agents.into_iter().partition(|agent| agent.missing.is_none());
    if !found.is_empty() {
        let names = found.iter().map(|agent| match &agent.version {
            Some(version) => format!("{} {version}", agent.title),
            None => agent.title.clone(),
        });
        let names: Vec<String> = names.collect();
        return Finding::ok("agents", words.agents_found(&names.join(", ")));
    }
    let install: Vec<String> = missing.into_iter().filter_map(|agent| agent.install).collect();
    let advice = words.hint_install_agent(&install.join("; "));
    Finding::warn("agents", words.no_agents_found(), advice)
}

fn disk(directory: &Path, words: &dyn Words) -> Finding {
    let free = host::facts::free_disk_bytes(directory);
    let detail = words.disk_free(free >> 30);
    // Zero is what systems say that do not say.
    if free == 0 || free >= LEAST_FREE_BYTES {
        return Finding::ok("disk", detail);
    }
    Finding::warn("disk", detail, words.free_some_disk())
}
