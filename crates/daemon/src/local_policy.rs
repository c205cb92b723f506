//! What the machine's owner allows its server to ask: `policy.toml` in the machine's directory.
//! The server cannot change it (S65).

use std::path::{Path, PathBuf};

use host::private::{self, PrivateError};
use model::agent::AgentName;
pub use policy::Preset;
use serde::{Deserialize, Serialize};

/// The file's name.
const FILE: &str = "policy.toml";

/// What is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalPolicy {
    /// Directories in which, and below which, sessions may run.
    pub workspaces: Vec<PathBuf>,
    /// Agents that may be started; `["*"]` for all.
    #[serde(default = "every")]
    pub agents: Vec<String>,
    /// Whether a plain shell may be started.
    #[serde(default = "yes")]
    pub shell: bool,
    /// The policy preset that lets most happen without a person.
    #[serde(default = "full_auto")]
    pub highest_preset: Preset,
    /// Whether a newer release is taken when the server says that there is one. By hand it is taken
    /// either way.
    #[serde(default = "yes")]
    pub updates: bool,
    /// Who may know of sessions that were begun here with the agents' own programs, and go on with
    /// them; see [`Self::who_knows_of_outside_sessions`] where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside_sessions: Option<MayKnow>,
}

/// Who may know of something on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MayKnow {
    /// Nobody.
    Nobody,
    /// Who looks after the machine: its administrators, and those of the tenant.
    Admins,
    /// Everybody who may start sessions on it.
    Everyone,
}

fn every() -> Vec<String> {
    vec!["*".to_owned()]
}

const fn yes() -> bool {
    true
}

const fn full_auto() -> Preset {
    Preset::FullAuto
}

/// The policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocalPolicyError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The file holds something else.
    #[error("{} is not a machine's policy: {problem}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

/// A directory in which sessions may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The directory that the machine's owner allows, symbolic links resolved.
    pub allowed: PathBuf,
    /// The directory itself, in that one, symbolic links resolved.
    pub path: PathBuf,
}

/// What a workspace of the policy is at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkspaceStanding {
    /// As it is written.
    pub path: PathBuf,
    /// Symbolic links resolved; `None` if no directory is there.
    pub resolved: Option<PathBuf>,
}

/// A directory cannot be worked in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkspaceError {
    /// There is no such directory.
    #[error("{0} does not exist on this machine, or is not a directory")]
    Missing(String),
    /// It is outside of every allowed workspace.
    #[error("{path} is outside of the workspaces that this machine allows: {allowed}")]
    Forbidden {
        /// Which, symbolic links resolved.
        path: String,
        /// What is allowed.
        allowed: String,
    },
    /// The name cannot be written as text.
    #[error("the directory's name is not text")]
    NotText,
}

/// Removes the policy of a machine with this directory. Nothing happens if there is none.
pub fn remove(directory: &Path) -> Result<(), PrivateError> {
    private::remove(&file(directory))
}

