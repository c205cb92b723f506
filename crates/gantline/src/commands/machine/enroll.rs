//! `gantline machine enroll`: makes this computer a machine of a server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use client::Client;
use contract::machines::{RegisterMachine, RegisteredMachine};
use daemon::config::ConfigError;
use daemon::local_policy;
use daemon::{LocalPolicy, MachineConfig, MachineIdentity};
use host::SystemRng;
use model::{ExposeSecret, SecretString};
use owo_colors::OwoColorize;
use serde_json::json;
use vault::EnrolmentToken;

use super::options::{self, MachineOptions};
use super::unenroll::leave;
use crate::commands::up;
use crate::connection::{Connection, ConnectionOptions};
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::secret_input;
use crate::words::Words;

/// The registration token, for scripts.
const TOKEN_VARIABLE: &str = "GANTLINE_ENROLMENT_TOKEN";

/// How to make this computer a machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    options: MachineOptions,

    /// Make the workspaces that are not there.
    #[arg(long)]
    make_workspaces: bool,

    #[command(flatten)]
    data_directory: DataDirectoryOption,

    #[command(flatten)]
    pub format: FormatOption,

    #[command(flatten)]
    connection: ConnectionOptions,
}

/// What is known before the server is asked.
struct Plan {
    directory: PathBuf,
    name: String,
    options: MachineOptions,
    /// Directories that were made for it, outermost first.
    made: Vec<PathBuf>,
    /// Whether nothing of a machine was here before.
    is_first: bool,
    ca_bundle: Option<PathBuf>,
    policy: LocalPolicy,
    token: EnrolmentToken,
    text: SecretString,
    connection: Connection,
}

/// Enrols it. Nothing is sent before everything that can be checked here was checked, and nothing
/// is kept here if the server turns out to be another one than the token's.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let format = args.format.format;
    let plan = plan(args, invocation)?;
    let client = plan.connection.anonymous_client()?;
    let identity = MachineIdentity::create(&plan.directory, &SystemRng::default());
    let identity = match identity {
        Ok(identity) => identity,
        Err(error) => {
            take_back(&plan)?;
            return Err(error.into());
        }
    };
    let registered = match register(&client, &plan, &identity, words).await {
        Ok(registered) => registered,
        Err(error) => {
            take_back(&plan)?;
            return Err(error);
        }
    };
    let config = config(&plan, registered);
    if let Err(error) = keep(&plan, &config) {
        // So that no machine stays behind that nobody can be.
        let left = leave(&client, &config, &identity).await;
        take_back(&plan)?;
        left.with_context(|| words.server_not_told(&config.server_url))?;
        return Err(error.context(Refusal::new(Meaning::Failed, words.enrolment_undone())));
    }
    tell(&plan, &config, format, words)?;
    Ok(Meaning::Done.into())
}

/// Takes away what was made here.
fn take_back(plan: &Plan) -> anyhow::Result<()> {
    MachineConfig::remove(&plan.directory)?;
    MachineIdentity::remove(&plan.directory)?;
    if plan.is_first {
        local_policy::remove(&plan.directory)?;
    }
    for directory in plan.made.iter().rev() {
        // Somebody may have put something into it.
        let _ = std::fs::remove_dir(directory);
    }
    Ok(())
}

fn plan(args: Args, invocation: &Invocation) -> anyhow::Result<Plan> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    check_is_new(&directory, words)?;
    let connection = invocation.connection(args.connection)?;
    connection.check_is_unreadable(words)?;
    args.options.check_programs()?;
    let text = read_token(&connection, words)?;
    let token = EnrolmentToken::parse(text.expose_secret().trim()).map_err(|_| {
        let refusal = Refusal::new(Meaning::Usage, words.not_an_enrolment_token());
        refusal.with_hint(words.hint_enrolment_token())
    })?;
    let options = args.options;
    let made = if args.make_workspaces {
        options::make_workspaces(&options.workspaces)?
    } else {
        Vec::new()
    };
    let policy = policy(&directory, options.workspaces.clone())?;
    let named = options.name.clone().or_else(|| options.label.clone());
    let name = named.unwrap_or_else(|| host::facts::facts().hostname);
    let ca_bundle = connection.ca_bundle.as_ref().map(std::path::absolute).transpose()?;
    let is_first = !directory.exists();
    let mut missing: Vec<_> = directory.ancestors().take_while(|path| !path.exists()).collect();
    missing.reverse();
    let made = missing.into_iter().map(Path::to_owned).chain(made).collect();
    Ok(Plan {
        directory,
        name,
        options,
        made,
        is_first,
        ca_bundle,
        policy,
        token,
        text,
        connection,
    })
}

