//! Gantline: starts AI coding agents and terminals on your own machines, and lets a team watch,
//! approve and steer them in one place.
//!
//! This is the binary: commands, configuration, wiring. No decisions.
//!
//! - [`cli`]: the command line
//! - [`commands`]: one file for each command
//! - [`exit`]: what exit codes mean
//! - [`logging`]: where the log goes
//! - [`serving`]: the server, put together

mod cli;
mod commands;
mod demonstration;
mod exit;
mod logging;
mod own_machine;
mod serving;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    logging::start(&cli);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(&anyhow::Error::new(error).context("start the runtime")),
    };
    let code = match runtime.block_on(commands::run(cli)) {
        Ok(code) => code,
        Err(error) => exit::report(&error),
    };
    // A thread that reads standard input waits for one more line.
    runtime.shutdown_background();
    code
}
