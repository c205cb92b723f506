//! How an agent is started.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use conversation::Profile;
use host::private::{self, PrivateError};
use processes::{Program, inherited_environment};

use crate::{Adapter, Found, Gateway, SearchPath};

/// What an adapter is told to make a launch of.
#[derive(Debug, Clone, Copy)]
pub struct LaunchRequest<'a> {
    /// The agent's program.
    pub found: &'a Found,
    /// Where programs are found; the agent's own helpers among them.
    pub search: &'a SearchPath,
    /// The directory in which it is to work, absolute.
    pub workspace: &'a Path,
    /// A directory of the session's own, absolute, where the agent keeps its settings and its
    /// history, and where its token may lie in a file. Two sessions that run at the same time
    /// must not share one; a session that is taken up again needs its old one.
    pub state_directory: &'a Path,
    /// Where it finds its models.
    pub gateway: &'a Gateway,
    /// The daemon's environment; only a part of it is handed on (S73).
    pub variables: &'a [(OsString, OsString)],
}

/// How an agent is started. It holds the proxy token; `Debug` shows names only.
#[derive(Clone, PartialEq, Eq)]
pub struct Launch {
    /// The program with everything it gets.
    pub program: Program,
    /// A directory that must be there, closed to others.
    pub state_directory: PathBuf,
    /// Directories below it that must be there.
    pub directories: Vec<PathBuf>,
    /// Files below it that must be there.
    pub files: Vec<SeedFile>,
}

/// How an agent is started to speak ACP.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatLaunch {
    /// How it is started.
    pub launch: Launch,
    /// What the chat must know of it.
    pub profile: Profile,
    /// Whether it ends by itself when its input is closed.
    pub ends_on_eof: bool,
}

/// A file that an agent needs.
#[derive(Clone, PartialEq, Eq)]
pub struct SeedFile {
    /// Where, below the state directory.
    pub path: PathBuf,
    /// What is in it.
    pub contents: String,
}

/// A file that an agent needs could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The directory or a file in it is not private or cannot be written.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// A directory in it is a link that leads out of it: an agent of an earlier time has made it, so
    /// that what it may not write is written for it.
    #[error("{} leads out of the agent's private directory", .0.display())]
    LeadsOut(PathBuf),
    /// A directory in it cannot be made.
    #[error("create {}", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Launch {
    /// A launch with the inherited part of the environment and nothing else.
    pub(crate) fn new(request: &LaunchRequest<'_>) -> Self {
        let mut environment = inherited_environment(request.variables.iter().cloned());
        environment.retain(|(name, _)| name != "PATH");
        environment.push(("PATH".into(), request.search.to_variable()));
        let program = Program {
            path: request.found.path.clone(),
            arguments: Vec::new(),
            environment,
            directory: request.workspace.to_owned(),
        };
        let state_directory = request.state_directory.to_owned();
        Self { program, state_directory, directories: Vec::new(), files: Vec::new() }
    }

    /// Adds arguments.
    pub(crate) fn arguments<T: Into<OsString>>(
        mut self,
        arguments: impl IntoIterator<Item = T>,
    ) -> Self {
        self.program.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets a variable, whatever was inherited under its name.
    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.program.environment.retain(|(known, _)| known != name);
        self.program.environment.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Adds a directory, and a variable that points to it.
    pub(crate) fn home(mut self, name: &str, below_state: &str) -> Self {
        let directory = self.state_directory.join(below_state);
        self.directories.push(directory.clone());
        self.variable(name, directory)
    }

    /// Adds a file.
    pub(crate) fn file(mut self, below_state: &str, contents: impl Into<String>) -> Self {
        let path = self.state_directory.join(below_state);
        self.files.push(SeedFile { path, contents: contents.into() });
        self
    }

    /// Adds a file, and a variable that points to it.
    pub(crate) fn named_file(
        self,
        name: &str,
        below_state: &str,
        contents: impl Into<String>,
    ) -> Self {
        let path = self.state_directory.join(below_state);
        self.file(below_state, contents).variable(name, path)
    }

    /// Makes it the launch of a chat.
    pub(crate) fn chat(self, profile: Profile) -> ChatLaunch {
        ChatLaunch { launch: self, profile, ends_on_eof: true }
    }

    /// Sends the agent into its state directory for everything that it keeps.
    pub fn kept_together(self, adapter: &dyn Adapter) -> Self {
        let variables = adapter.keeps_at().iter();
        variables.fold(self, |launch, name| launch.home(name, &name.to_lowercase()))
    }

    /// Makes the state directory and what must be in it.
    pub fn seed(&self) -> Result<(), SeedError> {
        private::directory(&self.state_directory)?;
        let of_files = self.files.iter().filter_map(|file| file.path.parent());
        for directory in self.directories.iter().map(PathBuf::as_path).chain(of_files) {
            self.make(directory)?;
        }
        for file in &self.files {
            private::write(&file.path, file.contents.as_bytes())?;
        }
        Ok(())
    }
}

