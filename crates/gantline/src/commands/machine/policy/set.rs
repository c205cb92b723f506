//! `gantline machine policy set`: changes what the owner of this computer allows its server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use daemon::LocalPolicy;
use daemon::local_policy::{MayKnow, Preset};
use model::agent::AgentName;

use super::{read, show};
use crate::commands::machine::enrolled;
use crate::commands::up;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_line};
use crate::resolved::resolved;
use crate::words::Words;

/// The word for every agent, those that are yet to come included.
const ALL: &str = "all";

/// The word for no agent.
const NONE: &str = "none";

/// What to change. What is not named stays as it is.
#[derive(Debug, clap::Args)]
#[group(id = "change", required = true, multiple = true)]
pub(crate) struct Changes {
    /// The directory in which sessions may run, instead of all that were. May be given several
    /// times.
    #[arg(long = "workspace", short = 'w', value_name = "DIRECTORY",
        conflicts_with_all = ["add_workspace", "remove_workspace"])]
    workspaces: Vec<PathBuf>,
    /// A further directory in which sessions may run. May be given several times.
    #[arg(long, value_name = "DIRECTORY")]
    add_workspace: Vec<PathBuf>,
    /// A directory in which sessions may run no longer. May be given several times.
    #[arg(long, value_name = "DIRECTORY")]
    remove_workspace: Vec<PathBuf>,
    /// The agents that may be started: `all`, `none`, or their names with commas between.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    agents: Vec<String>,
    /// Whether a plain shell may be started.
    #[arg(long, value_enum)]
    shell: Option<Switch>,
    /// The policy preset that lets most happen without a person: `safe-readonly`, `ask`,
    /// `dev-default` or `full-auto`.
    #[arg(long, value_name = "PRESET")]
    highest_preset: Option<Preset>,
    /// Whether a newer release is taken when the server offers one. `gantline machine update` takes it
    /// either way.
    #[arg(long, value_enum)]
    updates: Option<Switch>,
    /// Who may see sessions that were begun on this computer with the agents' own programs, and go on
    /// with them [default: `admins` where a plain shell may be started, else `nobody`].
    #[arg(long, value_enum, value_name = "WHO")]
    outside_sessions: Option<Who>,
}

/// What to change, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    data_directory: DataDirectoryOption,
    #[command(flatten)]
    pub(super) format: FormatOption,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Switch {
    /// It may.
    On,
    /// It may not.
    Off,
}

/// Who may know of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Who {
    /// Nobody.
    Nobody,
    /// Who looks after this machine, and the administrators of the tenant.
    Admins,
    /// Everybody who may start sessions on it.
    Everyone,
}

impl From<Who> for MayKnow {
    fn from(who: Who) -> Self {
        match who {
            Who::Nobody => Self::Nobody,
            Who::Admins => Self::Admins,
            Who::Everyone => Self::Everyone,
        }
    }
}

/// Changes it. Everything is checked before anything is written.
pub(super) fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    enrolled(&directory, words)?;
    let known = read(&directory, words)?;
    let known = known.unwrap_or_else(|| LocalPolicy::for_workspaces(Vec::new()));
    let policy = changed(known, args.changes, &directory, words)?;
    policy.write(&directory).context("write the policy")?;
    let format = args.format.format;
    show(&directory, format, words)?;
    if format == Format::Text {
        print_line(words.policy_holds())?;
    }
    Ok(Meaning::Done.into())
}

fn changed(
    mut policy: LocalPolicy,
    changes: Changes,
    directory: &Path,
    words: &dyn Words,
) -> anyhow::Result<LocalPolicy> {
    if !changes.workspaces.is_empty() {
        policy.workspaces = there(changes.workspaces)?;
    }
    for path in &changes.remove_workspace {
        remove(&mut policy.workspaces, path, words)?;
    }
    if !changes.add_workspace.is_empty() {
        policy.workspaces.extend(there(changes.add_workspace)?);
    }
    let mut seen = std::collections::HashSet::new();
    policy.workspaces.retain(|path| seen.insert(path.clone()));
    if !changes.agents.is_empty() {
        policy.agents = agents(changes.agents, directory, words)?;
    }
    if let Some(shell) = changes.shell {
        policy.shell = shell == Switch::On;
    }
    if let Some(updates) = changes.updates {
        policy.updates = updates == Switch::On;
    }
    if let Some(who) = changes.outside_sessions {
        policy.outside_sessions = Some(who.into());
    }
    policy.highest_preset = changes.highest_preset.unwrap_or(policy.highest_preset);
    Ok(policy)
}

/// Directories that are there, whole and without links.
fn there(given: Vec<PathBuf>) -> Result<Vec<PathBuf>, Refusal> {
    up::workspaces(given).map_err(|error| Refusal::new(Meaning::Usage, format!("{error:#}")))
}

/// Takes one away, which may not be there any more.
fn remove(workspaces: &mut Vec<PathBuf>, path: &Path, words: &dyn Words) -> anyhow::Result<()> {
    let whole = std::path::absolute(path).context("understand the path")?;
    let resolved = resolve(&whole);
    let count = workspaces.len();
    workspaces.retain(|known| *known != whole && Some(known) != resolved.as_ref());
    if workspaces.len() < count {
        return Ok(());
    }
    let message = words.not_in_policy(&path.display().to_string());
    Err(Refusal::new(Meaning::NotFound, message).into())
}

/// The directory, or the place in which it would be, without links.
fn resolve(path: &Path) -> Option<PathBuf> {
    let is_there = resolved(path).ok();
    is_there.or_else(|| Some(resolved(path.parent()?).ok()?.join(path.file_name()?)))
}

fn agents(given: Vec<String>, directory: &Path, words: &dyn Words) -> anyhow::Result<Vec<String>> {
    match given.as_slice() {
        [one] if one == ALL || one == "*" => return Ok(vec!["*".to_owned()]),
        [one] if one == NONE => return Ok(Vec::new()),
        _ => {}
    }
    let known = known_agents(directory)?;
    for name in &given {
        if !known.contains(name) {
            let refusal = Refusal::new(Meaning::Usage, words.agent_is_not_known(name));
            let listed = [ALL, NONE].into_iter().chain(known.iter().map(String::as_str));
            let listed = listed.collect::<Vec<_>>().join(", ");
            return Err(refusal.with_hint(words.known_agents(&listed)).into());
        }
    }
    Ok(given)
}

/// The names of those that everybody knows, and of those that the owner has named.
fn known_agents(directory: &Path) -> anyhow::Result<Vec<String>> {
    let adapters = ::agents::adapters::all().into_iter().chain(daemon::custom_agents(directory)?);
    let mut names: Vec<AgentName> = adapters.map(|adapter| adapter.facts().name).collect();
    // The one that follows a script is there where a machine is run with it.
    names.push(AgentName::known("demo"));
    names.sort();
    names.dedup();
    Ok(names.into_iter().map(|name| name.to_string()).collect())
}
