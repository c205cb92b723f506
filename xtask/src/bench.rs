//! `cargo xtask bench`: builds what is measured and measures it.
//!
//! - [`ttyd`]: the peer of our terminals
//! - [`rivals`]: other LLM gateways

mod rivals;
mod ttyd;

use std::process::ExitCode;

use anyhow::Result;

use crate::console;
use crate::programs;
use crate::repository::Repository;
use crate::shell::Shell;
use crate::tools;

/// `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Measures only this (echo, bulk, reattach, dispatch, fanout, jobs, fleet, gateway, start, cli,
    /// size, console); may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Measures other LLM gateways as well; they are installed into .cache/rivals, from PyPI and
    /// npm
    #[arg(long)]
    rivals: bool,
    /// How the table is printed: text or json
    #[arg(long, default_value = "text")]
    format: String,
}

/// Prints the table. Code 1 says that a target is missed, or could not be measured.
///
/// Whatever is done before goes to the standard error stream, so that the table can be kept.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<ExitCode> {
    let shell = Shell::on_error_stream(repository);
    tools::check(&shell)?;
    console::build(&shell)?;
    shell.run("cargo", &["build", "--release", "--locked", "-p", "gantline", "-p", "bench"])?;
    let ttyd = ttyd::find(&shell);
    let mut bench = shell.command(&programs::release(&shell, "bench")?.to_string_lossy());
    bench.args(["--format", &arguments.format]);
    bench.args(arguments.only.iter().flat_map(|name| ["--only", name]));
    match ttyd {
        Ok(program) => drop(bench.arg("--ttyd").arg(program)),
        Err(error) => shell.say(&format!("there is no ttyd to compare with: {error:#}")),
    }
    if arguments.rivals {
        bench.arg("--rivals").arg(rivals::install(&shell)?);
    }
    shell.say("measuring (some minutes; nothing else should run)");
    let status = bench.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
