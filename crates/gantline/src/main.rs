//! Gantline: starts AI coding agents and terminals on your own machines, and lets a team watch,
//! approve and steer them in one place.
//!
//! This is the binary: commands, configuration, wiring. No decisions.
//!
//! - [`cli`]: the command line
//! - [`commands`]: one file for each command
//! - [`exit`], [`usage`]: what exit codes mean, and how errors are told
//! - [`words`]: what is said, in each language
//! - [`connection`], [`credentials`], [`keychain`], [`invocation`]: which server is meant, and with which right
//! - [`lookup`], [`starting`], [`prompting`], [`keys`]: what people mean by a name; where a session
//!   is to run; what is said of prompts
//! - [`policy_flags`], [`confirm`]: what needs no question, and what does
//! - [`follow`], [`audience`]: a turn from its prompt to its end, and whom it is told
//! - [`transcript`], [`view`], [`json_lines`], [`suppress`]: what a chat's records say, for people, for programs
//! - [`editor`]: an agent on a machine, for an editor
//! - [`attaching`]: a terminal on a machine, in this window
//! - [`question`], [`hands`]: questions of agents, and the keys that answer them
//! - [`escape`], [`markdown`], [`diff`], [`paint`], [`screen`], [`money`],
//!   [`output`]: how it is shown
//! - [`installation`], [`owner`]: where the program is installed for a machine, and for whom
//! - [`launching`]: which release a machine runs
//! - [`resolved`]: directories without links
//! - [`backup`]: what a backup of a server is
//! - [`logging`]: where the log goes
//! - [`serving`], [`own_machine`], [`demonstration`]: the server, put together

mod attaching;
mod audience;
mod backup;
mod cli;
mod commands;
mod confirm;
mod connection;
mod credentials;
mod demonstration;
mod diff;
mod editor;
mod escape;
mod exit;
mod follow;
mod hands;
mod installation;
mod invocation;
mod json_lines;
mod keychain;
mod keys;
mod launching;
mod logging;
mod lookup;
mod machine_home;
mod markdown;
mod money;
mod output;
mod own_machine;
mod owner;
mod paint;
mod policy_flags;
mod progress;
mod prompting;
mod question;
mod resolved;
mod saving;
mod screen;
mod secret_input;
mod server_file;
mod serving;
mod starting;
mod suppress;
mod switches;
mod transcript;
mod usage;
mod view;
mod words;
mod worktree_flags;

use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::Builder;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    // Becoming another program needs neither a log nor a thread.
    if let Some(cli::Command::Contain(args)) = &cli.command {
        return commands::contain::run(args);
    }
    // A terminal is held by a process that is as small as it can be, and has nowhere to log to.
    let is_small = matches!(&cli.command, Some(cli::Command::Hold(_)));
    if !is_small {
        logging::start(&cli);
    }
    let (format, words) = (cli.format(), words::of(cli.language()));
    let mut builder =
        if is_small { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = anyhow::Error::new(error).context("start the runtime");
            return exit::report(&error, format, words);
        }
    };
    let code = match runtime.block_on(commands::run(cli)) {
        Ok(code) => code,
        Err(error) => exit::report(&error, format, words),
    };
    // A thread that reads standard input waits for one more line.
    runtime.shutdown_background();
    code
}
