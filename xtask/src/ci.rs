//! `cargo xtask ci`: every check and test.
//!
//! - [`steps`]: the list, in order
//! - [`schedule`]: two steps at a time where they do not want the same thing
//! - [`needs`]: what must be installed, by name
//! - [`rust`], [`agents`], [`later`], [`mutants`]: what steps do

mod agents;
mod later;
mod mutants;
pub(crate) mod needs;
mod packages;
mod rust;
mod schedule;
mod steps;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::ci::steps::{STEPS, Step};
use crate::repository::Repository;
use crate::shell::Shell;

/// `cargo xtask ci`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Steps to run, one after the other; all of them if none is named
    steps: Vec<String>,
    /// Lists the steps and runs none
    #[arg(long)]
    list: bool,
}

/// Runs all steps, or those named.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<ExitCode> {
    if arguments.list {
        list();
        return Ok(ExitCode::SUCCESS);
    }
    let report = if arguments.steps.is_empty() {
        schedule::run_all(repository)?
    } else {
        let named: Result<Vec<&Step>> = arguments.steps.iter().map(|name| named(name)).collect();
        schedule::run_one_by_one(&Shell::on_screen(repository), &named?)
    };
    Ok(if report.all_passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list() {
    for step in STEPS {
        let after = match step.after {
            [] => String::new(),
            names => format!(" (after {})", names.join(", ")),
        };
        println!("{:<16}{}{after}", step.name, step.purpose);
    }
}

fn named(name: &str) -> Result<&'static Step> {
    let names = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
    STEPS
        .iter()
        .find(|step| step.name == name)
        .with_context(|| format!("there is no step {name:?}; the steps are {}", names()))
}