fn check_is_new(directory: &Path, words: &dyn Words) -> anyhow::Result<()> {
    match MachineConfig::read(directory) {
        Err(ConfigError::NotEnrolled(_)) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(known) => {
            let message = words.enrolled_already(&known.machine_name, &known.server_url);
            Err(Refusal::new(Meaning::Failed, message).with_hint(words.hint_unenrol()).into())
        }
    }
}

/// The owner's policy of before with these workspaces, or one that allows everything in them.
fn policy(directory: &Path, given: Vec<PathBuf>) -> anyhow::Result<LocalPolicy> {
    let known = LocalPolicy::read(directory)?;
    match known {
        Some(known) if given.is_empty() => Ok(known),
        Some(known) => Ok(LocalPolicy { workspaces: workspaces(given)?, ..known }),
        None => Ok(LocalPolicy::for_workspaces(workspaces(given)?)),
    }
}

fn workspaces(given: Vec<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    up::workspaces(given).map_err(|error| Refusal::new(Meaning::Usage, format!("{error:#}")).into())
}

fn read_token(connection: &Connection, words: &dyn Words) -> anyhow::Result<SecretString> {
    match std::env::var(TOKEN_VARIABLE) {
        Ok(token) if !token.is_empty() => Ok(SecretString::from(token)),
        _ => {
            let server = connection.server.to_string();
            secret_input::read(
                &words.where_to_get_an_enrolment_token(&server),
                words.token_prompt(),
                words,
            )
        }
    }
}

/// Uses the token up, and checks that the server is the one that made it.
async fn register(
    client: &Client,
    plan: &Plan,
    identity: &MachineIdentity,
    words: &dyn Words,
) -> anyhow::Result<RegisteredMachine> {
    let facts = host::facts::facts();
    let body = RegisterMachine {
        registration_token: plan.text.expose_secret().trim().to_owned(),
        public_key: hex::encode(identity.public_key()),
        machine_name: plan.name.clone(),
        hostname: facts.hostname,
        os_type: facts.os.to_owned(),
        os_version: facts.os_version,
        arch: facts.arch.to_owned(),
        agent_version: release::stamp::version_text().to_owned(),
        machine_id: None,
        capabilities: None,
        ip_address: None,
    };
    let registered = client.machine_register(&body).await.map_err(|error| {
        if !error.is_unauthenticated() {
            return anyhow::Error::from(error);
        }
        let hint = error.hint().map(str::to_owned);
        let refusal = Refusal::new(Meaning::Denied, words.enrolment_refused());
        let refusal = Refusal { hint, ..refusal };
        anyhow::Error::from(error).context(refusal)
    })?;
    let mut key = [0; 32];
    let is_ours = hex::decode_to_slice(&registered.server_public_key, &mut key).is_ok()
        && plan.token.server().matches(&key);
    if !is_ours {
        let message = words.other_server(&plan.connection.server.to_string());
        let refusal = Refusal::new(Meaning::Denied, message);
        return Err(refusal.with_hint(words.hint_other_server()).into());
    }
    Ok(registered)
}

fn config(plan: &Plan, registered: RegisteredMachine) -> MachineConfig {
    let options = plan.options.clone();
    let server_url = plan.connection.server.to_string();
    MachineConfig {
        server_keys: vec![registered.server_public_key],
        ca_bundle: plan.ca_bundle.clone(),
        shell: options.shell_bin,
        python: options.python_bin,
        heartbeat_interval_ms: options.interval,
        no_tunnel: options.no_tunnel,
        tunnel_poll_interval_ms: options.tunnel_poll_interval,
        mirror_files: options.mirror_files,
        max_files: options.max_files,
        label: options.label,
        workspace_id: options.workspace_id,
        device_id: options.device_id,
        ..MachineConfig::new(server_url, registered.machine_id, plan.name.clone())
    }
}

fn keep(plan: &Plan, config: &MachineConfig) -> anyhow::Result<()> {
    plan.policy.write(&plan.directory)?;
    // Last, because it is what makes this computer enrolled.
    Ok(config.write(&plan.directory)?)
}

fn tell(
    plan: &Plan,
    config: &MachineConfig,
    format: Format,
    words: &dyn Words,
) -> std::io::Result<()> {
    match format {
        Format::Json => try_print_json(&json!({
            "machine_id": config.machine_id,
            "machine_name": config.machine_name,
            "server": config.server_url,
            "directory": plan.directory,
            "workspaces": plan.policy.workspaces,
        })),
        Format::Quiet => print_line(config.machine_id),
        Format::Text => {
            let name = crate::escape::line(&config.machine_name).into_owned();
            print_line(words.enrolled(&name.bold().to_string(), &config.server_url))?;
            for workspace in &plan.policy.workspaces {
                print_line(format_args!("  {}", workspace.display()))?;
            }
            if config.mirror_files {
                print_line(words.mirror_is_on())?;
            } else if config.max_files.is_some() {
                print_line(words.max_files_without_mirror())?;
            }
            print_line(words.hint_run())
        }
    }
}
