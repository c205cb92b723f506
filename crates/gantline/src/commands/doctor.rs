//! `gantline doctor`: what works, what does not, and what to do about it.
//!
//! - [`server`]: the server, as it is seen from here
//! - [`machine`]: this computer, as a machine
//! - [`own_server`]: this computer, as a server

mod machine;
mod own_server;
mod server;

use std::process::ExitCode;

use host::SystemClock;
use model::Clock;
use serde::Serialize;
use serde_json::json;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::paint::Paint;

/// What to look at.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data_directory: DataDirectoryOption,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Ok,
    Warn,
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    /// A stable word for what it is.
    check: &'static str,
    level: Level,
    detail: String,
    /// What to do about it.
    advice: Option<String>,
    /// With which meaning the program ends because of it.
    #[serde(skip)]
    meaning: Meaning,
}

impl Finding {
    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { check, level: Level::Ok, detail, advice: None, meaning: Meaning::Done }
    }

    fn warn(check: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        let advice = Some(advice.into());
        Self { level: Level::Warn, advice, ..Self::ok(check, detail) }
    }

    fn fail(check: &'static str, detail: impl Into<String>, advice: Option<String>) -> Self {
        let failed = Self::ok(check, detail);
        Self { level: Level::Fail, advice, meaning: Meaning::Failed, ..failed }
    }

    fn meaning(self, meaning: Meaning) -> Self {
        Self { meaning, ..self }
    }
}

/// Looks at everything. Ends with the meaning of the first thing that fails.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let connection = invocation.connection(args.connection)?;
    let mut findings = server::look(&connection, words).await?;
    findings.extend(machine::look(&args.data_directory.machine_directory()?, words).await);
    let data_directory = args.data_directory.data_directory()?;
    findings.extend(own_server::look(&data_directory, SystemClock::start().now(), words));
    let failed = findings.iter().find(|finding| finding.level == Level::Fail);
    let meaning = failed.map_or(Meaning::Done, |finding| finding.meaning);
    match args.format.format {
        Format::Json => try_print_json(&json!({
            "ok": meaning == Meaning::Done,
            "findings": findings,
        }))?,
        Format::Quiet => {
            for finding in findings.iter().filter(|finding| finding.level != Level::Ok) {
                print_line(finding.check)?;
            }
        }
        Format::Text => {
            for finding in &findings {
                print(finding)?;
            }
        }
    }
    Ok(meaning.into())
}

fn print(finding: &Finding) -> std::io::Result<()> {
    let paint = Paint::of_stdout();
    let mark = match finding.level {
        Level::Ok => paint.green("✓"),
        Level::Warn => paint.yellow("!"),
        Level::Fail => paint.red("✗"),
    };
    print_line(format_args!("{mark} {:<12} {}", finding.check, escape::line(&finding.detail)))?;
    match &finding.advice {
        Some(advice) => print_line(format_args!("  → {}", escape::line(advice))),
        None => Ok(()),
    }
}
