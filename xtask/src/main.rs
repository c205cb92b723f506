//! The house's own commands. `cargo xtask --help` lists them.
//!
//! - [`up`]: build everything and start it
//! - [`ci`]: every check and test, in order
//! - [`mod@bench`]: ours and the peers, measured side by side
//! - [`tidy`]: the rules of the house that no other tool holds
//! - [`generate`]: files that are written by programs
//! - [`prices`]: what models cost, from a list that others keep
//! - [`dist`]: the programs for every system that a server hands out
//! - [`mod@release`]: the keys of releases, and what is signed with them
//!
//! Beneath them: [`repository`] (where we are), [`shell`] (running programs), [`tree`] (the files
//! under version control), [`stamp`] (what a folder was made from), [`layers`] and [`manifest`]
//! (which room leans on which), [`programs`] (our own, built), [`claims`] (what is claimed, and
//! which tests prove it),
//! [`console`] (the web console), [`tools`] (what must be on this computer).

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the commands of a developer speak on standard output, or leave it to their result"
)]

mod bench;
mod ci;
mod claims;
mod console;
mod dist;
mod generate;
mod layers;
mod manifest;
mod prices;
mod programs;
mod release;
mod repository;
mod shell;
mod stamp;
mod tidy;
mod tools;
mod tree;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::repository::Repository;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The house's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the console and the release binary, then runs `gantline up`
    Up(up::Arguments),
    /// Runs every check and test, or the steps named
    Ci(ci::Arguments),
    /// Builds what is measured, and measures it beside its peers
    Bench(bench::Arguments),
    /// Holds the rules of the house that no other tool holds
    Tidy,
    /// Writes the generated files
    Gen(generate::Arguments),
    /// Writes what models cost, from a list that others keep
    Prices(prices::Arguments),
    /// Makes the programs for every system that a server hands out
    Dist(dist::Arguments),
    /// Makes the keys of releases, signs programs, and looks whether they would be taken
    Release(release::Arguments),
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let repository = Repository::find()?;
    match command {
        Command::Up(arguments) => up::run(&repository, arguments),
        Command::Ci(arguments) => ci::run(&repository, arguments),
        Command::Bench(arguments) => bench::run(&repository, arguments),
        Command::Prices(arguments) => prices::run(&repository, arguments),
        Command::Dist(arguments) => dist::run(&repository, arguments),
        Command::Release(arguments) => release::run(&repository, arguments),
        Command::Tidy => tidy::run(&repository),
        Command::Gen(arguments) => generate::run(&repository, arguments),
    }
}
