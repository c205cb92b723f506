//! Measurements of ours and the peers, side by side, always of the real release binary.
//!
//! - [`measures`]: what is measured, one file for each
//! - [`subjects`]: the programs that are measured and measured against, and where they are
//! - [`house`]: `gantline up` in a place of its own; [`process`]: one run of any program
//! - [`detour`]: a box in the network that lets no WebSocket through
//! - [`terminals`]: a terminal of ours, of ttyd, and a bare one, behind one face
//! - [`followers`]: many who listen; [`fan`]: the least that can tell many what one says
//! - [`ledger`]: the least that can make something durable in SQLite
//! - [`http`]: a load, an upstream that costs next to nothing, and the smallest proxy there is
//! - [`rivals`]: other LLM gateways
//! - [`stopwatch`], [`spread`]: time, and what many times come to
//! - [`row`], [`table`]: what is printed

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod detour;
mod fan;
mod followers;
mod house;
mod http;
mod ledger;
mod measures;
mod process;
mod rivals;
mod row;
mod spread;
mod stopwatch;
mod subjects;
mod table;
mod terminals;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::measures::Measure;
use crate::row::Row;
use crate::subjects::Subjects;
use crate::table::Format;

#[derive(Parser)]
#[command(name = "bench", about = "Measures Gantline and its peers, side by side")]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,

    /// Measures only this; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<Measure>,

    /// How the table is printed
    #[arg(long, default_value = "text")]
    format: Format,

    /// The release binary [default: `gantline` beside this program]
    #[arg(long)]
    gantline: Option<PathBuf>,

    /// The program ttyd [default: the one on the search path]
    #[arg(long)]
    ttyd: Option<PathBuf>,

    /// The folder in which other LLM gateways are installed [default: none is measured]
    #[arg(long)]
    rivals: Option<PathBuf>,

    /// How many idle machines there are where that is measured
    #[arg(long, default_value_t = 10_000)]
    machines: usize,
}

/// Parts of a measurement that run in a process of their own.
#[derive(Subcommand)]
enum Part {
    /// Answers model calls, and costs next to nothing
    #[command(hide = true)]
    Upstream,
    /// Tells many what one says, and does nothing else
    #[command(hide = true)]
    Fan,
    /// Hands model calls on, and does nothing else
    #[command(hide = true)]
    Proxy(http::proxy::Arguments),
}

/// Code 1 says that a target is missed, or could not be measured.
#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    match &arguments.part {
        Some(Part::Upstream) => http::upstream::serve().await?,
        Some(Part::Fan) => fan::serve().await?,
        Some(Part::Proxy(proxy)) => http::proxy::serve(proxy).await?,
        None => return measure(arguments).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn measure(arguments: Arguments) -> Result<ExitCode> {
    let subjects =
        Subjects::find(arguments.gantline, arguments.ttyd, arguments.rivals, arguments.machines)?;
    let mut rows = Vec::new();
    for measure in Measure::chosen(&arguments.only) {
        rows.extend(measures::run(measure, &subjects).await);
    }
    println!("{}", table::render(&rows, arguments.format)?);
    let is_good = rows.iter().all(Row::is_good);
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
