//! Files of a project that an agent heeds before anybody is asked.
//!
//! Whoever can put a file into a repository would otherwise run commands on every machine where an
//! agent is started in it (S74). Agents that can be told not to read such files are told; for the
//! others the workspace is looked at before they are started.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Adapter;

/// How much of a file is looked at.
const MAX_BYTES: u64 = 1024 * 1024;

/// Something in a project that an agent heeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hazard {
    /// Where it lies, below the workspace or a directory above it.
    pub path: &'static str,
    /// It is one only if it contains one of these words; without any its being there is enough.
    pub words: &'static [&'static str],
}

impl Hazard {
    /// One that is heeded whatever is in it.
    pub(crate) const fn any(path: &'static str) -> Self {
        Self { path, words: &[] }
    }

    /// One that is heeded for the sake of certain settings.
    pub(crate) const fn naming(path: &'static str, words: &'static [&'static str]) -> Self {
        Self { path, words }
    }
}

/// The first hazard of a workspace for an agent. A chat whose policy does not allow everything must
/// not be started in such a workspace.
pub fn hazard_in(
    adapter: &dyn Adapter,
    workspace: &Path,
    variables: &[(OsString, OsString)],
) -> Option<PathBuf> {
    let home = variables.iter().find(|(name, _)| name == "HOME" || name == "USERPROFILE");
    let home = home.map(|(_, home)| Path::new(home));
    let hazards = adapter.hazards();
    // What lies in the user's own home is the user's own.
    let directories = workspace.ancestors().take_while(|directory| Some(*directory) != home);
    directories
        .flat_map(|directory| {
            hazards.iter().map(move |hazard| (directory.join(hazard.path), hazard))
        })
        .find(|(path, hazard)| is_there(path, hazard.words))
        .map(|(path, _)| path)
}

fn is_there(path: &Path, words: &[&str]) -> bool {
    if words.is_empty() {
        return path.exists();
    }
    match fs::metadata(path) {
        Err(_) => false,
        // What cannot be judged counts as the worst.
        Ok(found) if found.len() > MAX_BYTES => true,
        Ok(_) => fs::read_to_string(path)
            .map_or(true, |text| words.iter().any(|word| text.contains(word))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::{claude::Claude, codex::Codex, opencode::OpenCode};

    struct Project(tempfile::TempDir);

    impl Project {
        fn new() -> Self {
            let project = Self(tempfile::tempdir().unwrap());
            fs::create_dir_all(project.workspace()).unwrap();
            project
        }

        fn workspace(&self) -> PathBuf {
            self.0.path().join("home/project/part")
        }

        fn file(&self, path: &str, text: &str) -> PathBuf {
            let path = self.0.path().join("home").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        }

        fn hazard(&self, adapter: &dyn Adapter) -> Option<PathBuf> {
            let home = self.0.path().join("home");
            hazard_in(adapter, &self.workspace(), &[("HOME".into(), home.into())])
        }
    }

    /// S74: settings of a project that would run a command are found wherever the agent looks.
    #[test]
    fn what_would_run_a_command_is_found() {
        let project = Project::new();
        assert_eq!(project.hazard(&Codex), None);
        let servers = project.file("project/.codex/config.toml", "[mcp_servers.x]\ncommand=\"x\"");
        assert_eq!(project.hazard(&Codex), Some(servers));
        let plugin = project.file("project/part/.opencode/plugins/x.ts", "");
        assert_eq!(project.hazard(&OpenCode), plugin.parent().map(Path::to_owned));
        assert_eq!(project.hazard(&Claude), None);
    }

    #[test]
    fn harmless_settings_and_those_of_the_user_are_no_hazard() {
        let project = Project::new();
        project.file("project/.codex/config.toml", "model = \"gpt-5.5\"");
        project.file(".codex/config.toml", "[mcp_servers.x]");
        assert_eq!(project.hazard(&Codex), None);
    }

    #[test]
    fn what_cannot_be_read_counts_as_a_hazard() {
        let project = Project::new();
        let path = project.file("project/.codex/config.toml", "");
        fs::write(&path, b"\xff\xfe").unwrap();
        assert_eq!(project.hazard(&Codex), Some(path.clone()));
        let large = " ".repeat(usize::try_from(MAX_BYTES).unwrap() + 1);
        fs::write(&path, large).unwrap();
        assert_eq!(project.hazard(&Codex), Some(path));
    }
}
