//! One file for each command, with its arguments and what it does.

pub(crate) mod acp;
pub(crate) mod ask;
pub(crate) mod attach;
pub(crate) mod audit;
pub(crate) mod chat;
pub(crate) mod completions;
pub(crate) mod contain;
pub(crate) mod demo_agent;
pub(crate) mod doctor;
pub(crate) mod hold;
pub(crate) mod job;
pub(crate) mod key;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod machine;
pub(crate) mod man;
pub(crate) mod notify;
pub(crate) mod openapi;
pub(crate) mod permission;
pub(crate) mod policy;
pub(crate) mod quota;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod session;
pub(crate) mod tenant;
pub(crate) mod terminal;
pub(crate) mod token;
pub(crate) mod up;
pub(crate) mod usage;
pub(crate) mod user;
pub(crate) mod webhook;
pub(crate) mod whoami;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::CommandFactory;

use crate::cli::{Cli, Command};
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::words::{self, Words};

/// Runs the command.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let words = words::of(cli.language());
    let Some(command) = cli.command else {
        cli.ask.options.check(cli.verbose, words)?;
        return without_command(cli.ask, words).await;
    };
    check_before(&cli.ask, &command, words)?;
    let invocation = Invocation { words, before: cli.ask.connection };
    match command {
        Command::Server(line) => server::run(*line, words).await,
        Command::Up(args) => up::run(*args).await,
        Command::Chat(args) => {
            args.options.check(cli.verbose, words)?;
            chat::run(*args, &invocation).await
        }
        Command::Terminal(args) => terminal::run(args, &invocation).await,
        Command::Acp(args) => acp::run(args, invocation).await,
        Command::Attach(args) => attach::run(args, &invocation).await,
        Command::Session(args) => session::run(args, &invocation).await,
        Command::Export(args) => session::export::run(args, &invocation).await,
        Command::Import(args) => session::import::run(args, &invocation).await,
        Command::Job(args) => job::run(args, &invocation).await,
        Command::Webhook(args) => webhook::run(args, &invocation).await,
        Command::Notify(args) => notify::run(args, &invocation).await,
        Command::Permission(args) => permission::run(args, &invocation).await,
        Command::Policy(args) => policy::run(*args, &invocation).await,
        Command::Quota(args) => quota::run(args, &invocation).await,
        Command::Usage(args) => usage::run(args, &invocation).await,
        Command::Key(args) => key::run(args, &invocation).await,
        Command::Machine(args) => machine::run(args, &invocation).await,
        Command::User(args) => user::run(args, &invocation).await,
        Command::Token(args) => token::run(args, &invocation).await,
        Command::Tenant(args) => tenant::run(args, &invocation).await,
        Command::Audit(args) => audit::run(*args, &invocation).await,
        Command::Login(args) => login::run(args, &invocation).await,
        Command::Logout(args) => logout::run(args, &invocation),
        Command::Whoami(args) => whoami::run(args, &invocation).await,
        Command::Doctor(args) => doctor::run(args, &invocation).await,
        Command::Contain(args) => Ok(contain::run(&args)),
        Command::Hold(args) => hold::run(args).await,
        Command::DemoAgent => Ok(demo_agent::run().await),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args, words),
        Command::Schema => schema::run(),
        Command::Openapi(args) => openapi::run(&args),
    }
}

/// A prompt, from the command line or from standard input; at a window a chat; else the help.
async fn without_command(args: ask::Args, words: &'static dyn Words) -> anyhow::Result<ExitCode> {
    let invocation = Invocation { words, before: args.connection.clone() };
    if args.has_prompt() || !io::stdin().is_terminal() {
        return ask::run(args, &invocation).await;
    }
    if !args.is_more_than_connection() && !io::stdout().is_terminal() {
        Cli::command().print_help()?;
        return Ok(Meaning::Usage.into());
    }
    let chat = chat::Args { options: args.options, connection: args.connection };
    chat::run(chat, &invocation).await
}

/// What stands before a command must mean something to it: only a connection does.
fn check_before(before: &ask::Args, command: &Command, words: &dyn Words) -> Result<(), Refusal> {
    let has_connection = before.connection.is_given() && !command.asks_a_server();
    if !before.is_more_than_connection() && !has_connection {
        return Ok(());
    }
    Err(Refusal::new(Meaning::Usage, words.options_without_use())
        .with_hint(words.hint_options_without_use()))
}
