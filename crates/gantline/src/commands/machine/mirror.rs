//! `gantline machine mirror`: what is copied from this computer to its server, as its owner wants it.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anstream::eprint;
use daemon::MachineConfig;
use daemon::mirror::account::Account;
use daemon::mirror::wish::{Wanted, Wish};
use daemon::mirror::{DEFAULT_MAX_FILES, Doing, MAX_BYTES, Mirrored};
use host::{SystemClock, SystemRng};
use model::{Clock, Rng};
use serde_json::json;

use super::enrolled;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_fields, print_line, try_print_json};
use crate::words::Words;

/// How often it is looked how far the daemon is.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long the link may be away until nobody waits for it here.
const WAITED_FOR_LINK: Duration = Duration::from_secs(15);

/// What to do about copies.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to do.
    #[arg(value_enum, default_value_t = Verb::Status)]
    verb: Verb,
    #[command(flatten)]
    data_directory: DataDirectoryOption,
    #[command(flatten)]
    format: FormatOption,
}

/// What can be done about copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Verb {
    /// Say what is copied, and how far that is.
    Status,
    /// Keep copies of the workspaces on the server from now on.
    On,
    /// Bring the copies up to date at once; copies once where they are not kept up to date.
    Now,
    /// Copy nothing any more, and have the server remove what it has.
    Off,
}

impl Args {
    /// How it prints.
    pub(crate) const fn format(&self) -> Format {
        self.format.format
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    let config = enrolled(&directory, words)?;
    let wanted = match args.verb {
        Verb::Status => return tell(&directory, &config, args.format.format, words),
        Verb::On => {
            MachineConfig { mirror_files: true, ..config.clone() }.write(&directory)?;
            Wanted::Now
        }
        Verb::Now => Wanted::Now,
        Verb::Off => {
            MachineConfig { mirror_files: false, ..config.clone() }.write(&directory)?;
            Wanted::Off
        }
    };
    let wish = Wish { number: number(), wanted };
    wish.write(&directory)?;
    wait(&directory, wish, args.format.format, words).await?;
    let config = enrolled(&directory, words)?;
    tell(&directory, &config, args.format.format, words)
}

fn number() -> u64 {
    let mut bytes = [0; 8];
    SystemRng::default().fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// Waits until the daemon has done what is wanted. It is done later where the daemon does not run or
/// has no link.
async fn wait(
    directory: &Path,
    wish: Wish,
    format: Format,
    words: &dyn Words,
) -> Result<(), Refusal> {
    let clock = SystemClock::start();
    let shows = format == Format::Text && std::io::stderr().is_terminal();
    let mut linked_at = clock.tick();
    loop {
        let account = Account::read(directory);
        if account.heeded == Some(wish.number) {
            end_line(shows);
            return match account.problem {
                Some(problem) => {
                    let message = words.mirror_problem(&escape::line(&problem.message));
                    Err(Refusal::new(Meaning::Failed, message))
                }
                None => Ok(()),
            };
        }
        let Some(status) = daemon::status::read(directory) else {
            end_line(shows);
            let refusal = Refusal::new(Meaning::Unreachable, words.mirror_later());
            return Err(refusal.with_hint(words.hint_run()));
        };
        let now = clock.tick();
        if status.linked {
            linked_at = now;
        }
        if now.since(linked_at) > WAITED_FOR_LINK {
            end_line(shows);
            return Err(Refusal::new(Meaning::Unreachable, words.mirror_later()));
        }
        if let Some(doing) = account.doing.filter(|_| shows) {
            eprint!("\r{}\x1b[K", progress(&doing, words));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn end_line(shows: bool) {
    if shows {
        eprint!("\r\x1b[K");
    }
}

fn progress(doing: &Doing, words: &dyn Words) -> String {
    words.mirror_progress(doing.sent_files, doing.files, doing.sent_bytes, doing.bytes)
}

/// Says what is copied.
fn tell(
    directory: &Path,
    config: &MachineConfig,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    let account = Account::read(directory);
    let max_files = config.max_files.unwrap_or(DEFAULT_MAX_FILES);
    match format {
        Format::Json => try_print_json(&json!({
            "mirror_files": config.mirror_files,
            "max_files": max_files,
            "max_bytes": MAX_BYTES,
            "is_on": account.is_on,
            "doing": account.doing,
            "workspaces": account.workspaces,
            "problem": account.problem,
            "wish": Wish::read(directory).map(|wish| wish.wanted),
        }))?,
        Format::Quiet => {}
        Format::Text => print(&account, config, max_files, words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(
    account: &Account,
    config: &MachineConfig,
    max_files: u32,
    words: &dyn Words,
) -> std::io::Result<()> {
    let is_on = config.mirror_files || account.is_on;
    print_line(if is_on { words.mirror_is_on() } else { words.mirror_is_off() })?;
    print_line(words.mirror_limits(max_files, MAX_BYTES >> 20))?;
    if let Some(doing) = &account.doing {
        print_line(progress(doing, words))?;
    }
    for copy in &account.workspaces {
        print_line("")?;
        print_copy(copy, words)?;
    }
    if let Some(problem) = &account.problem {
        let message = words.mirror_problem(&escape::line(&problem.message));
        print_line(format_args!("! {message}"))?;
    }
    Ok(())
}

fn print_copy(copy: &Mirrored, words: &dyn Words) -> std::io::Result<()> {
    let labels = words.copy_labels();
    let ago = words.ago(SystemClock::start().now().since(copy.at));
    print_fields([
        (labels.workspace, escape::line(&copy.workspace).into_owned()),
        (labels.files, copy.files.to_string()),
        (labels.bytes, copy.size_bytes.to_string()),
        (labels.as_of, ago),
        (labels.left_out, words.left_out(&copy.left_out)),
    ])
}
