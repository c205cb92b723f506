//! The command line.

use clap::{Parser, Subcommand};

use crate::commands::{
    acp, ask, attach, audit, chat, completions, contain, doctor, hold, job, key, login, logout,
    machine, man, notify, openapi, permission, policy, quota, server, session, tenant, terminal,
    token, up, usage, user, webhook, whoami,
};
use crate::output::Format;
use crate::words::Language;

/// Start AI coding agents and terminals on your own machines, and watch, approve and steer them
/// in one place.
///
/// With a prompt, but without a command, `gantline` gives the prompt to an agent and prints its
/// answer: `gantline -p "Why does the build fail?"`
#[derive(Debug, Parser)]
#[command(name = "gantline", version = release::stamp::version_text(), propagate_version = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Say more in the log, on standard error; twice for everything.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Language of what is said [default: that of the environment].
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    pub lang: Option<Language>,

    /// A prompt, where there is no command.
    #[command(flatten)]
    pub ask: ask::Args,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server, with this computer as its first machine.
    Up(Box<up::Args>),
    /// Run the server, back it up, restore it.
    Server(Box<server::Line>),
    /// Talk with an agent; what `gantline` alone does at a window.
    Chat(Box<chat::Args>),
    /// Start a shell, or an agent's own screen, on a machine, in this window.
    Terminal(terminal::Args),
    /// Be an agent for an editor: one that works on a machine (Agent Client Protocol on standard
    /// input and output).
    Acp(acp::Args),
    /// Attach this window to a terminal on a machine.
    Attach(attach::Args),
    /// See, tidy and stop sessions, the units of work on machines.
    Session(session::Args),
    /// Write a chat down as a file; the same as `session export`.
    Export(session::export::Args),
    /// Take in a chat that was written down, to be read here; the same as `session import`.
    Import(session::import::Args),
    /// Have agents work unattended: submit, see, wait for and stop jobs.
    Job(job::Args),
    /// See and make the secret that signs the webhooks of your jobs.
    Webhook(webhook::Args),
    /// See and say where you are told of what waits for you: Slack, Feishu, DingTalk, or a server of
    /// yours.
    Notify(notify::Args),
    /// See and answer the questions of agents.
    Permission(permission::Args),
    /// See and say what agents may do without a person.
    Policy(Box<policy::Args>),
    /// See and set how much may be used, and answer sessions that have used it up.
    Quota(quota::Args),
    /// See what model calls used and cost.
    Usage(usage::Args),
    /// See, store, test and remove the keys of model providers, as an administrator.
    Key(key::Args),
    /// See machines, and make this computer one.
    Machine(machine::Args),
    /// See, invite, change and disable accounts.
    User(user::Args),
    /// See, make and revoke API tokens.
    Token(token::Args),
    /// See and make tenants, the organisations that share a server.
    Tenant(tenant::Args),
    /// See what was done and by whom, and check that the log of it is whole.
    Audit(Box<audit::Args>),
    /// Keep an API token for a server, so that no command needs it again.
    Login(login::Args),
    /// Forget the API token of a server.
    Logout(logout::Args),
    /// Say who is signed in, and where.
    Whoami(whoami::Args),
    /// Say what works here and what does not, and what to do about it.
    Doctor(doctor::Args),
    /// Print what a shell needs to complete commands and options.
    Completions(completions::Args),
    /// Print the manual as a page for `man`.
    Man(man::Args),
    /// Print the JSON Schema of a line of what `--format json` prints for a prompt.
    Schema,
    /// Print the description of the HTTP interface, as OpenAPI 3.1.
    #[command(hide = true)]
    Openapi(openapi::Args),
    /// Become a program that may write in one directory only.
    #[command(hide = true)]
    Contain(contain::Args),
    /// Hold a terminal, so that it outlives the daemon.
    #[command(hide = true)]
    Hold(hold::Args),
    /// Be the scripted agent of the demonstration.
    #[command(hide = true)]
    DemoAgent,
}

impl Cli {
    /// How it prints, errors too.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            None => self.ask.options.format.format,
            Some(Command::Chat(args)) => args.options.format.format,
            Some(Command::Terminal(args)) => args.format.format,
            Some(Command::Session(args)) => args.format(),
            Some(Command::Import(args)) => args.format.format,
            Some(Command::Job(args)) => args.format(),
            Some(Command::Webhook(args)) => args.format(),
            Some(Command::Notify(args)) => args.format(),
            Some(Command::Permission(args)) => args.format(),
            Some(Command::Policy(args)) => args.format(),
            Some(Command::Quota(args)) => args.format(),
            Some(Command::Usage(args)) => args.format.format,
            Some(Command::Key(args)) => args.format(),
            Some(Command::Machine(args)) => args.format(),
            Some(Command::User(args)) => args.format(),
            Some(Command::Token(args)) => args.format(),
            Some(Command::Tenant(args)) => args.format(),
            Some(Command::Audit(args)) => args.format(),
            Some(Command::Login(args)) => args.format.format,
            Some(Command::Logout(args)) => args.format.format,
            Some(Command::Whoami(args)) => args.format.format,
            Some(Command::Doctor(args)) => args.format.format,
            Some(
                Command::Up(_)
                | Command::Server(_)
                | Command::Acp(_)
                | Command::Attach(_)
                | Command::Export(_)
                | Command::Completions(_)
                | Command::Man(_)
                | Command::Schema
                | Command::Openapi(_)
                | Command::Contain(_)
                | Command::Hold(_)
                | Command::DemoAgent,
            ) => Format::Text,
        }
    }

    /// Whether it says itself what becomes of a link, so that the log need not.
    pub(crate) fn tells_of_its_link(&self) -> bool {
        matches!(&self.command, Some(Command::Machine(args)) if args.is_run())
    }

    /// Whether nothing but JSON may be printed, so that there is no log.
    pub(crate) const fn is_strict(&self) -> bool {
        self.ask.options.json_strict && self.command.is_none()
    }

    /// The language to speak.
    pub(crate) fn language(&self) -> Language {
        self.lang.unwrap_or_else(Language::of_environment)
    }
}

impl Command {
    /// Whether it asks a server, so that a connection that is given before it means something.
    pub(crate) const fn asks_a_server(&self) -> bool {
        !matches!(
            self,
            Self::Up(_)
                | Self::Server(_)
                | Self::Completions(_)
                | Self::Man(_)
                | Self::Schema
                | Self::Openapi(_)
                | Self::Contain(_)
                | Self::Hold(_)
                | Self::DemoAgent
        )
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    /// Help is the manual: a change of it shows in review.
    #[test]
    fn the_help_of_every_command() {
        let mut command = Cli::command().term_width(100);
        command.build();
        let mut pages = Vec::new();
        push_help(&mut command, "gantline", &mut pages);
        insta::assert_snapshot!(pages.join("\n"));
    }

    fn push_help(command: &mut clap::Command, path: &str, pages: &mut Vec<String>) {
        let help = command.render_long_help().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        pages.push(format!("=== {path} ===\n\n{}\n", lines.join("\n").trim_end()));
        for sub in command.get_subcommands_mut() {
            if sub.is_hide_set() || sub.get_name() == "help" {
                continue;
            }
            let path = format!("{path} {}", sub.get_name());
            push_help(sub, &path, pages);
        }
    }
}
