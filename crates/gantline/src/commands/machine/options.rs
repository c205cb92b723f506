//! What is said of a machine when it is made.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::exit::{Meaning, Refusal};
use crate::installation::make_directories;

/// What is said of a machine when it is made.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct MachineOptions {
    /// What the machine is called [default: the label, else the name of this computer].
    #[arg(long, visible_alias = "device-name")]
    pub name: Option<String>,

    /// Directory in which sessions may run. May be given several times.
    #[arg(long = "workspace", short = 'w', value_name = "DIRECTORY")]
    pub workspaces: Vec<PathBuf>,

    /// What people call it.
    #[arg(long)]
    pub label: Option<String>,

    /// What other systems call its workspace; kept in config.json.
    #[arg(long, value_name = "ID")]
    pub workspace_id: Option<String>,

    /// What other systems call the machine; kept in config.json. It proves nothing: that does the
    /// key that is made here.
    #[arg(long, value_name = "ID")]
    pub device_id: Option<String>,

    /// Milliseconds between two heartbeats, where that is less than what the server asks, which is
    /// 30000 [default: as the server asks].
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(1_000..=60_000))]
    pub interval: Option<u32>,

    /// Let the server see the machine only: what it is and how it fares. It takes no session.
    #[arg(long)]
    pub no_tunnel: bool,

    /// Milliseconds from the beginning of one poll to that of the next, at least, where the network
    /// lets no WebSocket through and the link goes by long-poll; kept in config.json. The server
    /// answers a poll as soon as it has something to say, so that the default loses no time; more
    /// than 10000 counts as 10000 [default: the next poll at once].
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(100..=60_000))]
    pub tunnel_poll_interval: Option<u32>,

    /// Keep copies of the workspaces on the server, for those who may work on the machine; kept in
    /// config.json. What `.gitignore` names and what is taken for a secret stays here; `gantline
    /// machine mirror` says more, and ends it.
    #[arg(long)]
    pub mirror_files: bool,

    /// The most files that the copy of a workspace has, where copies are kept on the server; what is
    /// left out is counted and said. Kept in config.json [default: 10000].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_files: Option<u32>,

    /// Shell of terminals [default: that of the user].
    #[arg(long, value_name = "PATH")]
    pub shell_bin: Option<PathBuf>,

    /// Python for programs in sessions, which find it as `PYTHON`. The machine itself needs none.
    #[arg(long, value_name = "PATH")]
    pub python_bin: Option<PathBuf>,
}

impl MachineOptions {
    /// The same, for the command line of another program: each as one word, so that nothing in a
    /// value is taken for an option.
    pub(crate) fn words(&self) -> Vec<OsString> {
        let text =
            |name: &str, value: &Option<String>| value.as_ref().map(|value| word(name, value));
        let path =
            |name: &str, value: &Option<PathBuf>| value.as_ref().map(|path| word(name, path));
        let number = |name: &str, value: Option<u32>| value.map(|n| word(name, n.to_string()));
        let single = [
            text("name", &self.name),
            text("label", &self.label),
            text("workspace-id", &self.workspace_id),
            text("device-id", &self.device_id),
            number("interval", self.interval),
            number("tunnel-poll-interval", self.tunnel_poll_interval),
            number("max-files", self.max_files),
            self.no_tunnel.then(|| "--no-tunnel".into()),
            self.mirror_files.then(|| "--mirror-files".into()),
            path("shell-bin", &self.shell_bin),
            path("python-bin", &self.python_bin),
        ];
        let workspaces = self.workspaces.iter().map(|path| word("workspace", path));
        single.into_iter().flatten().chain(workspaces).collect()
    }

    /// Makes the paths absolute: another program runs elsewhere.
    pub(crate) fn absolute(mut self) -> anyhow::Result<Self> {
        let programs = [&mut self.shell_bin, &mut self.python_bin].into_iter().flatten();
        for path in self.workspaces.iter_mut().chain(programs) {
            *path = std::path::absolute(&path)
                .with_context(|| format!("understand the path {}", path.display()))?;
        }
        Ok(self)
    }

    /// Refuses programs that are none.
    pub(crate) fn check_programs(&self) -> Result<(), Refusal> {
        let programs = [&self.shell_bin, &self.python_bin];
        programs.into_iter().flatten().try_for_each(|path| check_program(path))
    }
}

/// Refuses a program that is none.
pub(super) fn check_program(path: &Path) -> Result<(), Refusal> {
    if path.is_absolute() && path.is_file() {
        return Ok(());
    }
    let message = format!("{} is not the whole path of a program", path.display());
    Err(Refusal::new(Meaning::Usage, message))
}

/// An option with its value, as one word.
pub(super) fn word(name: &str, value: impl AsRef<std::ffi::OsStr>) -> OsString {
    let mut word = OsString::from(format!("--{name}="));
    word.push(value);
    word
}

/// Makes the workspaces that are not there yet, and answers which directories were not, outermost
/// first.
pub(super) fn make_workspaces(workspaces: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    for path in workspaces {
        made.extend(make_directories(path).map_err(|error| {
            Refusal::new(Meaning::Usage, format!("the workspace cannot be made: {error:#}"))
        })?);
    }
    Ok(made)
}
