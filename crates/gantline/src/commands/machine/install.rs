//! `gantline machine install`: makes this computer a machine that is there whenever it is on.

mod agents;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context;
use daemon::config::ConfigError;
use daemon::{Background, MachineConfig, Starter};
use serde_json::json;

use self::agents::AgentPackage;
use super::background;
use super::options::{MachineOptions, word};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::installation::{Place, Record};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::owner::Owner;
use crate::words::Words;

/// In which directory of the user's home sessions run if nothing is said.
const WORKSPACE: &str = "gantline-work";

/// What to install, and for whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    options: MachineOptions,

    /// Agent to install, such as `claude` or `codex`. May be given several times.
    #[arg(long = "install-cli", value_name = "NAME", value_parser = agents::package)]
    agents: Vec<AgentPackage>,

    /// Whose machine it is, if an administrator installs it [default: who called `sudo`].
    #[arg(long)]
    user: Option<String>,

    /// Start nothing in the background.
    #[arg(long)]
    no_service: bool,

    #[command(flatten)]
    data_directory: DataDirectoryOption,

    #[command(flatten)]
    pub format: FormatOption,

    #[command(flatten)]
    connection: ConnectionOptions,
}

/// What is known before anything is changed.
struct Plan {
    owner: Owner,
    place: Place,
    data_directory: PathBuf,
    /// Whether nothing of a machine was here before, not even what its owner wrote.
    fresh: bool,
    /// What makes it a machine; `None` if it is one already.
    enrolment: Option<Vec<OsString>>,
    agents: Vec<AgentPackage>,
    starter: Option<Starter>,
}

/// Another program has said what was wrong, and ended with this code.
#[derive(Debug, thiserror::Error)]
#[error("the program that was started ended with {0}")]
struct Told(u8);

/// Installs it. Whatever goes wrong, nothing stays of what this has made.
pub(crate) fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let format = args.format.format;
    let plan = plan(args, invocation)?;
    let record = plan.place.take(&plan.owner.name, &plan.data_directory);
    let record = record.map_err(|error| without_rights(error, words))?;
    if let Err(error) = carry_out(&plan) {
        undo(&plan, &record).context("undo what was installed")?;
        return match error.downcast_ref::<Told>() {
            Some(Told(code)) => Ok(ExitCode::from(*code)),
            None => Err(error),
        };
    }
    plan.place.settle()?;
    let missing: Vec<_> =
        plan.agents.iter().filter(|agent| !agent.install(&plan.owner, words)).collect();
    tell(&plan, &missing, format, words)?;
    Ok(Meaning::Done.into())
}

fn plan(args: Args, invocation: &Invocation) -> anyhow::Result<Plan> {
    let words = invocation.words;
    let owner = Owner::find(args.user.as_deref(), words)?;
    let by_administrator = owner.is_installed_by_administrator();
    let place = if by_administrator { Place::of_computer() } else { Place::of_user(&owner.home) };
    let known = place.record()?;
    if let Some(other) = known.as_ref().filter(|record| record.user != owner.name) {
        let refusal = Refusal::new(Meaning::Failed, words.installed_for(&other.user));
        return Err(refusal.with_hint(words.hint_uninstall()).into());
    }
    let data_directory = match (args.data_directory.given()?, known) {
        (Some(directory), _) => directory,
        (None, Some(known)) => known.data_directory,
        (None, None) => owner.data_directory()?,
    };
    let enrolment = match known_machine(&data_directory)? {
        Some(config) => {
            check_same_server(&config, &args.connection, invocation)?;
            None
        }
        None => {
            args.options.check_programs()?;
            let connection = invocation.connection(args.connection.clone())?;
            connection.check_is_unreadable(words)?;
            Some(enrolment(args.options, &args.connection, &owner, &data_directory)?)
        }
    };
    let fresh = !machine_directory(&data_directory).exists();
    let starter = Starter::here().filter(|_| by_administrator && !args.no_service);
    Ok(Plan { owner, place, data_directory, fresh, enrolment, agents: args.agents, starter })
}

