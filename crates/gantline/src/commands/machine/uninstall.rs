//! `gantline machine uninstall`: removes everything of a machine but its workspaces.

use std::process::{ExitCode, Stdio};

use anyhow::Context;
use daemon::Starter;
use serde_json::json;

use super::background;
use super::options::word;
use crate::exit::{Meaning, Refusal};
use crate::installation::Place;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::owner::Owner;

/// What to leave.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave what the owner wrote: the policy and the list of agents.
    #[arg(long)]
    keep_config: bool,

    #[command(flatten)]
    pub format: FormatOption,
}

/// Removes it: what runs in the background, the record at the server if that can be reached, the
/// key and what is remembered, the program. Can be repeated.
pub(crate) fn run(args: &Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let Some((place, record)) = installed()? else {
        return tell(args.format.format, false, words.nothing_installed());
    };
    let owner = Owner::find(Some(&record.user), words)?;
    if let Some(starter) = Starter::here().filter(|_| owner.is_installed_by_administrator()) {
        background::end(starter).context("remove what runs in the background")?;
    }
    let mut command = owner.command(&place.program());
    command.args(["machine", "unenroll", "--force", "--if-enrolled"]).stdout(Stdio::null());
    command.arg(word("data-dir", &record.data_directory));
    if !args.keep_config {
        command.arg("--everything");
    }
    let status = command.status().context("start the installed program")?;
    if !status.success() {
        // It has said why.
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        return Ok(ExitCode::from(code.unwrap_or(Meaning::Failed as u8)));
    }
    place.remove(&record).context("remove the program")?;
    tell(args.format.format, true, words.uninstalled())
}

/// What is installed: for the computer, or else for whoever asks.
fn installed() -> anyhow::Result<Option<(Place, crate::installation::Record)>> {
    let own = Place::of_user(&host::directories::home_directory()?);
    for place in [Place::of_computer(), own] {
        if let Some(record) = place.record()? {
            return Ok(Some((place, record)));
        }
    }
    Ok(None)
}

/// Refuses where nothing is installed in the background.
pub(super) fn starter(invocation: &Invocation) -> anyhow::Result<Starter> {
    let words = invocation.words;
    if Place::of_computer().record()?.is_none() {
        let refusal = Refusal::new(Meaning::NotFound, words.nothing_installed());
        return Err(refusal.with_hint(words.hint_install()).into());
    }
    let refusal = || Refusal::new(Meaning::Failed, words.runs_not_in_background());
    Ok(Starter::here().ok_or_else(refusal)?)
}

fn tell(format: Format, removed: bool, told: &str) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(&json!({ "removed": removed }))?,
        Format::Quiet => {}
        Format::Text => print_line(told)?,
    }
    Ok(Meaning::Done.into())
}
