//! `gantline machine halt|resume`: the owner of this computer ends everything, and lets it go on.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use daemon::halt::{EndError, Halt, MAX_REASON_CHARS, end_what_was_left};
use daemon::status::Status;
use host::SystemClock;
use model::Clock;
use model::machine::ClosedBy;
use serde_json::json;

use super::enrolled;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// How long everything may take to end. What is killed is gone in a moment; what its sessions have
/// still to write may wait for the disk.
const ENDED_WITHIN: Duration = Duration::from_secs(30);

/// How often it is looked whether the daemon has heeded it.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Why to halt.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Why; whoever is refused reads it.
    #[arg(long, value_name = "TEXT", default_value_t, hide_default_value = true)]
    reason: String,
    #[command(flatten)]
    data_directory: DataDirectoryOption,
    #[command(flatten)]
    pub format: FormatOption,
}

/// What to let go on.
#[derive(Debug, clap::Args)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    data_directory: DataDirectoryOption,
    #[command(flatten)]
    pub format: FormatOption,
}

/// Halts it: first that is written down, then everything is ended, then it is looked whether
/// everything has ended.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    enrolled(&directory, words)?;
    let reason = reason(&args.reason, words)?;
    let known = Halt::read(&directory);
    let is_new = known.is_none();
    let halt = match known {
        Some(known) => known,
        None => Halt { since: Some(SystemClock::start().now()), reason },
    };
    if is_new {
        halt.write(&directory)?;
    }
    let ended = end_everything(&directory, words).await?;
    match args.format.format {
        Format::Json => try_print_json(&json!({
            "halted": true,
            "since": halt.since,
            "reason": halt.reason,
            "ended_sessions": ended,
        }))?,
        Format::Quiet => {}
        Format::Text => {
            if !is_new {
                print_line(words.halted_already())?;
            }
            print_line(words.halted_with_nothing_left(ended))?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Lifts it.
pub(crate) async fn resume(args: ResumeArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    enrolled(&directory, words)?;
    let was_halted = Halt::read(&directory).is_some();
    Halt::lift(&directory)?;
    // What begins before the daemon has seen it would be ended again.
    wait_for_daemon(&directory, words, |status| !is_halted(status)).await?;
    match args.format.format {
        Format::Json => try_print_json(&json!({ "halted": false, "was_halted": was_halted }))?,
        Format::Quiet => {}
        Format::Text => {
            print_line(if was_halted { words.resumed() } else { words.was_not_halted() })?;
        }
    }
    Ok(Meaning::Done.into())
}

fn reason(given: &str, words: &dyn Words) -> Result<String, Refusal> {
    let is_line = !given.chars().any(char::is_control);
    if is_line && given.chars().count() <= MAX_REASON_CHARS {
        return Ok(given.trim().to_owned());
    }
    Err(Refusal::new(Meaning::Usage, words.reason_too_long(MAX_REASON_CHARS)))
}

/// Answers how many sessions were ended, once nothing runs any more.
async fn end_everything(directory: &Path, words: &dyn Words) -> anyhow::Result<usize> {
    if !daemon::status::is_running(directory) {
        match end_what_was_left(directory).await {
            Ok(sessions) => return Ok(sessions),
            // One was started meanwhile.
            Err(EndError::Journal(_)) if daemon::status::is_running(directory) => {}
            Err(error) => {
                let refusal = Refusal::new(Meaning::Failed, words.still_ending());
                return Err(anyhow::Error::from(error).context(refusal));
            }
        }
    }
    let has_ended = |status: &Status| is_halted(status) && status.ended_sessions.is_some();
    let ended = wait_for_daemon(directory, words, has_ended).await?;
    let sessions = ended.and_then(|status| status.ended_sessions).unwrap_or_default();
    Ok(usize::try_from(sessions).unwrap_or(usize::MAX))
}

fn is_halted(status: &Status) -> bool {
    status.closed.as_ref().is_some_and(|closed| closed.by == ClosedBy::Halt)
}

/// Waits until the daemon that runs says that it is so; answers `None` if none runs.
async fn wait_for_daemon(
    directory: &Path,
    words: &dyn Words,
    is_so: impl Fn(&Status) -> bool,
) -> anyhow::Result<Option<Status>> {
    let clock = SystemClock::start();
    let began = clock.tick();
    loop {
        let status = daemon::status::read(directory);
        if let Some(status) = status.filter(&is_so) {
            return Ok(Some(status));
        }
        if !daemon::status::is_running(directory) {
            return Ok(None);
        }
        if clock.tick().since(began) > ENDED_WITHIN {
            return Err(not_in_time(directory, words).into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn not_in_time(directory: &Path, words: &dyn Words) -> Refusal {
    let has_seen = daemon::status::read(directory).is_some_and(|status| is_halted(&status));
    let is_ending = has_seen && Halt::read(directory).is_some();
    let told = if is_ending { words.still_ending() } else { words.not_heeded() };
    Refusal::new(Meaning::Failed, told).with_hint(words.hint_not_heeded())
}
