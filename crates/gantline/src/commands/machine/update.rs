//! `gantline machine update`: brings this computer's machine up to a newer release.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use daemon::updating::{self, Source, UpdateError};
use daemon::{Downloads, MachineConfig, ServerSettings};
use host::SystemClock;
use release::Version;
use serde_json::json;
use updates::{Outcome, Own, Store, TakeError, Verdict};

use super::enrolled;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// How long it may take until it is known what became of a release: longer than its first run may.
const KNOWN_WITHIN: Duration = Duration::from_mins(3);

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What to take.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only say whether there is a newer release that can be verified.
    #[arg(long)]
    check: bool,

    /// The program, with what was signed of it beside, in a file of the same name and `.release`
    /// [default: what the server offers].
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    #[command(flatten)]
    data_directory: DataDirectoryOption,

    #[command(flatten)]
    pub format: FormatOption,
}

/// Takes it, and waits until it is known what became of it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let format = args.format.format;
    let directory = args.data_directory.machine_directory()?;
    let config = enrolled(&directory, words)?;
    if cfg!(not(unix)) {
        let refusal = Refusal::new(Meaning::Denied, words.updates_not_here());
        return Err(refusal.with_hint(words.hint_install_again()).into());
    }
    let own = Own::of_this_build();
    if own.roots.is_empty() {
        let refusal = Refusal::new(Meaning::Denied, words.no_release_key());
        return Err(refusal.with_hint(words.hint_install_again()).into());
    }
    let (store, clock) = (Store::of(&directory), SystemClock::start());
    let running = store.newest(&own)?;
    if let Some(trial) = store.state()?.trial {
        if trial.begun || daemon::status::is_running(&directory) {
            return wait(&store, trial.version, format, words).await;
        }
        return tell_waiting(trial.version, running, format, words);
    }
    let source = source(args.to, &config)?;
    let offer = match updating::look(&source, &store, &own, &clock).await {
        Ok(offer) => offer,
        Err(UpdateError::Take(TakeError::Unfit(unfit @ release::Unfit::NotNewer { .. }))) => {
            return tell_nothing_newer(running, &unfit.to_string(), format, words);
        }
        Err(error) => return Err(refused(&error, words).into()),
    };
    let version = offer.authentic.manifest.version;
    if args.check {
        return tell_newer(version, running, format, words);
    }
    let taken = updating::take(offer, &source, &store, &own, &clock).await;
    let taken = taken.map_err(|error| refused(&error, words))?;
    if !daemon::status::is_running(&directory) {
        return tell_waiting(taken.manifest.version, running, format, words);
    }
    wait(&store, version, format, words).await
}

/// Tells what became of a release once that is known.
async fn wait(
    store: &Store,
    version: Version,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    if format == Format::Text {
        print_line(words.taken(version))?;
    }
    match outcome(store).await? {
        Some(outcome) => tell_outcome(&outcome, format, words),
        None => Err(Refusal::new(Meaning::TimedOut, words.update_not_seen(version)).into()),
    }
}

fn source(file: Option<PathBuf>, config: &MachineConfig) -> anyhow::Result<Source> {
    if let Some(file) = file {
        return Ok(Source::File(file));
    }
    let settings = ServerSettings {
        server_url: config.server_url.clone(),
        ca_bundle: config.ca_bundle.clone(),
        poll_interval_ms: None,
    };
    Ok(Source::Server(Downloads::new(&settings)?))
}

/// What became of the release that is to be tried; `None` if that is not known in time.
async fn outcome(store: &Store) -> anyhow::Result<Option<Outcome>> {
    let decided = async {
        loop {
            let state = store.state()?;
            if state.trial.is_none() {
                return anyhow::Ok(state.last);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(KNOWN_WITHIN, decided).await.unwrap_or(Ok(None))
}

fn refused(error: &UpdateError, words: &dyn Words) -> Refusal {
    let reason = error.to_string();
    let reason = escape::line(&reason);
    match error {
        UpdateError::Take(_) | UpdateError::DoesNotRun { .. } => {
            let refusal = Refusal::new(Meaning::Denied, words.not_taken(&reason));
            refusal.with_hint(words.hint_not_taken())
        }
        UpdateError::Download(_) | UpdateError::Late => {
            Refusal::new(Meaning::Unreachable, words.no_release_there(&reason))
        }
        UpdateError::File { .. } | UpdateError::Store(_) | UpdateError::Waiting(_) => {
            Refusal::new(Meaning::Failed, words.no_release_there(&reason))
        }
    }
}

fn tell_nothing_newer(
    running: Version,
    reason: &str,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(&json!({ "running": running, "newer": null }))?,
        Format::Quiet => {}
        Format::Text => print_line(words.nothing_newer(running, &escape::line(reason)))?,
    }
    Ok(Meaning::Done.into())
}

fn tell_newer(
    version: Version,
    running: Version,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(&json!({ "running": running, "newer": version }))?,
        Format::Quiet => print_line(version)?,
        Format::Text => {
            print_line(words.newer_is_there(version, running))?;
            print_line(words.hint_update())?;
        }
    }
    Ok(Meaning::Done.into())
}

fn tell_waiting(
    version: Version,
    running: Version,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => {
            try_print_json(&json!({ "from": running, "to": version, "result": "waiting" }))?;
        }
        Format::Quiet => print_line(version)?,
        Format::Text => print_line(words.tried_at_next_start(version))?,
    }
    Ok(Meaning::Done.into())
}

fn tell_outcome(outcome: &Outcome, format: Format, words: &dyn Words) -> anyhow::Result<ExitCode> {
    let Outcome { from, to, result, .. } = outcome;
    if let Verdict::Undone { reason } = result {
        let message = words.not_updated(*to, *from, &escape::line(reason));
        return Err(Refusal::new(Meaning::Failed, message)
            .with_hint(words.hint_not_updated())
            .into());
    }
    match format {
        Format::Json => try_print_json(&json!({ "from": from, "to": to, "result": "kept" }))?,
        Format::Quiet => print_line(to)?,
        Format::Text => print_line(words.updated(*from, *to))?,
    }
    Ok(Meaning::Done.into())
}