fn known_machine(data_directory: &Path) -> anyhow::Result<Option<MachineConfig>> {
    match MachineConfig::read(&machine_directory(data_directory)) {
        Ok(config) => Ok(Some(config)),
        Err(ConfigError::NotEnrolled(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn machine_directory(data_directory: &Path) -> PathBuf {
    crate::machine_home::machine_directory_in(data_directory)
}

/// What is a machine of one server does not become one of another by being installed again.
fn check_same_server(
    known: &MachineConfig,
    options: &ConnectionOptions,
    invocation: &Invocation,
) -> anyhow::Result<()> {
    let asked = options.server.as_ref().or(invocation.before.server.as_ref());
    if asked.is_none_or(|server| server.to_string() == known.server_url) {
        return Ok(());
    }
    let words = invocation.words;
    let message = words.enrolled_already(&known.machine_name, &known.server_url);
    Err(Refusal::new(Meaning::Failed, message).with_hint(words.hint_uninstall()).into())
}

/// The arguments of the program that enrols, as the owner.
fn enrolment(
    options: MachineOptions,
    connection: &ConnectionOptions,
    owner: &Owner,
    data_directory: &Path,
) -> anyhow::Result<Vec<OsString>> {
    let mut options = options.absolute()?;
    if options.workspaces.is_empty() {
        options.workspaces.push(owner.home.join(WORKSPACE));
    }
    let fixed = ["machine", "enroll", "--make-workspaces", "--format=quiet"];
    let mut words: Vec<OsString> = fixed.iter().map(OsString::from).collect();
    words.push(word("data-dir", data_directory));
    words.extend(connection.server.as_ref().map(|server| word("server", server.to_string())));
    if let Some(bundle) = &connection.ca_bundle {
        words.push(word("ca-bundle", std::path::absolute(bundle)?));
    }
    if connection.insecure_http {
        words.push("--insecure-http".into());
    }
    words.extend(options.words());
    Ok(words)
}

/// In the documented order: enrolled, once linked, and then in the background.
fn carry_out(plan: &Plan) -> anyhow::Result<()> {
    if let Some(enrolment) = &plan.enrolment {
        run_as_owner(plan, enrolment)?;
        let data_directory = word("data-dir", &plan.data_directory);
        run_as_owner(plan, &["machine".into(), "run".into(), "--once".into(), data_directory])?;
    }
    match plan.starter {
        Some(starter) => background::begin(starter, &plan.background()),
        None => Ok(()),
    }
}

/// Runs the installed program as the owner. What it complains of is seen, what else it says is not.
fn run_as_owner(plan: &Plan, arguments: &[OsString]) -> anyhow::Result<()> {
    let mut command = plan.owner.command(&plan.place.program());
    match ended(command.args(arguments).stdout(Stdio::null()))? {
        0 => Ok(()),
        code => Err(Told(code).into()),
    }
}

fn ended(command: &mut Command) -> anyhow::Result<u8> {
    let status = command.status().context("start the installed program")?;
    // Whoever was ended by a signal has no code.
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(Meaning::Failed as u8))
}

fn undo(plan: &Plan, record: &Record) -> anyhow::Result<()> {
    if plan.enrolment.is_some() {
        if let Some(starter) = plan.starter {
            background::end(starter)?;
        }
        let words = ["machine", "unenroll", "--force", "--if-enrolled", "--format=quiet"];
        let mut words: Vec<OsString> = words.map(OsString::from).into();
        words.push(word("data-dir", &plan.data_directory));
        words.extend(plan.fresh.then(|| "--everything".into()));
        // It has said itself if the server could not be told.
        let _ = run_as_owner(plan, &words);
    }
    Ok(plan.place.go_back(record)?)
}

fn without_rights(error: anyhow::Error, words: &dyn Words) -> anyhow::Error {
    let denied = error.chain().any(|cause| {
        let error = cause.downcast_ref::<std::io::Error>();
        error.is_some_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
    });
    if !denied {
        return error;
    }
    let refusal = Refusal::new(Meaning::Denied, words.cannot_write());
    error.context(refusal.with_hint(words.hint_sudo()))
}

fn tell(
    plan: &Plan,
    missing: &[&AgentPackage],
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<()> {
    let config = MachineConfig::read(&machine_directory(&plan.data_directory))?;
    match format {
        Format::Json => try_print_json(&json!({
            "machine_id": config.machine_id,
            "machine_name": config.machine_name,
            "server": config.server_url,
            "user": plan.owner.name,
            "program": plan.place.program(),
            "background": plan.starter.is_some(),
            "agents_missing": missing.iter().map(|agent| agent.name()).collect::<Vec<_>>(),
        }))?,
        Format::Quiet => print_line(config.machine_id)?,
        Format::Text => {
            let name = escape::line(&config.machine_name);
            print_line(words.installed(&name, &config.server_url, &plan.owner.name))?;
            print_line(match plan.starter {
                Some(_) => words.runs_in_background(),
                None => words.runs_not_in_background(),
            })?;
        }
    }
    Ok(())
}

impl Plan {
    fn background(&self) -> Background {
        Background {
            program: self.place.program(),
            user: self.owner.name.clone(),
            home: self.owner.home.clone(),
            data_directory: self.data_directory.clone(),
        }
    }
}
