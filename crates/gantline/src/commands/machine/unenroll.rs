//! `gantline machine unenroll`: makes this computer a machine no longer.

use std::path::Path;
use std::process::ExitCode;

use anstream::eprintln;
use client::Client;
use contract::machines::UnregisterMachine;
use control::machines::leaving_statement;
use daemon::config::ConfigError;
use daemon::identity::IdentityError;
use daemon::{MachineConfig, MachineIdentity};
use host::SystemClock;
use model::Clock;
use owo_colors::OwoColorize;
use processes::Grace;
use serde_json::json;

use super::enrolled;
use crate::connection::Connection;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::{self, DataDirectoryOption};
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// What a server calls it that a machine's clock is too far off to be believed.
const CLOCK_OFF: &str = "clock_off";

/// How to leave.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Forget the server here even if it cannot be told.
    #[arg(long)]
    force: bool,

    /// Remove what its owner wrote, too: the policy and the list of agents.
    #[arg(long)]
    everything: bool,

    /// Do nothing about the server if this computer is not enrolled.
    #[arg(long)]
    if_enrolled: bool,

    #[command(flatten)]
    data_directory: DataDirectoryOption,

    #[command(flatten)]
    pub format: FormatOption,
}

impl Args {
    /// The machine in this directory, with nothing else said.
    pub(super) fn of(data_directory: DataDirectoryOption) -> Self {
        Self {
            force: false,
            everything: false,
            if_enrolled: false,
            data_directory,
            format: FormatOption::default(),
        }
    }
}

/// What the server says to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Farewell {
    /// It has removed the machine.
    Told,
    /// It had removed the machine before.
    KnownNoMore,
    /// It was not asked, or did not answer.
    NotTold,
}

/// Tells the server, and then removes the key and what is remembered of sessions. What the owner
/// wrote, the policy and the list of agents, stays.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    let config = match MachineConfig::read(&directory) {
        Err(ConfigError::NotEnrolled(_)) if args.if_enrolled => {
            forget(&directory, args.everything).await?;
            return Ok(Meaning::Done.into());
        }
        _ => enrolled(&directory, words)?,
    };
    if daemon::status::is_running(&directory) {
        let process_id = daemon::status::read(&directory).map(|status| status.process_id);
        let refusal = Refusal::new(Meaning::Failed, words.runs_already(process_id));
        return Err(refusal.with_hint(words.stop_it_first()).into());
    }
    let farewell = match MachineIdentity::read(&directory) {
        Ok(identity) => {
            // It may be about to replace its key, and the server know only the next one.
            let identities: Vec<_> =
                MachineIdentity::read_next(&directory)?.into_iter().chain([identity]).collect();
            say_farewell(&config, &identities, args.force, words).await?
        }
        // Without the key nothing can be proved.
        Err(IdentityError::Missing(_)) => Farewell::NotTold,
        Err(error) => return Err(error.into()),
    };
    MachineIdentity::remove(&directory)?;
    MachineConfig::remove(&directory)?;
    forget(&directory, args.everything).await?;
    tell(&config, farewell, args.format.format, words)?;
    Ok(Meaning::Done.into())
}

/// Ends the terminals that go on without a daemon, and removes what is remembered.
async fn forget(directory: &Path, everything: bool) -> std::io::Result<()> {
    daemon::end_terminals(directory, Grace::default()).await;
    machine_home::forget_sessions(directory)?;
    if everything { machine_home::forget_everything(directory) } else { Ok(()) }
}

async fn say_farewell(
    config: &MachineConfig,
    identities: &[MachineIdentity],
    force: bool,
    words: &dyn Words,
) -> anyhow::Result<Farewell> {
    let client = Connection::of_machine(config)?.anonymous_client()?;
    match leave_as_any(&client, config, identities).await {
        Ok(()) => Ok(Farewell::Told),
        Err(error) if error.is_unauthenticated() => Ok(Farewell::KnownNoMore),
        Err(_) if force => Ok(Farewell::NotTold),
        Err(error) if error.code() == Some(CLOCK_OFF) => {
            let refusal = Refusal::new(Meaning::Failed, words.clock_is_off());
            Err(anyhow::Error::from(error).context(refusal.with_hint(words.hint_clock())))
        }
        Err(error) => {
            let meaning = if error.is_offline() { Meaning::Unreachable } else { Meaning::Failed };
            let refusal = Refusal::new(meaning, words.server_not_told(&config.server_url));
            Err(anyhow::Error::from(error).context(refusal.with_hint(words.hint_force())))
        }
    }
}

/// Leaves with the first of these keys that the server knows.
async fn leave_as_any(
    client: &Client,
    config: &MachineConfig,
    identities: &[MachineIdentity],
) -> Result<(), client::Error> {
    let mut left = Ok(());
    for identity in identities {
        left = leave(client, config, identity).await;
        if !left.as_ref().is_err_and(client::Error::is_unauthenticated) {
            break;
        }
    }
    left
}

/// Asks the server to remove this machine, with a signature that proves who asks.
pub(super) async fn leave(
    client: &Client,
    config: &MachineConfig,
    identity: &MachineIdentity,
) -> Result<(), client::Error> {
    let at = SystemClock::start().now();
    let mut server_key = [0; 32];
    let pinned = config.server_keys.first().map(String::as_str).unwrap_or_default();
    hex::decode_to_slice(pinned, &mut server_key)
        .map_err(|_| client::Error::Setup("the configuration pins no server key".to_owned()))?;
    let statement = leaving_statement(config.machine_id, at, &server_key);
    let body = UnregisterMachine {
        machine_id: config.machine_id,
        at_ms: at.as_millis(),
        signature: hex::encode(identity.sign(&statement)),
    };
    client.machine_unregister(&body).await.map(drop)
}

fn tell(
    config: &MachineConfig,
    farewell: Farewell,
    format: Format,
    words: &dyn Words,
) -> std::io::Result<()> {
    let server = &config.server_url;
    let remark = match farewell {
        Farewell::Told => None,
        Farewell::KnownNoMore => Some(words.server_knows_not(server)),
        Farewell::NotTold => Some(words.server_not_told(server)),
    };
    match format {
        Format::Json => try_print_json(&json!({
            "machine_id": config.machine_id,
            "server": server,
            "server_told": farewell != Farewell::NotTold,
        })),
        Format::Quiet => Ok(()),
        Format::Text => {
            if let Some(remark) = remark {
                eprintln!("{} {remark}", "!".yellow());
            }
            print_line(words.unenrolled(&crate::escape::line(&config.machine_name), server))
        }
    }
}
