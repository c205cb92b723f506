//! Which agents there are for this machine, and what was found of them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use agents::adapters::{self, custom::Custom, demo::Demo};
use agents::{Adapter, Detected, SearchPath};
use model::agent::{AgentName, InstalledAgent};
use serde::Deserialize;
use tokio::sync::watch;

/// The file in which the machine's owner names agents of their own.
const FILE: &str = "agents.toml";

/// All agents that this machine knows, and what was found of them.
pub(crate) struct Shelf {
    adapters: Vec<Arc<dyn Adapter>>,
    search: SearchPath,
    /// `None` until they were looked for.
    detected: watch::Sender<Option<Vec<Detected>>>,
}

impl Shelf {
    /// The given agents and all known ones; of two with one name the first counts.
    pub(crate) fn new(own: Vec<Arc<dyn Adapter>>, search: SearchPath) -> Self {
        let mut adapters = own;
        for known in adapters::all() {
            if !adapters.iter().any(|own| own.facts().name == known.facts().name) {
                adapters.push(known);
            }
        }
        Self { adapters, search, detected: watch::Sender::new(None) }
    }

    /// Looks for all of them anew, and answers what was found.
    pub(crate) async fn look(&self, variables: &[(OsString, OsString)]) -> Vec<InstalledAgent> {
        let detected = agents::detect(&self.adapters, &self.search, variables).await;
        let installed = detected.iter().map(|one| one.agent.clone()).collect();
        self.detected.send_replace(Some(detected));
        installed
    }

    /// What was found when they were last looked for.
    pub(crate) fn found(&self) -> Option<Vec<InstalledAgent>> {
        let detected = self.detected.borrow();
        detected.as_ref().map(|found| found.iter().map(|one| one.agent.clone()).collect())
    }

    /// What was found when they were first looked for; waits while that happens.
    pub(crate) async fn first_found(&self) -> Option<Vec<InstalledAgent>> {
        self.detected.subscribe().wait_for(Option::is_some).await.ok()?;
        self.found()
    }

    /// Everybody who knows an agent.
    pub(crate) fn adapters(&self) -> &[Arc<dyn Adapter>] {
        &self.adapters
    }

    /// Whoever knows the agent of this name.
    pub(crate) fn adapter(&self, name: &AgentName) -> Option<Arc<dyn Adapter>> {
        self.adapters.iter().find(|adapter| adapter.facts().name == *name).cloned()
    }

    /// What is known of an agent, and what was found of it when it was last looked for; waits
    /// while that happens for the first time.
    pub(crate) async fn find(&self, name: &AgentName) -> Option<(Arc<dyn Adapter>, Detected)> {
        let adapter = self.adapter(name)?;
        let mut detected = self.detected.subscribe();
        let detected = detected.wait_for(Option::is_some).await.ok()?;
        let detected = detected.iter().flatten().find(|one| one.agent.name == *name)?;
        Some((adapter, detected.clone()))
    }

    /// Where programs are looked for.
    pub(crate) const fn search(&self) -> &SearchPath {
        &self.search
    }
}

/// The list of own agents cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} does not list agents as it should: {problem}", path.display())]
pub struct ShelfError {
    /// Which file.
    path: PathBuf,
    /// What is wrong.
    problem: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnAgents {
    #[serde(default)]
    agents: Vec<OwnAgent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnAgent {
    name: AgentName,
    #[serde(default)]
    title: Option<String>,
    /// The program and its arguments.
    command: Vec<String>,
    #[serde(default)]
    environment: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    asking_mode: Option<String>,
}

/// The agents that the machine's owner has named in `agents.toml`. Nobody else can name a command
/// (S77).
pub fn custom_agents(directory: &Path) -> Result<Vec<Arc<dyn Adapter>>, ShelfError> {
    let path = directory.join(FILE);
    let failed = |problem: String| ShelfError { path: path.clone(), problem };
    let text = match host::private::read(&path).map_err(|error| failed(error.to_string()))? {
        None => return Ok(Vec::new()),
        Some(text) => String::from_utf8(text).map_err(|error| failed(error.to_string()))?,
    };
    let list: OwnAgents =
        toml::from_str(&text).map_err(|error| failed(error.message().to_owned()))?;
    list.agents.into_iter().map(|own| own.into_adapter().map_err(failed)).collect()
}

/// The agents that a machine with this directory knows, found or missing, as its daemon would find
/// them.
pub async fn agents_here(
    directory: &Path,
    variables: &[(OsString, OsString)],
) -> Result<Vec<InstalledAgent>, ShelfError> {
    let shelf = Shelf::new(custom_agents(directory)?, search_path(directory, variables));
    Ok(shelf.look(variables).await)
}

/// Where the programs of agents are looked for: where the user finds programs, and where the
/// machine has its own.
pub(crate) fn search_path(directory: &Path, variables: &[(OsString, OsString)]) -> SearchPath {
    SearchPath::new(variables, Some(&directory.join("agents")))
}

/// The scripted agent of the demonstration, run by this program with these arguments.
pub fn demo_agent(program: PathBuf, arguments: Vec<String>) -> Arc<dyn Adapter> {
    Arc::new(Demo { program, arguments })
}

impl OwnAgent {
    fn into_adapter(self) -> Result<Arc<dyn Adapter>, String> {
        let mut command = self.command.into_iter();
        let Some(program) = command.next().filter(|program| !program.is_empty()) else {
            return Err(format!("the agent {} has no command", self.name));
        };
        Ok(Arc::new(Custom {
            title: self.title.unwrap_or_else(|| self.name.to_string()),
            name: self.name,
            program: program.into(),
            arguments: command.collect(),
            variables: self.environment.into_iter().collect(),
            asking_mode: self.asking_mode,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Arc<dyn Adapter>>, ShelfError> {
        let directory = tempfile::tempdir().unwrap();
        host::private::write(&directory.path().join(FILE), text.as_bytes()).unwrap();
        custom_agents(directory.path())
    }

    #[test]
    fn an_owner_can_name_agents() {
        let agents =
            read("[[agents]]\nname = \"mine\"\ncommand = [\"/opt/mine\", \"--acp\"]").unwrap();
        let shelf = Shelf::new(agents, SearchPath::default());
        assert_eq!(shelf.adapters[0].facts().name.as_str(), "mine");
        assert_eq!(shelf.adapters.len(), adapters::all().len() + 1);
    }

    #[test]
    fn an_own_agent_hides_the_known_one_of_its_name() {
        let agents = read("[[agents]]\nname = \"codex\"\ncommand = [\"codex-of-mine\"]").unwrap();
        assert_eq!(Shelf::new(agents, SearchPath::default()).adapters.len(), adapters::all().len());
    }

    #[test]
    fn a_list_that_makes_no_sense_is_refused() {
        assert!(custom_agents(tempfile::tempdir().unwrap().path()).unwrap().is_empty());
        for bad in [
            "[[agents]]\nname = \"A b\"\ncommand = [\"x\"]",
            "[[agents]]\nname = \"a\"\ncommand = []",
            "[[agents]]\nname = \"a\"\ncommand = [\"x\"]\nshell = true",
            "agents",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
