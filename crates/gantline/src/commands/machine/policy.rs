//! `gantline machine policy`: what the owner of this computer allows its server.

mod set;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use daemon::LocalPolicy;
use daemon::halt::Halt;
use daemon::local_policy::{self, MayKnow, Preset, WorkspaceStanding};
use serde::Serialize;

use super::enrolled;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_fields, print_line, try_print_json};
use crate::words::Words;

/// What to do with the policy.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with the policy.
#[derive(Debug, Subcommand)]
enum Command {
    /// Show what it means at this moment.
    ///
    /// Ends with 1 if it cannot be used, because then it allows nothing.
    Show(ShowArgs),
    /// Change it. Holds for whatever begins from now on; what runs goes on.
    Set(Box<set::Args>),
}

/// How to show it.
#[derive(Debug, clap::Args)]
struct ShowArgs {
    #[command(flatten)]
    data_directory: DataDirectoryOption,
    #[command(flatten)]
    format: FormatOption,
}

/// What the policy means.
#[derive(Debug, Serialize)]
struct Meant {
    file: PathBuf,
    /// Whether there is a file at all.
    written: bool,
    workspaces: Vec<WorkspaceStanding>,
    agents: Vec<String>,
    shell: bool,
    highest_preset: Preset,
    updates: bool,
    outside_sessions: MayKnow,
    halted: Option<Halt>,
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::Show(args) => args.format.format,
            Command::Set(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Show(args) => {
            let directory = args.data_directory.machine_directory()?;
            enrolled(&directory, invocation.words)?;
            show(&directory, args.format.format, invocation.words)
        }
        Command::Set(args) => set::run(*args, invocation),
    }
}

/// The policy that is written; a mistake in it is told with what to do about it.
fn read(directory: &Path, words: &dyn Words) -> anyhow::Result<Option<LocalPolicy>> {
    LocalPolicy::read(directory).map_err(|error| {
        let file = local_policy::file(directory).display().to_string();
        let refusal = Refusal::new(Meaning::Failed, words.policy_unusable(&error.to_string()));
        refusal.with_hint(words.hint_mend_policy(&file)).into()
    })
}

fn show(directory: &Path, format: Format, words: &dyn Words) -> anyhow::Result<ExitCode> {
    let written = read(directory, words)?;
    let is_written = written.is_some();
    let policy = written.unwrap_or_else(|| LocalPolicy::for_workspaces(Vec::new()));
    let outside_sessions = policy.who_knows_of_outside_sessions();
    let meant = Meant {
        file: local_policy::file(directory),
        written: is_written,
        workspaces: policy.workspaces_here(),
        agents: policy.agents,
        shell: policy.shell,
        highest_preset: policy.highest_preset,
        updates: policy.updates,
        outside_sessions,
        halted: Halt::read(directory),
    };
    match format {
        Format::Json => try_print_json(&meant)?,
        Format::Quiet => meant
            .workspaces
            .iter()
            .try_for_each(|one| print_line(escape::line(&one.path.display().to_string())))?,
        Format::Text => print(&meant, words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(meant: &Meant, words: &dyn Words) -> std::io::Result<()> {
    let labels = words.local_policy_labels();
    let workspaces = meant.workspaces.iter().map(|one| one.path.display().to_string());
    let workspaces = list(&workspaces.collect::<Vec<_>>(), words);
    let agents = if meant.agents.iter().any(|agent| agent == "*") {
        words.all_agents().to_owned()
    } else {
        list(&meant.agents, words)
    };
    let halted =
        meant.halted.as_ref().map(|halt| super::status::halted(halt.since, &halt.reason, words));
    print_fields([
        (labels.file, meant.file.display().to_string()),
        (labels.workspaces, workspaces),
        (labels.agents, agents),
        (labels.shell, words.yes_no(meant.shell).to_owned()),
        (labels.highest_preset, meant.highest_preset.to_string()),
        (labels.updates, words.yes_no(meant.updates).to_owned()),
        (labels.outside_sessions, words.may_know(meant.outside_sessions).to_owned()),
        (labels.halted, halted.unwrap_or_default()),
    ])?;
    if !meant.written {
        print_line(format_args!("! {}", words.no_policy_yet()))?;
    }
    let missing = meant.workspaces.iter().filter(|one| one.resolved.is_none());
    for one in missing {
        let path = one.path.display().to_string();
        print_line(format_args!("! {}", words.workspace_is_not_there(&escape::line(&path))))?;
    }
    Ok(())
}

fn list(values: &[String], words: &dyn Words) -> String {
    if values.is_empty() { words.none_allowed().to_owned() } else { values.join("  ") }
}