impl Launch {
    /// Makes a directory below the state directory, and nowhere else.
    fn make(&self, directory: &Path) -> Result<(), SeedError> {
        let failed = |source| SeedError::Directory { path: directory.to_owned(), source };
        let state = self.state_directory.canonicalize().map_err(failed)?;
        let made = directory.ancestors().find_map(|above| above.canonicalize().ok());
        if !made.is_some_and(|made| made.starts_with(&state)) {
            return Err(SeedError::LeadsOut(directory.to_owned()));
        }
        fs::create_dir_all(directory).map_err(failed)
    }
}

impl ChatLaunch {
    /// Says that closing its input does not end it.
    pub(crate) fn ignores_eof(mut self) -> Self {
        self.ends_on_eof = false;
        self
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.program.environment.iter().map(|(name, _)| name).collect();
        f.debug_struct("Launch")
            .field("program", &self.program.path)
            .field("variables", &names)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SeedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SeedFile").field(&self.path).finish()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn launch(state: &Path) -> Launch {
        let gateway = Gateway {
            base_url: "http://x".to_owned(),
            token: "glpt_fake".to_owned().into(),
            providers: vec![],
            model: None,
        };
        let found = Found { path: "/bin/true".into(), package: None };
        let variables = [
            ("HOME".into(), "/home/ana".into()),
            ("ANTHROPIC_API_KEY".into(), "sk-user".into()),
            ("LD_PRELOAD".into(), "/tmp/x.so".into()),
            ("GANTLINE_TOKEN".into(), "secret".into()),
        ];
        let request = LaunchRequest {
            found: &found,
            search: &SearchPath::default(),
            workspace: Path::new("/w"),
            state_directory: state,
            gateway: &gateway,
            variables: &variables,
        };
        Launch::new(&request)
            .variable("KEY", gateway.token())
            .variable("HOME", "/elsewhere")
            .file("deep/settings.json", gateway.token())
    }

    /// S73: the environment is built up, never handed on.
    #[test]
    fn only_listed_variables_are_inherited_and_ours_win() {
        let launch = launch(Path::new("/s"));
        let names: Vec<_> =
            launch.program.environment.iter().map(|(name, _)| name.to_str().unwrap()).collect();
        assert_eq!(names, ["PATH", "KEY", "HOME"]);
        let home = launch.program.environment.iter().find(|(name, _)| name == "HOME");
        assert_eq!(home.unwrap().1, "/elsewhere");
    }

    #[test]
    fn seeded_files_are_private() {
        let directory = tempfile::tempdir().unwrap();
        let state = directory.path().join("state");
        launch(&state).seed().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&state), 0o700);
        assert_eq!(mode(&state.join("deep/settings.json")), 0o600);
        launch(&state).seed().unwrap();
    }

    /// S75: an agent that may write in its own directory only has nothing written elsewhere for it.
    #[test]
    fn nothing_is_seeded_through_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let (state, elsewhere) = (directory.path().join("state"), directory.path().join("home"));
        fs::create_dir(&elsewhere).unwrap();
        launch(&state).seed().unwrap();
        fs::remove_dir_all(state.join("deep")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, state.join("deep")).unwrap();
        let refused = launch(&state).seed().unwrap_err();
        assert!(matches!(refused, SeedError::LeadsOut(_)), "{refused}");
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    }

    #[test]
    fn a_launch_does_not_show_its_token() {
        assert!(!format!("{:?}", launch(Path::new("/s"))).contains("glpt_fake"));
    }
}
