//! Installing agents with the package manager that is there, for the owner of the machine alone.

use std::process::Stdio;

use anstream::eprintln;
use owo_colors::OwoColorize;

use crate::owner::Owner;
use crate::words::Words;

/// Where npm puts programs of one user; the machine looks for agents there.
const PREFIX: &str = ".local";

/// An agent, and what installs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentPackage {
    name: String,
    manager: String,
    arguments: Vec<String>,
}

/// The agent of this name, under any of the names that documents use.
pub(super) fn package(name: &str) -> Result<AgentPackage, String> {
    let known = match name {
        "qwen-code-cli" | "qwen-code" => "qwen",
        "claude-code" => "claude",
        name => name,
    };
    let all: Vec<_> = ::agents::adapters::all().iter().map(|adapter| adapter.facts()).collect();
    let found = all.iter().find(|facts| facts.name.as_str() == known && !facts.install.is_empty());
    let Some(facts) = found else {
        let installable = all.iter().filter(|facts| !facts.install.is_empty());
        let names: Vec<_> = installable.map(|facts| facts.name.as_str()).collect();
        return Err(format!("no such agent; there are {}", names.join(", ")));
    };
    let mut words = facts.install.split_whitespace().map(str::to_owned);
    let manager = words.next().unwrap_or_default();
    Ok(AgentPackage { name: known.to_owned(), manager, arguments: words.collect() })
}

impl AgentPackage {
    /// The agent's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Installs it; says what is missing, and answers `false`, where that does not work. The
    /// machine works without it.
    pub(super) fn install(&self, owner: &Owner, words: &dyn Words) -> bool {
        let mut command = owner.command(self.manager.as_ref());
        command.args(&self.arguments).stdin(Stdio::null());
        if self.manager == "npm" {
            // Scripts of packages do not run unasked (S134).
            command.arg("--ignore-scripts").arg("--prefix").arg(owner.home.join(PREFIX));
        }
        match command.status() {
            Ok(status) if status.success() => true,
            Ok(_) => {
                eprintln!("{} {}", "!".yellow(), words.agent_not_installed(&self.name));
                false
            }
            Err(_) => {
                let missing = words.package_manager_missing(&self.manager, &self.name);
                eprintln!("{} {missing}", "!".yellow());
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_known_by_the_names_of_the_documents() {
        assert_eq!(package("qwen-code-cli").unwrap().name(), "qwen");
        assert_eq!(package("qwen").unwrap().manager, "npm");
        let unknown = package("no-such-agent; rm -rf /").unwrap_err();
        assert!(unknown.contains("qwen"), "{unknown}");
    }
}
