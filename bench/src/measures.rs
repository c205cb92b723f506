//! What is measured, one file for each.

mod bulk;
mod cli;
mod console;
mod dispatch;
mod echo;
mod fanout;
mod fleet;
mod gateway;
mod jobs;
mod reattach;
mod size;
mod start;

use anyhow::Result;
use clap::ValueEnum;

use crate::row::Row;
use crate::subjects::Subjects;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// How long until a key is seen
    Echo,
    /// How much output a viewer gets in a second
    Bulk,
    /// What it takes to see a terminal that has printed much
    Reattach,
    /// How long until the agent has a prompt
    Dispatch,
    /// How long until everybody who follows a chat has an event
    Fanout,
    /// How many jobs are submitted in a second
    Jobs,
    /// What ten thousand idle machines cost, and how long until they are back after a restart
    Fleet,
    /// What the LLM gateway costs
    Gateway,
    /// How long the server takes to start, and its memory when nobody uses it
    Start,
    /// How long a command takes
    Cli,
    /// The size of the program
    Size,
    /// What a browser loads first
    Console,
}

impl Measure {
    /// Those that were named, else all of them, in order.
    pub(crate) fn chosen(named: &[Self]) -> Vec<Self> {
        let all = Self::value_variants().iter().copied();
        all.filter(|measure| named.is_empty() || named.contains(measure)).collect()
    }

    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Measures one thing. What goes wrong is told in the place of its numbers, and the others go on.
pub(crate) async fn run(measure: Measure, subjects: &Subjects) -> Vec<Row> {
    let measured = measured(measure, subjects).await;
    measured.unwrap_or_else(|error| vec![Row::not_measured(&measure.name(), format!("{error:#}"))])
}

async fn measured(measure: Measure, subjects: &Subjects) -> Result<Vec<Row>> {
    match measure {
        Measure::Echo => echo::measure(subjects).await,
        Measure::Bulk => bulk::measure(subjects).await,
        Measure::Reattach => reattach::measure(subjects).await,
        Measure::Dispatch => dispatch::measure(subjects).await,
        Measure::Fanout => fanout::measure(subjects).await,
        Measure::Jobs => jobs::measure(subjects).await,
        Measure::Fleet => fleet::measure(subjects).await,
        Measure::Gateway => gateway::measure(subjects).await,
        Measure::Start => start::measure(subjects).await,
        Measure::Cli => cli::measure(subjects).await,
        Measure::Size => size::measure(subjects),
        Measure::Console => console::measure(subjects).await,
    }
}