/// Where the policy of a machine with this directory is written.
pub fn file(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

impl LocalPolicy {
    /// Everything, in these workspaces.
    pub fn for_workspaces(workspaces: Vec<PathBuf>) -> Self {
        Self {
            workspaces,
            agents: every(),
            shell: true,
            highest_preset: Preset::FullAuto,
            updates: true,
            outside_sessions: None,
        }
    }

    /// Nothing at all.
    pub const fn nothing() -> Self {
        Self {
            workspaces: Vec::new(),
            agents: Vec::new(),
            shell: false,
            highest_preset: Preset::SafeReadonly,
            updates: false,
            outside_sessions: None,
        }
    }

    /// Reads it from a machine's directory; `None` if there is none.
    pub fn read(directory: &Path) -> Result<Option<Self>, LocalPolicyError> {
        let path = file(directory);
        let Some(text) = private::read(&path)? else { return Ok(None) };
        let malformed =
            |problem: String| LocalPolicyError::Malformed { path: path.clone(), problem };
        let text = String::from_utf8(text).map_err(|error| malformed(error.to_string()))?;
        let policy: Self =
            toml::from_str(&text).map_err(|error| malformed(error.message().to_owned()))?;
        policy.check().map_err(malformed)?;
        Ok(Some(policy))
    }

    /// Refuses what would mean something else than it says: a relative path depends on where the
    /// daemon was started, and a name that no agent can have allows nothing.
    fn check(&self) -> Result<(), String> {
        if let Some(path) = self.workspaces.iter().find(|path| !path.is_absolute()) {
            return Err(format!("the workspace {:?} is not a whole path", path.display()));
        }
        let is_none = |name: &&String| *name != "*" && name.parse::<AgentName>().is_err();
        match self.agents.iter().find(is_none) {
            Some(name) => Err(format!("{name:?} is not the name of an agent")),
            None => Ok(()),
        }
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, directory: &Path) -> Result<(), LocalPolicyError> {
        let path = file(directory);
        self.check()
            .map_err(|problem| LocalPolicyError::Malformed { path: path.clone(), problem })?;
        let text = toml::to_string(self).map_err(|error| LocalPolicyError::Malformed {
            path: path.clone(),
            problem: error.to_string(),
        })?;
        private::directory(directory)?;
        Ok(private::write(&path, text.as_bytes())?)
    }

    /// What its workspaces are at this moment.
    pub fn workspaces_here(&self) -> Vec<WorkspaceStanding> {
        let resolve =
            |path: &PathBuf| std::fs::canonicalize(path).ok().filter(|path| path.is_dir());
        let standing =
            |path: &PathBuf| WorkspaceStanding { path: path.clone(), resolved: resolve(path) };
        self.workspaces.iter().map(standing).collect()
    }

    /// Whether an agent may be started.
    pub fn allows_agent(&self, agent: &AgentName) -> bool {
        self.agents.iter().any(|allowed| allowed == "*" || allowed == agent.as_str())
    }

    /// Whether a preset may be used.
    pub const fn allows_preset(&self, preset: Preset) -> bool {
        preset.level() <= self.highest_preset.level()
    }

    /// Who may know of sessions that were begun outside of us, and go on with them. Where the owner
    /// has not said it, it is who looks after the machine, if those may have a shell here: that reads
    /// the same files. Else it is nobody.
    pub fn who_knows_of_outside_sessions(&self) -> MayKnow {
        let unsaid = if self.shell { MayKnow::Admins } else { MayKnow::Nobody };
        self.outside_sessions.unwrap_or(unsaid)
    }

    /// Resolves a directory that was asked for, and checks that it lies in a workspace. An empty
    /// one is the first workspace, a relative one lies in it.
    ///
    /// Symbolic links are resolved on both sides, so that none leads out (S70).
    pub fn resolve_workspace(&self, asked: &str) -> Result<PathBuf, WorkspaceError> {
        self.locate_workspace(asked).map(|workspace| workspace.path)
    }

    /// The same, with the allowed directory in which it lies.
    pub fn locate_workspace(&self, asked: &str) -> Result<Workspace, WorkspaceError> {
        let missing = || WorkspaceError::Missing(asked.to_owned());
        let first = self.workspaces.first().ok_or_else(|| WorkspaceError::Forbidden {
            path: asked.to_owned(),
            allowed: "none".to_owned(),
        })?;
        let path = std::fs::canonicalize(first.join(asked)).map_err(|_| missing())?;
        if !path.is_dir() {
            return Err(missing());
        }
        let text = path.to_str().ok_or(WorkspaceError::NotText)?;
        let mut roots = self.workspaces.iter().flat_map(std::fs::canonicalize);
        if let Some(allowed) = roots.find(|root| path.starts_with(root)) {
            return Ok(Workspace { allowed, path });
        }
        let allowed = self.workspaces.iter().map(|root| root.display().to_string());
        Err(WorkspaceError::Forbidden {
            path: text.to_owned(),
            allowed: allowed.collect::<Vec<_>>().join(", "),
        })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    struct House {
        root: tempfile::TempDir,
        policy: LocalPolicy,
    }

    fn house() -> House {
        let root = tempfile::tempdir().unwrap();
        for directory in ["work/inner", "workshop", "elsewhere"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        fs::write(root.path().join("work/file"), "").unwrap();
        symlink(root.path().join("elsewhere"), root.path().join("work/door")).unwrap();
        symlink(root.path().join("work/inner"), root.path().join("shortcut")).unwrap();
        let policy = LocalPolicy::for_workspaces(vec![root.path().join("work")]);
        House { root, policy }
    }

    #[test]
    fn a_workspace_and_what_lies_in_it_can_be_worked_in() {
        let House { root, policy } = house();
        let work = fs::canonicalize(root.path().join("work")).unwrap();
        assert_eq!(policy.resolve_workspace(""), Ok(work.clone()));
        assert_eq!(policy.resolve_workspace("inner"), Ok(work.join("inner")));
        let shortcut = root.path().join("shortcut");
        assert_eq!(policy.resolve_workspace(shortcut.to_str().unwrap()), Ok(work.join("inner")));
    }

    /// S70: neither dots, nor a link, nor a name that begins alike leads out.
    #[test]
    fn nothing_leads_out_of_a_workspace() {
        let House { root, policy } = house();
        let outside = root.path().join("workshop");
        for asked in [
            "../elsewhere",
            "inner/../../elsewhere",
            "door",
            outside.to_str().unwrap(),
            "/",
            "/proc/self/root",
        ] {
            let refused = policy.resolve_workspace(asked);
            assert!(
                matches!(refused, Err(WorkspaceError::Forbidden { .. })),
                "{asked}: {refused:?}"
            );
        }
        for asked in ["none", "file", "a\0b"] {
            let refused = policy.resolve_workspace(asked);
            assert!(matches!(refused, Err(WorkspaceError::Missing(_))), "{asked:?}: {refused:?}");
        }
    }

    /// S38: an empty list allows nothing.
    #[test]
    fn empty_lists_allow_nothing() {
        let policy = LocalPolicy { workspaces: vec![], agents: vec![], ..house().policy };
        assert!(policy.resolve_workspace("").is_err());
        assert!(!policy.allows_agent(&AgentName::known("claude")));
    }

    /// S65: what would mean something else than it says is not taken for anything.
    #[test]
    fn a_mistake_is_no_policy() {
        let root = tempfile::tempdir().unwrap();
        for wrong in [
            "workspaces = [\".\"]",
            "workspaces = [\"\"]",
            "workspaces = [\"/srv\"]\nagents = [\"Not a name\"]",
            "workspaces = [\"/srv\"]\nhighest_preset = \"anything\"",
            "workspaces = [\"/srv\"]\nshel = false",
            "agents = [\"*\"]",
            "workspaces = [\"/srv\"",
        ] {
            host::private::write(&root.path().join(FILE), wrong.as_bytes()).unwrap();
            let read = LocalPolicy::read(root.path());
            assert!(matches!(read, Err(LocalPolicyError::Malformed { .. })), "{wrong}: {read:?}");
        }
        let relative = LocalPolicy::for_workspaces(vec!["code".into()]);
        assert!(relative.write(root.path()).is_err());
        let nothing = LocalPolicy::nothing();
        assert!(!nothing.allows_agent(&AgentName::known("claude")) && !nothing.shell);
        assert!(nothing.resolve_workspace("").is_err());
    }

    /// S65, S47: who is kept from the shell does not read by another way what it would show.
    #[test]
    fn sessions_begun_outside_are_told_to_those_who_may_see_them_anyway() {
        let mut policy = LocalPolicy::for_workspaces(vec!["/srv/code".into()]);
        assert_eq!(policy.who_knows_of_outside_sessions(), MayKnow::Admins);
        policy.shell = false;
        assert_eq!(policy.who_knows_of_outside_sessions(), MayKnow::Nobody);
        policy.outside_sessions = Some(MayKnow::Everyone);
        assert_eq!(policy.who_knows_of_outside_sessions(), MayKnow::Everyone);
        assert_eq!(LocalPolicy::nothing().who_knows_of_outside_sessions(), MayKnow::Nobody);
    }

    #[test]
    fn the_policy_is_read_as_it_was_written() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("machine");
        assert_eq!(LocalPolicy::read(&directory).unwrap(), None);
        let policy = LocalPolicy {
            highest_preset: Preset::Ask,
            shell: false,
            updates: false,
            outside_sessions: Some(MayKnow::Everyone),
            ..LocalPolicy::for_workspaces(vec!["/srv/code".into()])
        };
        policy.write(&directory).unwrap();
        assert_eq!(LocalPolicy::read(&directory).unwrap(), Some(policy.clone()));
        assert!(
            policy.allows_preset(Preset::DevDefault) && !policy.allows_preset(Preset::FullAuto)
        );
    }
}
